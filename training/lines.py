"""What tells lines of boilerplate from lines of an article: a dictionary of character n-grams, then trees over its scores and
the features that the program computes. Every function is seeded and of one thread, so that the same data give the same bytes."""
import json
import math
from dataclasses import dataclass, field

import lightgbm
import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

LONGEST_GRAM = 4
GRAMS = 10_000          # entries of the dictionary, by each of its columns
LEAST_ACCOUNTS = 3      # accounts in which a gram must occur
FOLDS = 5
LOG_ODD = 65_536
TREES = dict(objective="binary", num_leaves=15, min_data_in_leaf=20, lambda_l2=1.0, feature_fraction=0.5, bagging_fraction=0.8,
             bagging_freq=1, max_bin=127, learning_rate=0.06, deterministic=True, force_row_wise=True, num_threads=1, verbosity=-1)
ROUNDS = 250


# Weights by which nothing goes.
NOTHING = "boji-weights 1\nlimits 2147483647 2147483647 2147483647\nkinds\nbias 0 0\nstep 0 0\ngrams 0\nnames 0\nfeatures 0\ntrees 0\n"

# The labels' categories as the program's kinds of boilerplate.
KINDS = {"back-issues": "back-issues", "series": "series", "commerce": "commerce", "recruiting": "commerce", "contact": "contact", "credits": "credits",
         "disclaimer": "disclaimer", "end": "end", "follow": "follow", "star": "follow", "qr": "follow", "group": "group", "original-link": "source",
         "source": "source", "rights": "rights", "claim": "rights", "self-intro": "self-intro", "share": "share", "comment": "share", "title": "title"}
LEAST_OF_KIND = 5       # labelled lines of a kind in which a gram must occur to speak for it


@dataclass
class Dictionary:
    """Sorted n-grams with a whole weight for each column of scores, and the kind of boilerplate for which each speaks."""
    grams: list
    weights: np.ndarray      # grams x columns, int
    bias: np.ndarray
    step: np.ndarray
    kinds: list = field(default_factory=list)
    says: np.ndarray = None  # grams x (kind counted from one, strength)

    def scores(self, forms):
        counts = CountVectorizer(analyzer="char", ngram_range=(1, LONGEST_GRAM), lowercase=False, vocabulary={g: i for i, g in enumerate(self.grams)})
        matrix = counts.transform(forms)
        root = np.sqrt(np.maximum(1, np.array([gram_count(form) for form in forms], dtype=np.float32))).astype(np.float32)
        sums = np.asarray(matrix @ self.weights).astype(np.float32)
        return (self.bias.astype(np.float32) + self.step.astype(np.float32) * sums / root[:, None]).astype(np.float32)


def gram_count(form):
    return sum(max(0, len(form) - n + 1) for n in range(1, LONGEST_GRAM + 1))


def counted(forms):
    """N-grams of lines, each count over the root of the line's number of grams, and the names of the columns."""
    vectorizer = CountVectorizer(analyzer="char", ngram_range=(1, LONGEST_GRAM), lowercase=False, dtype=np.float32)
    matrix = vectorizer.fit_transform(forms)
    root = np.sqrt(np.maximum(1, np.array([gram_count(form) for form in forms])))
    return sparse.diags(1 / root) @ matrix, np.array(vectorizer.get_feature_names_out())


def fit(matrix, marks, weights, c):
    model = LogisticRegression(C=c, solver="liblinear", random_state=0, max_iter=200)
    model.fit(matrix, marks, sample_weight=weights)
    return model.coef_[0], float(model.intercept_[0])


# What one unit of x = count / sqrt(grams) is worth is learned; a larger scale means weaker regularisation.
SCALE = 3.0


def column(forms, groups, marks, weights, grams=GRAMS):
    """The n-grams that say most about whether a line is marked, with whole weights: {gram: weight}, bias, step. Of no lines none does."""
    if not len(forms):
        return {}, 0.0, 1.0
    matrix, names = counted(forms)
    groups = np.unique(groups, return_inverse=True)[1]
    seen = sparse.csr_matrix((np.ones(len(groups), dtype=np.float32), (groups, np.arange(len(groups)))))
    spread = np.asarray(((seen @ (matrix > 0).astype(np.float32)) > 0).sum(axis=0)).ravel()
    common = np.flatnonzero(spread >= LEAST_ACCOUNTS)
    matrix = (matrix[:, common] * SCALE).tocsr()
    names = names[common]
    weight, _ = fit(matrix, marks, weights, 1.0)
    lines = np.asarray((matrix > 0).sum(axis=0)).ravel()
    best = np.sort(np.argsort(-np.abs(weight) * np.sqrt(lines), kind="stable")[:grams])
    weight, bias = fit(matrix[:, best].tocsr(), marks, weights, 1.0)
    weight = weight * SCALE
    step = float(np.abs(weight).max() / 127) or 1.0
    whole = np.rint(weight / step).astype(int)
    return {name: int(w) for name, w in zip(names[best], whole) if w}, bias, step


def dictionary(columns):
    """One dictionary of several columns."""
    grams = sorted(set().union(*(set(weights) for weights, _, _ in columns)))
    weights = np.array([[weights.get(gram, 0) for weights, _, _ in columns] for gram in grams], dtype=np.int32)
    return Dictionary(grams, weights, np.array([bias for _, bias, _ in columns]), np.array([step for _, _, step in columns]))


def speak_for_kinds(dictionary, forms, categories):
    """Gives each gram the kind of boilerplate that it tells best from the others, by log odds in sixteenths."""
    named = [KINDS.get(category, "") for category in categories]
    dictionary.kinds = sorted(set(KINDS.values()))
    counts = CountVectorizer(analyzer="char", ngram_range=(1, LONGEST_GRAM), lowercase=False, binary=True, vocabulary={g: i for i, g in enumerate(dictionary.grams)})
    lines = np.flatnonzero([bool(kind) for kind in named])
    matrix = counts.transform([forms[i] for i in lines])
    of = np.array([dictionary.kinds.index(named[i]) for i in lines])
    found = np.stack([np.asarray(matrix[of == kind].sum(axis=0)).ravel() for kind in range(len(dictionary.kinds))]).astype(float)
    total = np.bincount(of, minlength=len(dictionary.kinds)).astype(float)[:, None]
    others = found.sum(axis=0) - found
    odds = np.log((found + 0.5) / (total + 1)) - np.log((others + 0.5) / (total.sum() - total + 1))
    odds[found < LEAST_OF_KIND] = 0
    best = odds.argmax(axis=0)
    strength = np.rint(np.clip(odds.max(axis=0) * 16, 0, 127)).astype(int)
    dictionary.says = np.stack([np.where(strength > 0, best + 1, 0), strength], axis=1)


def trees(features, marks, weights, names, rounds=ROUNDS, seed=7, **more):
    data = lightgbm.Dataset(features, marks, weight=weights, feature_name=[f"f{i}" for i in range(len(names))], free_raw_data=False)
    return lightgbm.train({**TREES, "seed": seed, **more}, data, num_boost_round=rounds)


def line_weights(pages):
    """A page says no more by having many lines of a kind; kept lines weigh by what their loss costs."""
    out = []
    for page in pages:
        gone = sum(label in ("d", "m") for label in page.labels)
        kept = sum(label == "k" for label in page.labels)
        for line, label in zip(page.lines, page.labels):
            if label in ("d", "m"):
                out.append(min(1.0, 30 / gone))
            elif label == "k":
                out.append(min(1.0, 120 / kept) * (1 + min(4.0, len(line["folded"]) / 50)))
            else:
                out.append(0.0)
    return np.array(out)


def written(dictionary, names, model, limits):
    """The file of weights, as `boji-clean` reads it."""
    out = ["boji-weights 1", "limits " + " ".join(map(str, limits)), " ".join(["kinds", *dictionary.kinds]),
           "bias " + " ".join(number(b) for b in dictionary.bias), "step " + " ".join(number(s) for s in dictionary.step),
           f"grams {len(dictionary.grams)}"]
    for gram, weights, says in zip(dictionary.grams, dictionary.weights, dictionary.says):
        out.append(gram + "\t" + " ".join(map(str, [*weights, *says])))
    out.append("names 0")
    out.append(f"features {len(names)}")
    out.extend(names)
    dump = model.dump_model()["tree_info"]
    out.append(f"trees {len(dump)}")
    for tree in dump:
        write_tree(tree["tree_structure"], out)
    return "\n".join(out) + "\n"


def write_tree(node, out):
    stack = [node]
    while stack:
        node = stack.pop()
        if "leaf_value" in node and "split_feature" not in node:
            out.append(f"= {whole(node['leaf_value'])}")
        else:
            assert node["decision_type"] == "<="
            out.append(f"{node['split_feature']} {number(floor32(node['threshold']))} {whole(node['internal_value'])}")
            stack.append(node["right_child"])
            stack.append(node["left_child"])


def whole(value):
    return int(round(value * LOG_ODD))


def check_rows(features, odds, **more):
    """Rows of both sides' answers, which a test of the program computes again."""
    rows = []
    for nth in range(len(features)):
        row = {key: values[nth] for key, values in more.items()}
        rows.append({**row, "features": [float(number(value)) for value in features[nth]], "odds": int(odds[nth])})
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def floor32(value):
    """The largest single float that is not above a double: the same features pass it."""
    single = np.float32(value)
    return single if float(single) <= value else np.nextafter(single, np.float32(-math.inf))


def number(value):
    """A single float in the fewest digits that give it back."""
    return np.format_float_positional(np.float32(value), unique=True, trim="-")


def whole_odds(model, features):
    """The sums of the file's whole leaves, as the program adds them."""
    leaves = model.predict(features, pred_leaf=True)
    values = [[whole(v) for v in tree_leaves(tree["tree_structure"])] for tree in model.dump_model()["tree_info"]]
    total = np.zeros(len(features), dtype=np.int64)
    for nth, own in enumerate(values):
        total += np.array(own)[leaves[:, nth]]
    return total


def tree_leaves(node):
    found = {}
    stack = [node]
    while stack:
        node = stack.pop()
        if "split_feature" in node:
            stack += [node["left_child"], node["right_child"]]
        else:
            found[node.get("leaf_index", 0)] = node["leaf_value"]
    return [found[i] for i in sorted(found)]
