"""How well cleaned texts fit labelled blocks, in characters: kept text that was lost, boilerplate that leaked."""
from collections import Counter

from data import PLACEHOLDER, squeeze

# Most characters of boilerplate that one article may weigh with.
CAP = 300
GRAM = 5


def grams(text):
    return Counter(text[i:i + GRAM] for i in range(max(1, len(text) - GRAM + 1))) if text else Counter()


def page(blocks, text):
    """Characters of one article: kept and to keep, leaked and to go, of what is dropped and of metadata."""
    out = squeeze(text)
    have = grams(out)
    kept = [squeeze(t) for t, label, _ in blocks if label == "k" and not PLACEHOLDER.match(t)]
    whole = "\n".join(kept)
    row = Counter()
    for block in filter(None, kept):
        row["keep"] += len(block)
        if block in out:
            row["kept"] += len(block)
        else:
            want = grams(block)
            row["kept"] += len(block) * (want & have).total() / want.total()
    for t, label, _ in blocks:
        block = squeeze(t)
        if label in ("d", "m") and len(block) > 1 and not PLACEHOLDER.match(t):
            row[label] += len(block)
            row[f"{label}_leak"] += len(block) * (out.count(block) > whole.count(block))
    return row


def total(pages, texts):
    """Shares over pages: (lost, leaked of what is dropped, of metadata, of both with each article capped, perfect articles)."""
    rows = [page(p.blocks, texts.get(p.id, "")) for p in pages]
    sums = sum(rows, Counter())
    gone = lambda row: row["d"] + row["m"]
    scale = [min(1, CAP / max(1, gone(row))) for row in rows]
    capped = sum(s * (row["d_leak"] + row["m_leak"]) for s, row in zip(scale, rows)) / max(1, sum(s * gone(row) for s, row in zip(scale, rows)))
    perfect = sum(row["kept"] >= row["keep"] - 1e-6 and not row["d_leak"] and not row["m_leak"] for row in rows)
    share = lambda a, b: sums[a] / max(1, sums[b])
    return {"lost": 1 - share("kept", "keep"), "drop": share("d_leak", "d"), "meta": share("m_leak", "m"), "capped": capped, "perfect": perfect, "pages": len(rows)}
