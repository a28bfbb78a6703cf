#!/usr/bin/env python3
"""How a large store behaves: import, search, export and size with many made-up articles.

    python3 benches/corpus.py --boji target/release/boji [--articles 100000] [--folder DIR]

The articles have the shape of real ones: some 3,000 characters in paragraphs of Chinese with Latin words, numbers and
punctuation, a title, an account, a day. Words are drawn as words of a language are (the nth comes in proportion to 1/n). What is
searched is compared with a scan of the same texts.
"""

import argparse
import json
import pathlib
import random
import re
import statistics
import subprocess
import time

QUERIES = 200
TIMED = 60


def vocabulary(chance):
    """Words of one to three characters, the common first, and some of Latin letters."""
    characters = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
    chance.shuffle(characters)
    weights = [1 / (nth + 8) for nth in range(len(characters))]
    words = [character for character in characters[:60]]
    while len(words) < 20000:
        words.append("".join(chance.choices(characters, weights, k=chance.choice((2, 2, 2, 3)))))
    latin = ["".join(chance.choices("abcdefghiklmnoprstuvwy", k=chance.randint(2, 9))) for _ in range(1500)]
    for place in range(40, len(words), 13):
        words[place] = chance.choice(latin)
    return words


def article(nth, words, weights, chance):
    drawn = iter(chance.choices(words, cum_weights=weights, k=2600))
    paragraphs = []
    left = chance.randint(600, 1900)
    while left > 0:
        count = min(left, chance.randint(20, 160))
        left -= count
        text = []
        for _ in range(count):
            word = next(drawn)
            if word.isascii() and text and text[-1][-1:].isascii():
                text.append(" ")
            text.append(word)
            if chance.random() < 0.12:
                text.append(chance.choice("，，，，、；：—"))
            elif chance.random() < 0.02:
                text.append(f"{chance.randint(1, 2026)}年")
        paragraphs.append("".join(text) + "。")
    title = "".join(chance.choices(words, cum_weights=weights, k=chance.randint(4, 9)))
    day = f"{2015 + nth % 11}-{1 + nth % 12:02}-{1 + nth % 28:02}"
    return {"id": f"made-{nth}", "url": f"https://made.example/{nth}", "title": title, "date": day,
            "source_name": f"账号{nth % 200}", "text": "\n\n".join(paragraphs)}


def boji(arguments, command, **more):
    start = time.monotonic()
    done = subprocess.run([arguments.boji, "--data", str(arguments.folder / "data"), *command], capture_output=True, text=True, **more)
    if done.returncode:
        raise SystemExit(f"{command}: {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout, time.monotonic() - start


def holds(text, piece):
    """Whether a text holds a piece, not within a word of Latin letters or digits."""
    at = text.find(piece)
    while at >= 0:
        before, behind = text[at - 1 : at], text[at + len(piece) : at + len(piece) + 1]
        joins = lambda one, other: one.isascii() and other.isascii() and one.isalnum() and other.isalnum()
        if not (joins(before, piece[0]) or joins(piece[-1], behind)):
            return True
        at = text.find(piece, at + 1)
    return False


def queries(texts, chance):
    """Pieces of one to four characters of the texts, pure and mixed, whole words of Latin letters, and some that no text holds."""
    wanted = set()
    while len(wanted) < QUERIES:
        text = chance.choice(texts)
        if len(wanted) % 5 == 0:
            piece = chance.choice(re.findall(r"[a-z]+|\d+年", text) or ["没有"])
        else:
            start, length = chance.randrange(len(text)), chance.randint(1, 4)
            piece = text[start : start + length]
        if piece and not re.search(r"^\s|\s$|\n|\"", piece):
            wanted.add(piece)
    return sorted(wanted)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--boji", required=True)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("/tmp/boji-corpus"))
    parser.add_argument("--compare", type=int, default=20_000, help="texts that are scanned (the first so many)")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(7)
    words = vocabulary(chance)
    weights, total = [], 0
    for nth in range(len(words)):
        total += 1 / (nth + 5)
        weights.append(total)
    made, texts = arguments.folder / f"made-{arguments.articles}.jsonl", {}
    with open(made, "w") as out:
        for nth in range(arguments.articles):
            one = article(nth, words, weights, chance)
            texts[one["url"]] = (one["title"], one["text"])
            out.write(json.dumps(one, ensure_ascii=False) + "\n")
    size = sum(len(text.encode()) for _, text in texts.values())
    print(f"{len(texts)} articles, {size / 1e6:.0f} MB of text")
    if not (arguments.folder / "data" / "boji.db").exists():
        _, seconds = boji(arguments, ["import", str(made), "-q"])
        print(f"import          {seconds:8.1f} s   {len(texts) / seconds:.0f} a second")
    index = json.loads(boji(arguments, ["index", "--json"])[0])
    store = (arguments.folder / "data" / "boji.db").stat().st_size
    print(f"store           {store / 1e6:8.1f} MB, of this the search index {index['bytes'] / 1e6:.1f} MB")

    asked = queries([text for _, text in texts.values()], chance)
    equal, seconds = 0, []
    for nth, piece in enumerate(asked):
        quoted = f'"{piece}"'
        if nth < TIMED:
            seconds.append(boji(arguments, ["search", "--json", "-q", "--", quoted])[1])
        lines, _ = boji(arguments, ["search", "--json", "-q", "--limit", "0", "--", quoted]) if arguments.articles <= arguments.compare else ("", 0)
        if lines or arguments.articles <= arguments.compare:
            found = {json.loads(line)["url"] for line in lines.splitlines()}
            want = {url for url, (title, text) in texts.items() if holds(title.lower(), piece) or holds(text.lower(), piece)}
            equal += found == want
            if found != want:
                print("differs:", repr(piece), len(found), len(want), list(found ^ want)[:3])
    if arguments.articles <= arguments.compare:
        print(f"equal to a scan {equal:8} of {len(asked)}")
    bare = statistics.median(boji(arguments, ["index", "-q", "--json"])[1] for _ in range(9))
    print(f"search, top 20  {statistics.median(seconds) * 1e3:8.0f} ms median, {max(seconds) * 1e3:.0f} ms worst, with {bare * 1e3:.0f} ms of a start")
    common = ["的", words[0], words[1], words[0] + words[1], words[70], words[45], "年", "，"]
    for piece in common:
        out, took = boji(arguments, ["search", "--json", "--", f'"{piece}"'])
        print(f"  {piece!r:14} {took * 1e3:6.0f} ms, {len(out.splitlines())} shown")
    for format_ in ("parquet", "jsonl.zst"):
        target = arguments.folder / f"out-{format_}"
        _, seconds = boji(arguments, ["export", "--format", format_, "--to", str(target), "-q"])
        print(f"export {format_:9}{seconds:8.1f} s")


if __name__ == "__main__":
    main()
