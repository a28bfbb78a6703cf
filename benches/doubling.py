#!/usr/bin/env python3
"""How time and memory grow with the size of what is hostile: each input once, twice, four and eight times as large.

    python3 benches/doubling.py --boji target/release/boji [NAME …]

Pages and archives go through `boji clean`, feeds and robots.txt through `boji run` against a server on loopback, lists
through `boji import`. A row is linear when its last doubling takes less than three times as long; what takes less than a
second at its largest is not looked at.
"""
import argparse
import http.server
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

MB = 1_000_000


def fill(unit, size):
    return (unit * (size // len(unit) + 1))[:size]


def page(head, body="<article><h1>The mill</h1>" + "<p>The mill stood still all summer, and nobody knew why.</p>" * 9 + "</article>"):
    return f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"


def entry(number, extra, text="The mill stood still all summer, and nobody knew why it did."):
    return (f"<item><guid>g{number}</guid><title>Post {number}</title><link>http://127.0.0.1/p{number}</link>{extra}"
            f"<description>{text}</description></item>")


def rss(items):
    return ('<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Shed</title>'
            + "".join(items) + "</channel></rss>")


def json_feed(**fields):
    item = {"id": "1", "title": "One", "content_text": "The mill stood still all summer." * 9, **fields}
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Shed", "items": [item]})


def many(tag, size):
    unit = f"<{tag}>name {{}}</{tag}>"
    return "".join(unit.format(number) for number in range(size // (len(unit) + 4)))


def names(size):
    return [f"name {number}" for number in range(size // 12)]


PAGES = {
    "title of bars": lambda size: page(f"<title>{fill('|', size)}</title>"),
    "title of words": lambda size: page(f"<title>{fill('one two - three | ', size)}</title>"),
    "og:title": lambda size: page(f"<title>a</title><meta property=og:title content='{fill('a | ', size)}'>"),
    "headline": lambda size: page(f"<script type=application/ld+json>{json.dumps({'@type': 'Article', 'headline': fill('a | b ', size)})}</script>"),
    "authors in data": lambda size: page("<script type=application/ld+json>" + json.dumps({"@type": "Article", "headline": "The mill", "author": [{"name": name} for name in names(size)]}) + "</script>"),
    "article:tag": lambda size: page("".join(f"<meta property=article:tag content='{name}'>" for name in names(size))),
    "links of tags": lambda size: page("", "<article><h1>The mill</h1>" + "".join(f"<a rel=tag href=/t>{name}</a> " for name in names(size // 2)) + "<p>The mill stood still.</p>" * 9 + "</article>"),
    "headings": lambda size: page("<title>The mill</title>", "<article>" + fill("<h2>The mill</h2><p>It stood still.</p>", size) + "</article>"),
    "open tags": lambda size: page("", fill("<div><b><i>", size) + "text" * 99),
}
MARKDOWN = {
    "lines with hard breaks": lambda size: fill("a  \n", size),
    "stars and underscores": lambda size: fill("*_", size),
    "brackets": lambda size: fill("[", size),
    "quotations": lambda size: fill("> ", size),
    "links": lambda size: fill("[a](b) ", size),
    "list items": lambda size: fill("- a\n", size),
    "table": lambda size: "|a|b|\n|-|-|\n" + fill("|c|d|\n", size),
    "code fences": lambda size: fill("```\na\n", size),
    "html": lambda size: fill("<b>a", size),
    "paragraphs": lambda size: fill("The mill stood still all summer.\n\n", size),
}
FEEDS = {
    "categories": lambda size: rss([entry(1, many("category", size))]),
    "dc:creator": lambda size: rss([entry(1, many("dc:creator", size))]),
    "JSON tags": lambda size: json_feed(tags=names(size)),
    "JSON authors": lambda size: json_feed(authors=[{"name": name} for name in names(size)]),
    "full texts of 4 KB": lambda size: rss([entry(number, "", "The mill stood still all summer. " * 124) for number in range(size // 4_200)]),
    "short entries": lambda size: rss([entry(number, "") for number in range(size // 220)]),
    "a long link": lambda size: rss([f"<item><guid>g</guid><title>a</title><link>http://127.0.0.1/{fill('a', size)}</link><description>{'The mill stood still. ' * 20}</description></item>"]),
}
ROBOTS = {
    "robots.txt of *a$": lambda size: "User-agent: *\n" + fill("Disallow: /*a*b*c$\n", min(size, 500_000)),
}
LISTS = {
    "OPML": lambda size: "<opml><body>" + "".join(f'<outline xmlUrl="http://a{number}.example/feed" text="a"/>' for number in range(size // 58)) + "</body></opml>",
    "addresses": lambda size: "\n".join(f"https://a.example/{number:012}" for number in range(size // 31)),
}


class Server(http.server.ThreadingHTTPServer):
    answers: dict = {}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        kind, body = self.server.answers.get(self.path, (None, b""))
        self.send_response(200 if kind else 404)
        self.send_header("Content-Type", kind or "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def timed(command, limit, stdin=None):
    """Seconds and megabytes of a command; None for one that took too long."""
    started = time.monotonic()
    with open(os.devnull, "w") as nothing:
        child = subprocess.Popen(["/usr/bin/time", "-f", "%M", *command], stdin=stdin, stdout=nothing,
                                 stderr=subprocess.PIPE, text=True)
    try:
        _, told = child.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        subprocess.run(["pkill", "-9", "-P", str(child.pid)], check=False)
        child.kill()
        return None
    return time.monotonic() - started, int(told.strip().splitlines()[-1]) / 1000


def place(folder, server, fetch_pages):
    config = folder / "config"
    config.mkdir(parents=True)
    host = f"127.0.0.1:{server.server_port}"
    (config / "boji.toml").write_text(f'[fetch]\nhost_gap_millis = 1\nallow_private = ["{host}"]\n[run]\npages_per_source = 5\n')
    (config / "sources.toml").write_text(f'[[source]]\nid = "s"\nkind = "feed"\nurl = "http://{host}/feed"\nfetch_pages = {str(fetch_pages).lower()}\n')
    return ["--data", str(folder / "data"), "--config", str(config)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--boji", required=True)
    parser.add_argument("--size", type=float, default=4.0, help="megabytes of the largest")
    parser.add_argument("--limit", type=float, default=60, help="seconds after which one is given up")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    bad = 0
    print(f"{'':28}" + "".join(f"{f'1/{part}':>16}" if part > 1 else f"{'whole':>16}" for part in (8, 4, 2, 1)))
    for kind, inputs in (("page", PAGES), ("markdown", MARKDOWN), ("feed", FEEDS), ("robots", ROBOTS), ("list", LISTS)):
        for name, make in inputs.items():
            if options.names and not any(wanted in name for wanted in options.names):
                continue
            row = []
            for part in (8, 4, 2, 1):
                text = make(int(options.size * MB) // part)
                with tempfile.TemporaryDirectory() as folder:
                    folder = Path(folder)
                    if kind in ("page", "markdown"):
                        file = folder / ("a.html" if kind == "page" else "a.md")
                        file.write_text(text)
                        row.append(timed([options.boji, "clean", str(file)], options.limit))
                    elif kind == "list":
                        file = folder / ("a.opml" if name == "OPML" else "a.txt")
                        file.write_text(text)
                        row.append(timed([options.boji, "--data", str(folder / "data"), "import", str(file)], options.limit))
                    else:
                        host = f"http://127.0.0.1:{server.server_port}"
                        feed = text if kind == "feed" else rss([f"<item><guid>{n}</guid><title>Post {n}</title><link>{host}/page{n}</link></item>" for n in range(5)])
                        server.answers = {"/feed": ("application/json" if feed.startswith("{") else "application/rss+xml", feed.encode())}
                        if kind == "robots":
                            server.answers["/robots.txt"] = ("text/plain", text.encode())
                            server.answers |= {f"/page{n}": ("text/html", page(f"<title>Post {n}</title>").encode()) for n in range(5)}
                        row.append(timed([options.boji, *place(folder, server, False), "run"], options.limit))
            told = "".join(f"{'given up':>16}" if one is None else f"{one[0]:7.2f} s {one[1]:4.0f} MB" for one in row)
            last, before = row[-1], row[-2]
            wrong = last is None or (last[0] > 1 and before and last[0] > 3 * before[0]) or last[0] > 5 or last[1] > 300
            bad += wrong
            print(f"{name:28}{told}{'  <<' if wrong else ''}", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
