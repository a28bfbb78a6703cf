#!/usr/bin/env python3
"""Makes the weights of the classifier of texts of web pages.

    python3 web.py train --data DATA --work WORK            writes config/weights/web.txt
    python3 web.py cross-validate --data DATA --work WORK   cleans each third of the hosts by what the others taught
    python3 web.py ablate --data DATA --work WORK           the same, without each group of features
"""
import math
import re
import subprocess
from collections import Counter
from urllib.parse import urlsplit

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

import data
import lines

WEIGHTS = data.HERE.parent / "config/weights/web.txt"
# Sets with the weight of their texts: of 0, they are measured and teach nothing.
SETS = {"fundus-dev": ("extraction-dev-2", 2.0), "blogs-dev": ("extraction-dev-2", 1.0), "wcxb-articles": ("extraction-dev", 1.0), "gne-zh": ("extraction-dev", 1.0),
        "wcxb-other-types": ("extraction-dev", 0.0)}
# Features without words of some texts, with what this side makes of them.
CHECKS = data.HERE.parent / "fixtures/classifiers/web.jsonl"
CHECKED = 60
LIMITS = (0.9, 0.5, 0.4)
FOLDS = 3
NAMES = 4_000           # words of names that have weights
LEAST_HOSTS = 4
KEPT = 1.5              # a text of the article lost is worse than one of the page kept
REACHES = 3
TREES = dict(num_leaves=15, learning_rate=0.08, min_data_in_leaf=60, lambda_l2=5.0, max_bin=63)
ROUNDS = 200
WIDE = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
WORD = re.compile(rf"[{WIDE}]|[^\W{WIDE}]+")


class Page:
    def __init__(self, name, row, path):
        self.id, self.set, self.path, self.url = f"{name}/{row['id']}", name, path, row.get("url") or ""
        self.gold = tokens(row.get("text") or "")
        self.either = " " + " ".join(t for part in row.get("either") or () for t in tokens(part)) + " "
        self.host = urlsplit(self.url).hostname or re.sub(r"[-_]\d.*", "", row["id"])
        self.host = ".".join(self.host.split(".")[-2:])
        self.texts = []


def tokens(text):
    return WORD.findall(text.lower())


def shingles(words, n=4):
    return Counter(tuple(words[i:i + n]) for i in range(max(1, len(words) - n + 1))) if words else Counter()


def pages(arguments):
    found = []
    for name, (archive, _) in SETS.items():
        folder = arguments.work / archive
        if not folder.exists():
            folder.mkdir(parents=True)
            subprocess.run(["tar", "--zstd", "-xf", arguments.data / f"{archive}.tar.zst", "-C", folder], check=True)
        home = next(path for path in folder.rglob(name) if path.is_dir())
        for row in data.read_jsonl(home / "gold.jsonl"):
            found.append(Page(name, row, home / "html" / f"{row['id']}.html"))
    return sorted(found, key=lambda page: page.id)


def ask(rows, folder, name, *options):
    return data.ask(rows, folder, name, *options, example="box_rows")


def label(page):
    """Marks each text: 1 page chrome, 0 the article; weights, 0 where the gold cannot tell."""
    gold, whole = shingles(page.gold), " " + " ".join(page.gold) + " "
    for text in page.texts:
        words = tokens(text["text"])
        text["tokens"] = len(words)
        own = " " + " ".join(words) + " "
        if len(words) >= 4:
            have = shingles(words)
            inside = sum((have & gold).values()) / sum(have.values())
        else:
            inside = float(own in whole)
        text["mark"] = int(inside < 0.5)
        sure = bool(words) and len(page.gold) >= 80
        unclear = own in page.either or text["element"] in ("figcaption", "td", "th", "pre", "code") or (page.set.startswith("wcxb") and text["element"] in ("td", "pre"))
        text["weight"] = 0.0 if unclear or not sure else min(len(words), 200) ** 0.7 / len(page.gold) ** 0.5 * SETS[page.set][1]


class Texts:
    def __init__(self, found):
        self.pages = found
        every = [(page, text) for page in found for text in page.texts]
        self.marks = np.array([text["mark"] for _, text in every])
        self.weights = np.array([text["weight"] for _, text in every])
        self.names = [" ".join(text["names"]) for _, text in every]
        self.hosts = np.array([page.host for page, _ in every])
        self.sets = np.array([page.set for page, _ in every])
        self.aside = np.array([text["aside"] for _, text in every])
        self.tokens = np.array([text["tokens"] for _, text in every])
        hosts = sorted(set(page.host for page in found))
        order = np.random.default_rng(5).permutation(len(hosts))
        self.fold_of = {host: int(order[nth] % FOLDS) for nth, host in enumerate(hosts)}
        self.folds = np.array([self.fold_of[host] for host in self.hosts])


class Names:
    """Weights of words of names for each reach, in whole steps."""

    def __init__(self, texts, chosen):
        vectorizer = CountVectorizer(analyzer=str.split, binary=False, dtype=np.float32)
        chosen = np.flatnonzero(chosen)
        matrix = vectorizer.fit_transform([texts.names[i] for i in chosen]).tocsr()
        words = np.array(vectorizer.get_feature_names_out())
        groups = np.unique(texts.hosts[chosen], return_inverse=True)[1]
        seen = sparse.csr_matrix((np.ones(len(groups), dtype=np.float32), (groups, np.arange(len(groups)))))
        spread = np.asarray(((seen @ (matrix > 0).astype(np.float32)) > 0).sum(axis=0)).ravel()
        common = np.flatnonzero(spread >= LEAST_HOSTS)
        matrix, words = matrix[:, common], words[common]
        marks, weights = texts.marks[chosen], texts.weights[chosen]
        weights = weights / weights.mean()
        weight, _ = lines.fit(matrix, marks, weights, 0.05)
        count = np.asarray((matrix > 0).sum(axis=0)).ravel()
        best = np.sort(np.argsort(-np.abs(weight) * np.sqrt(count), kind="stable")[:NAMES])
        weight, self.bias = lines.fit(matrix[:, best].tocsr(), marks, weights, 0.05)
        self.step = float(np.abs(weight).max() / 127) or 1.0
        self.table = {}
        for word, steps in zip(words[best], np.rint(weight / self.step).astype(int)):
            if steps:
                self.table.setdefault(word[1:], [0] * REACHES)[int(word[0])] = int(steps)

    def scores(self, names):
        out = np.zeros((len(names), REACHES), dtype=np.float32)
        for nth, line in enumerate(names):
            sums = [0] * REACHES
            for word in line.split():
                reach = int(word[0])
                sums[reach] += self.table.get(word[1:], (0,) * REACHES)[reach]
            out[nth] = [np.float32(self.step) * np.float32(s) for s in sums]
        return out


def out_of_fold(texts, chosen):
    scores = np.zeros((len(texts.names), REACHES), dtype=np.float32)
    for fold in range(FOLDS):
        inside = texts.folds == fold
        if (chosen & inside).any():
            names = Names(texts, chosen & ~inside & (texts.weights > 0))
            scores[inside] = names.scores([texts.names[i] for i in np.flatnonzero(inside)])
    return scores


def featured(texts, scores, work, name):
    rows, at = [], 0
    for page in texts.pages:
        end = at + len(page.texts)
        rows.append({"id": page.id, "path": str(page.path), "url": page.url, "scores": scores[at:end].tolist()})
        at = end
    head, *found = ask(rows, work, name)
    every = {row["id"]: row["texts"] for row in found}
    return head["features"], np.array([text["features"] for page in texts.pages for text in every[page.id]], dtype=np.float32).astype(float)


def fit_trees(texts, features, names, chosen, seed=7):
    chosen = chosen & (texts.weights > 0)
    weights = (texts.weights * np.where(texts.marks == 0, KEPT, 1.0))[chosen]
    return lines.trees(features[chosen], texts.marks[chosen], weights / weights.mean(), names, rounds=ROUNDS, seed=seed, **TREES)


def written(names, features, model):
    limits = [round(math.log(p / (1 - p)) * lines.LOG_ODD) for p in LIMITS]
    out = ["boji-weights 1", "limits " + " ".join(map(str, limits)), "kinds", f"bias {lines.number(names.bias)} 0", f"step {lines.number(names.step)} 0",
           "grams 0", f"names {len(names.table)}"]
    out += [f"{word} {' '.join(map(str, names.table[word]))}" for word in sorted(names.table)]
    out += [f"features {len(features)}", *features]
    dump = model.dump_model()["tree_info"]
    out.append(f"trees {len(dump)}")
    for tree in dump:
        lines.write_tree(tree["tree_structure"], out)
    return "\n".join(out) + "\n"


def gather(arguments):
    found = pages(arguments)
    _, *answers = ask([{"id": page.id, "path": str(page.path), "url": page.url} for page in found], arguments.work, "web")
    every = {row["id"]: row["texts"] for row in answers}
    for page in found:
        page.texts = every[page.id]
        label(page)
    return Texts(found)


def f1(gold, text):
    a, b = shingles(gold), shingles(tokens(text))
    hit = sum((a & b).values())
    p, r = hit / max(1, sum(b.values())), hit / max(1, sum(a.values()))
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


def tell(found, texts, setting):
    for name in SETS:
        rows = np.array([f1(page.gold, texts.get(page.id, "")) for page in found if page.set == name])
        print(f"{name:18}{setting:32} pages {len(rows)}  precision {rows[:, 0].mean():.4f}  recall {rows[:, 1].mean():.4f}  f1 {rows[:, 2].mean():.4f}", flush=True)


def clean(found, work, weights, strictness):
    rows = [{"id": page.id, "path": str(page.path), "url": page.url} for page in found]
    return {row["id"]: row["text"] for row in ask(rows, work, "web-clean", "--clean", "--weights", weights, "--strictness", strictness)}


# Groups of features by the beginnings of their names, for what each is worth.
GROUPS = {
    "names": ("names", "heading.names"), "links, title, texts that repeat": ("links", "own.title", "own.page"), "flow": ("flow",),
    "controls, pictures, texts of its box": ("controls", "pictures", "group"),
    "how it is written": ("own.sentence", "own.introduction", "own.small", "own.ends", "own.parts", "own.digits", "own.capitals"),
    "its own text and tag": ("own.text", "own.links", "own.prose", "own.tag", "own.hint", "own.times"), "boxes round it": ("up", "best", "side"), "its like": ("siblings",),
    "elements above": ("to.", "depth"), "place": ("place",), "neighbours": ("beside", "heading"),
}


def without(features, names, group):
    """Features of which a group says nothing."""
    left_out = [nth for nth, name in enumerate(names) if name.startswith(group)]
    features = features.copy()
    features[:, left_out] = 0.0
    return features


def folds(texts, work):
    """For each third of the hosts what is known without it: which texts, names and values of features, words of names."""
    for fold in range(FOLDS):
        known = texts.folds != fold
        names, features = featured(texts, out_of_fold(texts, known), work, "web-fold")
        yield fold, known, names, features, Names(texts, known & (texts.weights > 0))


def clean_unseen(texts, work, fold, weights, strictness):
    file = work / f"web-fold-{fold}.txt"
    file.write_text(weights, encoding="utf-8")
    return clean([page for page in texts.pages if texts.fold_of[page.host] == fold], work, file, strictness)


def cross_validate(arguments):
    texts = gather(arguments)
    none = arguments.work / "web-none.txt"
    none.write_text(lines.NOTHING, encoding="utf-8")
    tell(texts.pages, clean(texts.pages, arguments.work, none, "balanced"), "rules")
    cleaned = {"keep": {}, "balanced": {}, "strict": {}}
    for fold, known, names, features, words in folds(texts, arguments.work):
        weights = written(words, names, fit_trees(texts, features, names, known))
        for strictness, found in cleaned.items():
            found.update(clean_unseen(texts, arguments.work, fold, weights, strictness))
    for strictness, found in cleaned.items():
        tell(texts.pages, found, strictness)


def ablate(arguments):
    texts = gather(arguments)
    cleaned = {"nothing": {}, **{group: {} for group in GROUPS}}
    for fold, known, names, features, words in folds(texts, arguments.work):
        for group, found in cleaned.items():
            left = without(features, names, GROUPS.get(group, ()))
            weights = written(words, names, fit_trees(texts, left, names, known))
            found.update(clean_unseen(texts, arguments.work, fold, weights, "balanced"))
    for group, found in cleaned.items():
        tell(texts.pages, found, f"without {group}")


def train(arguments):
    texts = gather(arguments)
    every = np.ones(len(texts.names), dtype=bool)
    names, features = featured(texts, out_of_fold(texts, every), arguments.work, "web-featured")
    model = fit_trees(texts, features, names, every)
    text = written(Names(texts, texts.weights > 0), names, model)
    WEIGHTS.write_text(text, encoding="utf-8")
    shown = features[:: max(1, len(features) // CHECKED)]
    CHECKS.write_text(lines.check_rows(shown, lines.whole_odds(model, shown)), encoding="utf-8")
    print(f"{WEIGHTS}: {len(text.encode())} bytes, {(texts.weights > 0).sum()} texts of {len(texts.pages)} pages")


if __name__ == "__main__":
    data.command_line(__doc__, {"train": train, "cross-validate": cross_validate, "ablate": ablate})
