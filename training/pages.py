"""Weights of the classifier of pages that stand in the place of an article (config/weights/pages.txt).

Made-up pages, each batch by another hand: pages/*.jsonl, {"html", "state", "kind", "lang"}; a state is one of the program's, article for a
short genuine one. Real articles that show little are the archives'."""
import math
import subprocess

import numpy as np

import data
import lines

WEIGHTS = data.HERE.parent / "config/weights/pages.txt"
CHECKS = data.HERE.parent / "fixtures/classifiers/pages.jsonl"
CHECKED = 60
NOTHING = lines.NOTHING.replace("bias 0 0\nstep 0 0", "bias 0 0 0 0 0 0\nstep 0 0 0 0 0 0")
STATES = ["blocked", "unavailable", "not_article", "deleted"]
# Probabilities from which on a page is one: keep, balanced, strict.
LIMITS = (0.9, 0.8, 0.7)
TREES = dict(num_leaves=15, learning_rate=0.05, min_data_in_leaf=25, lambda_l2=5.0, feature_fraction=0.4, max_bin=63)
ROUNDS = 160
OUTER = 5               # of cross-validation
INNER = 4               # of scores that trees learn from
GRAMS = 12_000
STATE_GRAMS = 5_000     # entries of the dictionary that tell one state from the others


# A challenge page that its set takes for an article.
NO_ARTICLES = ("0551.html",)


class Page:
    def __init__(self, name, batch, state, row):
        self.id, self.batch, self.state, self.row = name, batch, state, row
        self.forms, self.shown = None, None


def made():
    pages = []
    for file in sorted((data.HERE / "pages").glob("*.jsonl")):
        for number, row in enumerate(data.read_jsonl(file)):
            pages.append(Page(f"{file.stem}/{number}", file.stem, row["state"], {"html": row["html"]}))
    return pages


def real(arguments):
    """Real articles; those that are asked about at all are few."""
    pages = []
    for archive in ("extraction-dev", "extraction-dev-2", "wechat-pages"):
        folder = arguments.work / archive
        if not folder.exists():
            folder.mkdir(parents=True)
            subprocess.run(["tar", "--zstd", "-xf", arguments.data / f"{archive}.tar.zst", "-C", folder], check=True)
        for path in sorted(folder.rglob("*.html")):
            if path.name in NO_ARTICLES:
                continue
            pages.append(Page(f"real/{archive}/{path.relative_to(folder)}", "real", "article", {"path": str(path)}))
    return pages


def ask(pages, work, name, *options, weights=None, scores=None):
    """What the program makes of pages; without weights by the table alone."""
    if weights is None:
        weights = work / "pages-none.txt"
        weights.write_text(NOTHING, encoding="utf-8")
    rows = [{"id": str(nth), **page.row, **({"scores": scores[nth]} if scores else {})} for nth, page in enumerate(pages)]
    return data.ask(rows, work, name, *options, "--weights", weights, example="page_rows")


def gather(arguments):
    pages = made() + real(arguments)
    _, *answers = ask(pages, arguments.work, "pages")
    for page, answer in zip(pages, answers):
        page.forms, page.shown = answer.get("forms"), answer.get("lines")
    return [page for page in pages if page.forms is not None], [page for page in pages if page.forms is None]


class Lines:
    """All lines of pages, each marked as its page is. A page says no more by having many."""

    def __init__(self, pages):
        self.forms, self.owner = [], []
        for nth, page in enumerate(pages):
            for form in page.forms:
                self.forms.append(form)
                self.owner.append(nth)
        self.owner = np.array(self.owner)
        self.marks = np.array([int(pages[nth].state != "article") for nth in self.owner])
        counts = np.bincount(self.owner, minlength=len(pages))
        lengths = np.array([min(len(form), 60) for form in self.forms], dtype=float)
        total = np.bincount(self.owner, weights=lengths, minlength=len(pages))
        self.weights = np.array([8.0 * lengths[i] / max(total[nth], 20.0) for i, nth in enumerate(self.owner)]) * np.minimum(1.0, counts[self.owner] / 2)
        self.whole = ["".join(page.forms) for page in pages]
        self.page_marks = np.array([int(page.state != "article") for page in pages])
        self.page_states = np.array([page.state for page in pages])


def dictionary(found, chosen):
    chosen = np.flatnonzero(chosen)
    forms = [found.forms[i] for i in chosen]
    column = lines.column(forms, found.owner[chosen], found.marks[chosen], found.weights[chosen], grams=GRAMS)
    owners = np.unique(found.owner[chosen])
    whole = lines.column([found.whole[i] for i in owners], owners, found.page_marks[owners], np.ones(len(owners)), grams=GRAMS)
    taken = [i for i in owners if found.page_marks[i]]
    of_states = [lines.column([found.whole[i] for i in taken], taken, found.page_states[taken] == state, np.ones(len(taken)), grams=STATE_GRAMS) for state in STATES]
    made_of = lines.dictionary([column, whole, *of_states])
    made_of.kinds, made_of.says = STATES, np.zeros((len(made_of.grams), 2), dtype=int)
    return made_of


def folds(pages, count):
    """Whole batches, for each is of another hand; real articles in turn."""
    hands = sorted({page.batch for page in pages if page.batch != "real"})
    return np.array([(hands.index(page.batch) if page.batch != "real" else nth) % count for nth, page in enumerate(pages)])


def out_of_batch(pages, found, chosen):
    """Scores of each page's lines by what other batches taught."""
    of = folds(pages, INNER)
    scores = [None] * len(pages)
    for name in range(INNER):
        inside = (of == name) & chosen
        if not inside.any():
            continue
        known = dictionary(found, (chosen & ~inside)[found.owner])
        for nth in np.flatnonzero(inside):
            scores[nth] = page_scores(known, pages[nth])
    return scores


def page_scores(known, page):
    """The scores of the page, of its title and of each line, as the program has them."""
    return [float(known.scores(["".join(page.forms)])[0, 1]), *(float(x) for x in known.scores(page.forms)[:, 0])]


def featured(pages, scores, work, name):
    head, *answers = ask(pages, work, name, scores=scores)
    return head["features"], np.array([answer["features"] for answer in answers], dtype=np.float32).astype(float)


def fit_trees(pages, features, names, chosen, seed=7):
    marks = np.array([int(page.state != "article") for page in pages])
    return lines.trees(features[chosen], marks[chosen], np.ones(chosen.sum()), names, rounds=ROUNDS, seed=seed, **TREES)


def written(known, names, model):
    limits = [round(math.log(p / (1 - p)) * lines.LOG_ODD) for p in LIMITS]
    return lines.written(known, names, model, limits)


def tell(pages, others, states, title):
    """How many pages of each batch have their state, how many are read as articles, how many articles stay."""
    print(title)
    sums = np.zeros(5, dtype=int)
    for batch in sorted({page.batch for page in pages + others}):
        own = [page for page in pages + others if page.batch == batch]
        taken = [page for page in own if page.state != "article"]
        kept = [page for page in own if page.state == "article"]
        right = sum(states.get(page.id) == page.state for page in taken)
        missed = sum(states.get(page.id, "article") == "article" for page in taken)
        stay = sum(states.get(page.id, "article") == "article" for page in kept)
        if batch != "real":
            sums += (len(taken), right, missed, len(kept), stay)
        print(f"  {batch:6} state {right:3}/{len(taken):3}  as article {missed:3}  articles kept {stay:4}/{len(kept):4}", flush=True)
    print(f"  made   state {sums[1]}/{sums[0]}  as article {sums[2]}  articles kept {sums[4]}/{sums[3]}", flush=True)


def run(pages, work, weights=None, strictness="balanced"):
    answers = ask(pages, work, "pages-clean", "--clean", "--strictness", strictness, weights=weights)
    return {page.id: answer["state"] for page, answer in zip(pages, answers)}


def cross_validate(arguments):
    pages, others = gather(arguments)
    without = run(pages + others, arguments.work)
    tell(pages, others, without, "the table alone")
    found = Lines(pages)
    of = folds(pages, OUTER)
    states = {strictness: {page.id: without[page.id] for page in others} for strictness in ("keep", "balanced", "strict")}
    for name in range(OUTER):
        outside = of != name
        inner = out_of_batch(pages, found, outside)
        known = dictionary(found, outside[found.owner])
        for nth in np.flatnonzero(~outside):
            inner[nth] = page_scores(known, pages[nth])
        features, values = featured(pages, inner, arguments.work, "pages-fold")
        file = arguments.work / f"pages-{name}.txt"
        file.write_text(written(known, features, fit_trees(pages, values, features, outside)), encoding="utf-8")
        unseen = [page for nth, page in enumerate(pages) if not outside[nth]]
        for strictness, answers in states.items():
            answers.update(run(unseen, arguments.work, file, strictness))
    for strictness, answers in states.items():
        tell(pages, others, answers, f"each batch by what others taught, {strictness}")


def train(arguments):
    pages, _ = gather(arguments)
    found = Lines(pages)
    every = np.ones(len(pages), dtype=bool)
    names, features = featured(pages, out_of_batch(pages, found, every), arguments.work, "pages-featured")
    model = fit_trees(pages, features, names, every)
    known = dictionary(found, every[found.owner])
    text = written(known, names, model)
    WEIGHTS.write_text(text, encoding="utf-8")
    # Made-up pages alone are shown with their words.
    shown = [nth for nth, page in enumerate(pages) if page.batch != "real"]
    shown = shown[:: max(1, len(shown) // CHECKED)]
    scores = [[lines.number(score) for score in page_scores(known, pages[nth])] for nth in shown]
    rows = lines.check_rows(features[shown], lines.whole_odds(model, features[shown]), lines=[pages[nth].shown for nth in shown], scores=scores)
    CHECKS.write_text(rows, encoding="utf-8")
    print(f"{WEIGHTS}: {len(text.encode())} bytes, {len(pages)} pages asked about")


if __name__ == "__main__":
    data.command_line(__doc__, {"train": train, "cross-validate": cross_validate})
