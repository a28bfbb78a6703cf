"""Labelled pages: where they lie, and which label each of their lines has.

The archives are those of the data folder (`wechat-train.tar.zst` and so on); they are unpacked once into the work folder.
"""
import argparse
import json
import re
import subprocess
import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import Path

HERE = Path(__file__).resolve().parent

# Labelled sets, as (archive, file of labels). The first is the one that figures are told of.
SETS = (("wechat-train", "wechat-train-gold.jsonl"), ("wechat-train-2", "wechat-train-2-gold.jsonl"), ("wechat-pages", "wechat-gold.jsonl"))
REPEATS = "wechat-repeats.jsonl.zst"
PLACEHOLDER = re.compile(r"^\s*(\[IMG|\[CARD|!\[)")


@dataclass
class Page:
    id: str
    path: Path
    set: str
    account: str = ""
    # Blocks of the label file as (text, label, category), or lines as (key, label, category).
    blocks: list = field(default_factory=list)
    lines: list = field(default_factory=list)
    labels: list = field(default_factory=list)
    categories: list = field(default_factory=list)
    # Other articles of the account, of which is known what it repeats.
    others: tuple = ()


# Most other articles of an account that are read, as many as the program remembers; and fewest that tell something.
MOST_OTHERS, LEAST_OTHERS = 12, 3


def remembering(pages, rows):
    """The pages of accounts of which other articles are at hand, once more with these."""
    by_account = {}
    for row in rows:
        by_account.setdefault(row["account"], []).append(row)
    found = []
    for page in pages:
        others = [row["path"] for row in by_account.get(page.account, ()) if page.id != f"repeats/{row['id']}"][:MOST_OTHERS]
        if len(others) >= LEAST_OTHERS:
            found.append(replace(page, id=f"{page.id}+", others=tuple(others)))
    return found


def squeeze(text):
    """Letters and digits alone, in compatibility form and lower case."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def read_jsonl(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def unpack(data, work):
    """Unpacks the archives into the work folder, those that lie there already not again."""
    work.mkdir(parents=True, exist_ok=True)
    for name, _ in SETS:
        target = work / name
        if not target.exists():
            target.mkdir()
            subprocess.run(["tar", "--zstd", "-xf", data / f"{name}.tar.zst", "-C", target], check=True)
    repeats = work / "repeats"
    if not repeats.exists():
        repeats.mkdir()
        plain = subprocess.run(["zstd", "-dqc", data / REPEATS], check=True, capture_output=True).stdout
        index = []
        for row in map(json.loads, plain.decode().splitlines()):
            kind = "html" if row.get("html") else "md"
            path = repeats / f"{row['id']}.{kind}"
            path.write_text(row.get("html") or row["markdown"], encoding="utf-8")
            index.append({"id": row["id"], "account": row["account"], "path": str(path)})
        (repeats / "index.json").write_text(json.dumps(index, ensure_ascii=False), encoding="utf-8")


def labelled(data, work):
    """The labelled pages of all sets, in order of set and id."""
    pages = []
    for name, gold in SETS:
        files = {path.name: path for path in (work / name).rglob("*") if path.is_file()}
        for row in read_jsonl(data / gold):
            path = files.get(row["id"]) or files.get(row["id"] + ".md") or files.get(row["id"] + ".html")
            if row["state"] == "article" and row.get("blocks") and path:
                account = (row.get("meta") or {}).get("account") or row["id"]
                pages.append(Page(f"{name}/{row['id']}", path, name, account, blocks=row["blocks"]))
    pages.sort(key=lambda page: page.id)
    own = {row["id"]: row for row in read_jsonl(HERE / "labels" / "wechat-repeats.jsonl")} if (HERE / "labels").exists() else {}
    for row in json.loads((work / "repeats/index.json").read_text(encoding="utf-8")):
        if row["id"] in own:
            pages.append(Page(f"repeats/{row['id']}", Path(row["path"]), "repeats", row["account"], blocks=own[row["id"]]["lines"]))
    return pages + made(work) + wordings(data, work)


def made(work):
    """Articles that were made up for training, as pages of WeChat's: `made/*.jsonl` has their lines with labels."""
    folder = work / "made"
    folder.mkdir(exist_ok=True)
    pages = []
    for file in sorted((HERE / "made").glob("*.jsonl")):
        for row in read_jsonl(file):
            path = folder / f"{row['id']}.html"
            path.write_text(page_of(row), encoding="utf-8")
            blocks = [(text, label, category) for kind, text, label, category in row["lines"] if kind not in ("img", "hr", "card") and label]
            pages.append(Page(f"made/{row['id']}", path, "made", row["account"], blocks=blocks))
    return pages


# Lists of single lines with their label: prompts, and their look-alikes that are content.
WORDINGS = (("wechat-boilerplate.tsv", "wording", "d"), ("wechat-counterexamples.tsv", "text", "k"))


def wordings(data, work):
    """Single lines of the lists, each at the ends, or for content also in the midst, of paragraphs of a made-up article."""
    folder = work / "wordings"
    folder.mkdir(exist_ok=True)
    articles = [row for file in sorted((HERE / "made").glob("*.jsonl")) for row in read_jsonl(file)]
    proses = [[line for line in row["lines"] if line[0] == "p" and line[2] == "k" and len(line[1]) > 40][:8] for row in articles]
    proses = [prose for prose in proses if len(prose) > 3]
    pages = []
    for name, column, label in WORDINGS:
        with open(data / name, encoding="utf-8") as lines:
            head, *rows = [line.rstrip("\n").split("\t") for line in lines]
        for nth, row in enumerate(rows):
            text = row[head.index(column)]
            for at in ("head", "tail") if label == "d" else ("head", "midst", "tail"):
                prose = proses[len(pages) % len(proses)]
                cut = {"head": 0, "midst": len(prose) // 2, "tail": len(prose)}[at]
                own = [*prose[:cut], ["p", text, label, ""], *prose[cut:]]
                path = folder / f"{column}-{nth}-{at}.html"
                path.write_text(page_of({"title": "一篇", "account": "某号", "lines": own}), encoding="utf-8")
                blocks = [(text, label, category) for _, text, label, category in own]
                pages.append(Page(f"wordings/{path.stem}", path, "wordings", f"wording {column} {nth}", blocks=blocks))
    return pages


def page_of(row):
    """The lines of a made-up article in the frame that WeChat's own pages have."""
    link = "https://mp.weixin.qq.com/s?__biz=MzA4MDAwMDAwMA==&amp;mid=2650000000&amp;idx=1&amp;sn=0123456789abcdef0123456789abcdef"
    forms = {"p": "<p>{}</p>", "h": "<h2>{}</h2>", "li": "<ul><li>{}</li></ul>", "q": "<blockquote><p>{}</p></blockquote>", "a": f'<p><a href="{link}">{{}}</a></p>',
             "img": '<p><img data-src="https://mmbiz.qpic.cn/mmbiz_png/made/640" data-w="640"></p>', "hr": "<hr>",
             "card": '<section><mp-common-profile data-nickname="{}"></mp-common-profile></section>'}
    escaped = lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    body = "".join(forms[kind].replace("{}", escaped(text)) for kind, text, _, _ in row["lines"])
    title, account = escaped(row["title"]), escaped(row["account"])
    return (f'<html><head><meta property="og:title" content="{title}"></head><body class="mm_appmsg"><h1 class="rich_media_title" id="activity-name">{title}</h1>'
            f'<a id="js_name">{account}</a><div class="rich_media_content" id="js_content">{body}</div></body></html>')


def unlabelled(work):
    return json.loads((work / "repeats/index.json").read_text(encoding="utf-8"))


def command_line(doc, commands):
    """Runs the command that was asked for, with the folders of the data and of the work."""
    cli = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("command", choices=sorted(commands))
    cli.add_argument("--data", type=Path, required=True)
    cli.add_argument("--work", type=Path, required=True)
    arguments = cli.parse_args()
    commands[arguments.command](arguments)


def ask(rows, folder, name, *options, example="line_rows"):
    """What an example of the program answers to rows."""
    questions, answers = folder / f"{name}.in.jsonl", folder / f"{name}.out.jsonl"
    questions.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    binary = HERE.parent / "target/release/examples" / example
    with open(questions, "rb") as stdin, open(answers, "wb") as stdout:
        subprocess.run([binary, *options], stdin=stdin, stdout=stdout, check=True)
    return read_jsonl(answers)


def dump(rows, folder, name):
    """The lines of pages as the program's own code sees them: the features' names, and for each id its lines."""
    head, *found = ask(rows, folder, name)
    return head["features"], {row["id"]: row["lines"] for row in found}


def clean(rows, folder, name, weights, strictness):
    """The texts of pages, cleaned with other weights."""
    return {row["id"]: row["text"] for row in ask(rows, folder, name, "--clean", "--weights", weights, "--strictness", strictness)}


def align(page):
    """Gives each line of a page the label of most of its characters; "" where the labels say nothing of it."""
    if page.set == "repeats":
        return align_keys(page)
    whole, marks = [], []
    for text, label, category in page.blocks:
        if PLACEHOLDER.match(text):
            continue
        plain = squeeze(re.sub(r"!\[[^\]]*\]\([^)]*\)", " ", text))
        whole.append(plain)
        marks.extend([(label, category)] * len(plain))
    whole = "".join(whole)
    cursor = 0
    page.labels, page.categories = [], []
    for line in page.lines:
        text = squeeze(line["text"])
        at = whole.find(text, cursor) if text else -1
        if at < 0 and len(text) > 1:
            at = whole.rfind(text, 0, cursor)
        elif at >= 0:
            cursor = at + len(text)
        votes = {}
        for mark in marks[at:at + len(text)] if at >= 0 else ():
            votes[mark] = votes.get(mark, 0) + 1
        label, category = max(sorted(votes), key=votes.get) if votes else ("", "")
        page.labels.append(label)
        page.categories.append(category)


def align_keys(page):
    """Labels of our own name lines by the hash of their words, in order; what is not named is kept."""
    from hashlib import blake2b
    named = {}
    for key, label, category in page.blocks:
        named.setdefault(key, []).append((label, category))
    page.labels, page.categories = [], []
    for line in page.lines:
        marks = named.get(blake2b(squeeze(line["text"]).encode(), digest_size=6).hexdigest())
        label, category = ("k", "") if not marks else marks.pop(0) if len(marks) > 1 else marks[0]
        page.labels.append(label)
        page.categories.append(category)
    page.blocks = [(line["text"], *mark) for line, *mark in zip(page.lines, page.labels, page.categories)]
