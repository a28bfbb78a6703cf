#!/usr/bin/env python3
"""The inspector in a real browser: what is shown, by which keys it is worked, and that nothing of a stranger's page runs.

    python3 benches/inspector.py --boji target/release/boji --shots DIR [--articles 2500] [--chromium /usr/bin/chromium]

Wants playwright and axe-playwright-python of Python, and Chromium. The articles are made up. Fails (exit 1) on: an error in the
console, a request to anything but the inspector, a fault that axe finds against WCAG 2 A and AA, a key that does nothing, an answer
in the review that takes longer than two seconds, a labelled set that is not what was answered. Five pages are kept as pictures.
"""

import argparse
import html
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

PROMPTS = ["扫码关注我们", "点个在看再走吧", "长按识别二维码，加入我们的读者群", "点击下方卡片关注，每天一篇好文章"]
# What no rule knows, and what sounds a little like it: such lines are in doubt.
DOUBTFUL = ["我们下期再见", "喜欢的话可以转给朋友看看", "更多故事请看我们的主页", "今天就聊到这里", "编辑说：写信给我们吧", "感谢大家一路陪伴",
            "想听哪一段，留言告诉小编", "本期内容到此结束", "往下滑还有惊喜", "每周三晚上八点不见不散"]
WORDS = "河水春天桥头老人孩子石头稻谷船夫月亮山坡晚风灯火村庄故事夏夜秋收冬雪木门炊烟水井竹林小路集市茶馆戏台钟声渡口"
CHROMIUM = "/usr/bin/chromium"
REVIEWED = 200
MAX_ANSWER_SECONDS = 2.0
MAX_LIST_MILLIS = 200

HOSTILE = """<script>fetch('http://evil.example/script')</script><meta http-equiv="refresh" content="0;url=http://evil.example/refresh">
<form action="http://evil.example/form" id="f"><input name="a"></form><script>document.getElementById('f').submit()</script>
<svg onload="fetch('http://evil.example/svg')"><image href="http://evil.example/svg.png"/></svg>
<style>@import 'http://evil.example/import.css'; p { background: url(http://evil.example/css.png) }</style>
<img src="http://evil.example/picture.png" onerror="fetch('http://evil.example/error')"><link rel="stylesheet" href="http://evil.example/l.css">
<p style="background-image: url(http://evil.example/inline.png)">这一段的背景不该被请求。</p>
<iframe src="http://evil.example/frame"></iframe><video src="http://evil.example/video" autoplay></video><base href="http://evil.example/">"""


def sentence(chance):
    pairs = [WORDS[at:at + 2] for at in range(0, len(WORDS), 2)]
    return "，".join("".join(chance.choices(pairs, k=chance.randint(3, 6))) for _ in range(chance.randint(2, 4))) + "。"


def page(nth, chance):
    account = f"账号{nth % 40}"
    body = "".join(f"<p>{''.join(sentence(chance) for _ in range(chance.randint(2, 5)))}</p>" for _ in range(chance.randint(4, 12)))
    tail = "".join(f"<p>{words}</p>" for words in chance.sample(DOUBTFUL, 3) + chance.sample(PROMPTS, 2))
    hostile = HOSTILE if nth == 0 else ""
    title = f"第{nth}篇：{sentence(chance)[:12]}"
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><meta property="og:title" content="{html.escape(title)}">
<script>var biz = "MzA{nth % 40:02}=="; var mid = "22{nth:05}"; var idx = "1"; var nickname = "{account}"; var ct = "{1500000000 + nth * 9000}";</script></head>
<body id="activity-detail"><h1 id="activity-name">{html.escape(title)}</h1><a id="js_name">{account}</a>
<div id="js_content" style="visibility: hidden;">{body}{tail}{hostile}</div></body></html>"""


class Faults:
    def __init__(self):
        self.found = []

    def unless(self, is_well, words):
        if not is_well:
            self.found.append(words)
            print("FAULT", words)


def run(boji, *arguments):
    return subprocess.run([boji, *arguments], check=True, capture_output=True, text=True).stdout


def main():
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--boji", required=True)
    cli.add_argument("--shots", required=True, type=pathlib.Path)
    cli.add_argument("--articles", type=int, default=2500)
    cli.add_argument("--chromium", default=CHROMIUM)
    args = cli.parse_args()
    args.shots.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="inspector-") as folder:
        return work(args, pathlib.Path(folder))


def work(args, folder):
    chance = random.Random(7)
    (folder / "pages").mkdir()
    for nth in range(args.articles):
        (folder / "pages" / f"{nth:05}.html").write_text(page(nth, chance), encoding="utf-8")
    data = str(folder / "data")
    run(args.boji, "--data", data, "-q", "import", str(folder / "pages"))
    server = subprocess.Popen([args.boji, "--data", data, "--json", "serve", "--write", "--listen", "127.0.0.1:0"],
                              stdout=subprocess.PIPE, text=True)
    faults = Faults()
    try:
        root = json.loads(server.stdout.readline())["address"].rstrip("/")
        with sync_playwright() as playwright:
            look(playwright, root, args, faults, data)
    finally:
        server.terminate()
        server.wait()
    print("faults", len(faults.found))
    return 1 if faults.found else 0


def look(playwright, root, args, faults, data):
    browser = playwright.chromium.launch(executable_path=args.chromium)
    context = browser.new_context(viewport={"width": 1400, "height": 900}, locale="en")
    tab = context.new_page()
    asked, said = [], []
    context.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    tab.on("pageerror", lambda error: said.append(str(error)))
    hostile = json.loads([line for line in run(args.boji, "--data", data, "--json", "list", "--limit", "100000").splitlines()
                          if "第0篇" in line][0])["id"]

    pages = {"articles": "/", "article": f"/article/{hostile}", "sources": "/sources", "corpus": "/corpus", "review": "/review",
             "why": "/why?of=pages", "search": "/?q=%E6%B2%B3%E6%B0%B4", "accounts": "/accounts", "duplicates": "/duplicates"}
    axe = Axe()
    for name, path in pages.items():
        tab.goto(root + path, wait_until="networkidle")
        if name in ("articles", "article", "sources", "corpus", "review"):
            tab.screenshot(path=args.shots / f"{name}.png")
        for scheme in ("light", "dark"):
            tab.emulate_media(color_scheme=scheme)
            found = axe.run(tab, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "iframes": False})
            for violation in found.response["violations"]:
                nodes = [node["html"][:120] for node in violation["nodes"][:2]]
                faults.unless(False, f"axe, {name}, {scheme}: {violation['id']} ×{len(violation['nodes'])}: {nodes}")
        tab.emulate_media(color_scheme="light")

    # A stranger's page: nothing is asked for, not even with pictures, but for the pictures themselves.
    tab.goto(f"{root}/article/{hostile}", wait_until="networkidle")
    time.sleep(2)
    outside = [url for url in asked if not url.startswith(root) and not url.startswith("data:")]
    faults.unless(not outside, f"requests to others: {outside}")

    # Restore by keys: on to the next block that is out, then r.
    tab.goto(f"{root}/article/{hostile}", wait_until="networkidle")
    before = tab.locator(".block.out").count()
    tab.keyboard.press("k")
    tab.keyboard.press("j")
    for _ in range(100):
        tab.keyboard.press("k")
        if tab.evaluate("document.activeElement.matches('.block.out.drop') && !!document.activeElement.querySelector('[data-key=r]')"):
            break
    with tab.expect_navigation():
        tab.keyboard.press("r")
    after = tab.locator(".block.out").count()
    faults.unless(after == before - 1, f"a block was not restored by its key: {before} blocks out before, {after} after")
    with tab.expect_navigation():
        tab.keyboard.press("r")
    faults.unless(tab.locator(".block.out").count() == before, "the restored block, in focus, was not taken back by its key")
    tab.keyboard.press("?")
    faults.unless(tab.locator("dialog[open]").count() == 1, "the keys are not shown")
    tab.keyboard.press("Escape")
    tab.keyboard.press("/")
    faults.unless(tab.evaluate("document.activeElement.id") == "search", "the search is not in focus")

    # Without a script all is there, and a form works.
    bare = browser.new_context(java_script_enabled=False).new_page()
    bare.goto(f"{root}/?q=%E6%B2%B3%E6%B0%B4")
    faults.unless(bare.locator("ol.articles li").count() > 0, "without a script nothing is found")

    # Two hundred answers by keys.
    tab.goto(f"{root}/review?anew=1", wait_until="load")
    seconds, given = [], 0
    while given < REVIEWED and tab.locator("#asked").count():
        text = tab.locator("#asked").inner_text()
        key = "n" if any(words[:6] in text for words in DOUBTFUL + PROMPTS) else "y"
        began = time.monotonic()
        with tab.expect_navigation():
            tab.keyboard.press(key)
        seconds.append(time.monotonic() - began)
        given += 1
    labels = tab.request.get(f"{root}/review/labels.jsonl").text()
    rows = [json.loads(line) for line in labels.splitlines()]
    answered = sum(len(row["blocks"]) for row in rows)
    slowest = max(seconds, default=0)
    print(f"review: {given} answers, median {sorted(seconds)[len(seconds) // 2] * 1000:.0f} ms, slowest {slowest * 1000:.0f} ms, "
          f"{answered} labelled blocks of {len(rows)} articles" if seconds else "review: nothing in doubt")
    faults.unless(slowest <= MAX_ANSWER_SECONDS, f"an answer took {slowest:.1f} s")
    faults.unless(answered >= given, f"{given} answers gave {answered} labels")
    (args.shots / "labels.jsonl").write_text(labels, encoding="utf-8")
    tab.goto(f"{root}/review/answers")
    print("agreement:", tab.locator("[role=status]").first.inner_text())

    # How quickly lists come, as the server sends them.
    times = []
    for _ in range(20):
        began = time.monotonic()
        tab.request.get(root + "/").text()
        times.append((time.monotonic() - began) * 1000)
    middle = sorted(times)[len(times) // 2]
    print(f"list of {args.articles} articles: {middle:.0f} ms in the median of 20")
    faults.unless(middle <= MAX_LIST_MILLIS, f"the list took {middle:.0f} ms")
    faults.unless(not said, f"the console says: {said[:5]}")
    browser.close()


if __name__ == "__main__":
    sys.exit(main())
