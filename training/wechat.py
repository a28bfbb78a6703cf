#!/usr/bin/env python3
"""Makes the weights of the classifier of lines of WeChat articles.

    python3 wechat.py train --data DATA --work WORK            writes config/weights/wechat.txt
    python3 wechat.py cross-validate --data DATA --work WORK   cleans each fifth of the accounts by what the others taught
    python3 wechat.py learning-curve --data DATA --work WORK   cleans a fifth by what ever more of the other accounts taught
"""
import math
import re
from collections import Counter, defaultdict

import numpy as np

import data
import lines
import score

WEIGHTS = data.HERE.parent / "config/weights/wechat.txt"
CHECKS = data.HERE.parent / "fixtures/classifiers/wechat.jsonl"
CHECKED = ("made/a-2", "made/l-3")
# Probabilities from which on a line goes: keep, balanced, strict.
LIMITS = (0.9, 0.6, 0.4)

# What an account repeats is a weak label: a line in so many, and such a share, of its articles, near an end of them.
LEAST_ARTICLES = 4
LEAST_TIMES, LEAST_SHARE = 3, 0.3
HEAD_LINES, TAIL_LINES = 8, 30
SAMPLED, SAMPLE_WEIGHT = 0.12, 0.3


class Lines:
    """All lines of labelled pages as columns."""

    def __init__(self, pages, folds):
        self.pages = pages
        all_lines = [line for page in pages for line in page.lines]
        self.forms = np.array([line["form"] for line in all_lines], dtype=object)
        self.labels = np.array([label for page in pages for label in page.labels])
        self.categories = [category for page in pages for category in page.categories]
        self.marks = np.isin(self.labels, ["d", "m"]).astype(int)
        self.accounts = np.array([page.account for page in pages for _ in page.lines])
        self.folds = np.array([folds[page.account] for page in pages for _ in page.lines])
        # A page that is there once more with what its account repeats weighs half in either form.
        twice = {page.id.removesuffix("+") for page in pages if page.others}
        half = np.array([0.5 if page.id.removesuffix("+") in twice else 1.0 for page in pages for _ in page.lines])
        self.weights = lines.line_weights(pages) * half
        self.used = self.weights > 0
        # A page that is there once more with what its account repeats has no new words.
        self.once = np.array([not page.others for page in pages for _ in page.lines])

    def text_column(self, chosen):
        chosen = chosen & self.once
        return lines.column(self.forms[chosen], self.accounts[chosen], self.marks[chosen], np.minimum(self.weights[chosen], 1.0))


class Repeated:
    """Lines of unlabelled articles, marked where their account repeats them."""

    def __init__(self, rows, found, folds):
        self.forms, self.accounts, self.marks, self.weights = [], [], [], []
        by_account = defaultdict(list)
        for row in rows:
            by_account[row["account"]].append(found[row["id"]])
        chance = np.random.default_rng(3)
        for account in sorted(by_account):
            self.add(account, different(by_account[account]), chance)
        self.forms = np.array(self.forms, dtype=object)
        self.accounts, self.marks, self.weights = map(np.array, (self.accounts, self.marks, self.weights))
        self.folds = np.array([folds[account] for account in self.accounts], dtype=int)

    def add(self, account, articles, chance):
        if len(articles) < LEAST_ARTICLES:
            return
        times, at_ends, form = Counter(), Counter(), {}
        for article in articles:
            own = {}
            for nth, line in enumerate(article):
                key = wording(line)
                if len(key) < 2:
                    continue
                at_end = (nth < HEAD_LINES or nth >= len(article) - TAIL_LINES) and not line["heading"]
                own[key] = own.get(key, False) or at_end
                form.setdefault(key, line["form"])
            times.update(own)
            at_ends.update(key for key, at_end in own.items() if at_end)
        for key in sorted(times):
            if at_ends[key] >= max(LEAST_TIMES, LEAST_SHARE * len(articles)):
                self.append(account, form[key], 1, 1.0)
            elif times[key] == 1 and chance.random() < SAMPLED:
                self.append(account, form[key], 0, SAMPLE_WEIGHT)

    def append(self, account, form, mark, weight):
        self.accounts.append(account)
        self.forms.append(form)
        self.marks.append(mark)
        self.weights.append(weight)

    def column(self, chosen):
        return lines.column(self.forms[chosen], self.accounts[chosen], self.marks[chosen], self.weights[chosen])

    def without(self, fold):
        return self.part(self.folds != fold)

    def none(self):
        return self.part(np.zeros(len(self.forms), dtype=bool))

    def part(self, chosen):
        other = Repeated([], {}, {})
        other.forms, other.accounts, other.marks, other.weights, other.folds = (
            column[chosen] for column in (self.forms, self.accounts, self.marks, self.weights, self.folds))
        return other


def wording(line):
    return re.sub(r"\d+", "0", line["folded"])


def different(articles):
    """Articles of an account without near copies of one before."""
    taken, known = [], []
    for article in articles:
        long = {wording(line) for line in article if len(line["folded"]) >= 30}
        if not any(long and len(long & other) > 0.4 * len(long) for other in known):
            known.append(long)
            taken.append(article)
    return taken


def folds_of(accounts):
    names = sorted(set(accounts))
    order = np.random.default_rng(1).permutation(len(names))
    return {name: int(order[nth] % lines.FOLDS) for nth, name in enumerate(names)}


def gather(arguments):
    """Labelled lines and what accounts repeat."""
    data.unpack(arguments.data, arguments.work)
    pages, rows = data.labelled(arguments.data, arguments.work), data.unlabelled(arguments.work)
    folds = folds_of([page.account for page in pages] + [row["account"] for row in rows])
    _, found = data.dump([{"id": page.id, "path": str(page.path)} for page in pages], arguments.work, "labelled")
    for page in pages:
        page.lines = found[page.id]
        data.align(page)
    pages += data.remembering(pages, rows)
    names, found = data.dump([{"id": row["id"], "path": row["path"]} for row in rows], arguments.work, "repeats")
    heading = names.index("kind.heading")
    for article in found.values():
        for line in article:
            line["heading"] = line.pop("features")[heading] > 0
    return Lines(pages, folds), Repeated(rows, found, folds)


def out_of_fold(labelled, repeated, chosen):
    """Scores of the chosen lines by dictionaries that were made without the accounts of their fold."""
    scores = np.zeros((len(labelled.forms), 2), dtype=np.float32)
    for fold in range(lines.FOLDS):
        inside, outside = chosen & (labelled.folds == fold), chosen & labelled.used & (labelled.folds != fold)
        if not inside.any():
            continue
        dictionary = lines.dictionary([labelled.text_column(outside), repeated.column(repeated.folds != fold)])
        scores[inside] = dictionary.scores(labelled.forms[inside])
    return scores


def featured(labelled, scores, work, name):
    """Names and values of the features of all lines by the program's own code, the scores given."""
    rows, at = [], 0
    for page in labelled.pages:
        end = at + len(page.lines)
        rows.append({"id": page.id, "path": str(page.path), "scores": [[float(a), float(b)] for a, b in scores[at:end]], "others": page.others})
        at = end
    names, found = data.dump(rows, work, name)
    all_lines = [line for page in labelled.pages for line in found[page.id]]
    return names, np.array([line["features"] for line in all_lines], dtype=np.float32).astype(float)


def weights_of(labelled, repeated, features, names, chosen, repeats):
    """The file of weights that the chosen lines make."""
    model = lines.trees(features[chosen], labelled.marks[chosen], labelled.weights[chosen], names)
    dictionary = lines.dictionary([labelled.text_column(chosen), repeated.column(repeats)])
    marked = np.flatnonzero(chosen & labelled.once & (labelled.marks > 0))
    lines.speak_for_kinds(dictionary, labelled.forms[marked], [labelled.categories[i] for i in marked])
    limits = [round(math.log(p / (1 - p)) * lines.LOG_ODD) for p in LIMITS]
    return lines.written(dictionary, names, model, limits), dictionary, model


def train(arguments):
    labelled, repeated = gather(arguments)
    scores = out_of_fold(labelled, repeated, np.ones(len(labelled.forms), dtype=bool))
    names, features = featured(labelled, scores, arguments.work, "featured")
    text, dictionary, model = weights_of(labelled, repeated, features, names, labelled.used, np.ones(len(repeated.forms), dtype=bool))
    WEIGHTS.write_text(text, encoding="utf-8")
    # Lines of made-up articles with what this side makes of them.
    shown = np.array([page.id in CHECKED for page in labelled.pages for _ in page.lines])
    texts = [line["text"] for page in labelled.pages for line in page.lines if page.id in CHECKED]
    known = [[lines.number(value) for value in row] for row in dictionary.scores(labelled.forms[shown])]
    CHECKS.write_text(lines.check_rows(features[shown], lines.whole_odds(model, features[shown]), text=texts, scores=known), encoding="utf-8")
    print(f"{WEIGHTS}: {len(text.encode())} bytes, {labelled.used.sum()} lines of {len(labelled.pages)} pages")


def own_pages(labelled):
    """Pages with lines, the fold of each, and the rows by which the program is asked to clean them."""
    pages = [page for page in labelled.pages if page.lines]
    fold_of = {page.id: int(labelled.folds[np.flatnonzero(labelled.accounts == page.account)[0]]) for page in pages}
    return pages, fold_of, [{"id": page.id, "path": str(page.path), "others": page.others} for page in pages]


def clean_by_rules(rows, work):
    none = work / "none.txt"
    none.write_text(lines.NOTHING, encoding="utf-8")
    return data.clean(rows, work, "rules", none, "balanced")


def fold_weights(labelled, repeated, work, fold, known, weak=True):
    """The file of weights that the known lines make, dictionary, scores and trees alike, none of them of a fold."""
    others = repeated.without(fold) if weak else repeated.none()
    scores = out_of_fold(labelled, others, known)
    names, features = featured(labelled, scores, work, f"fold-{fold}")
    every = np.ones(len(others.forms), dtype=bool)
    return weights_of(labelled, others, features, names, labelled.used & known, every)[0]


def tell(name, setting, row):
    figures = (f"{key} {value:.4f}" if isinstance(value, float) else f"{key} {value}" for key, value in row.items())
    print(f"{name:16}{setting:24}" + "  ".join(figures), flush=True)


def cross_validate(arguments):
    """The whole program on accounts that taught it nothing: dictionary, scores and trees of each fold know the other folds alone."""
    labelled, repeated = gather(arguments)
    own, fold_of, rows = own_pages(labelled)
    texts = defaultdict(dict, rules=clean_by_rules(rows, arguments.work))
    for fold in range(lines.FOLDS):
        file = arguments.work / f"fold-{fold}.txt"
        file.write_text(fold_weights(labelled, repeated, arguments.work, fold, labelled.folds != fold), encoding="utf-8")
        unseen = [row for row in rows if fold_of[row["id"]] == fold]
        for strictness in ("keep", "balanced", "strict"):
            texts[strictness].update(data.clean(unseen, arguments.work, strictness, file, strictness))
        print(f"fold {fold}", flush=True)
    sets = [(name, [page for page in own if page.set == name and not page.others]) for name in (data.SETS[0][0], data.SETS[1][0], "repeats", "made")]
    known = {page.id.removesuffix("+") for page in own if page.others}
    sets += [("account new", [page for page in own if page.id in known]), ("account known", [page for page in own if page.others])]
    for name, pages in sets:
        for setting in ("rules", "keep", "balanced", "strict"):
            tell(name, setting, score.total(pages, texts[setting]))


# Accounts whose labelled articles teach, as many as there are at the last.
CURVE = (60, 120, 240, 480, None)


def learning_curve(arguments):
    """One fold of the accounts, cleaned by what ever more of the others taught, with and without what accounts repeat."""
    labelled, repeated = gather(arguments)
    own, fold_of, rows = own_pages(labelled)
    unseen = [row for row in rows if fold_of[row["id"]] == 0]
    pages = [page for page in own if fold_of[page.id] == 0 and not page.others and page.set in (*(name for name, _ in data.SETS), "repeats")]
    tell("", "rules", score.total(pages, clean_by_rules(unseen, arguments.work)))
    teachers = sorted({page.account for page in own if fold_of[page.id] != 0 and page.set not in ("made", "wordings")})
    order = np.random.default_rng(2).permutation(len(teachers))
    invented = np.isin(labelled.accounts, sorted({page.account for page in own if page.set in ("made", "wordings")}))
    for count in CURVE:
        chosen = np.isin(labelled.accounts, [teachers[i] for i in order[:count]])
        settings = (("alone", chosen, False), ("repeated lines", chosen, True), ("and made up", chosen | invented, True))
        for setting, known, weak in settings:
            file = arguments.work / "curve.txt"
            file.write_text(fold_weights(labelled, repeated, arguments.work, 0, known & (labelled.folds != 0), weak), encoding="utf-8")
            texts = data.clean(unseen, arguments.work, "curve", file, "balanced")
            tell(f"{len(order[:count])} accounts", setting, score.total(pages, texts))


if __name__ == "__main__":
    data.command_line(__doc__, {"train": train, "cross-validate": cross_validate, "learning-curve": learning_curve})
