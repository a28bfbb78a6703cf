#!/usr/bin/env python3
"""How small a store keeps pages that are alike, and how quickly they are read back.

    python3 benches/archive.py --boji target/release/boji --pages FOLDER [--variations 2000] [--least 2000000]

Takes the HTML files of a folder that have so many bytes at least, and variations of them: other words in the paragraphs, other
numbers and hashes in the scripts, as the same template gives with another article. Both are imported into a new store.
"""

import argparse
import pathlib
import random
import re
import sqlite3
import subprocess
import tempfile
import time

PARAGRAPHS = re.compile(r"(?<=>)([^<>]{8,})(?=<)")
NUMBERS = re.compile(r"\b(\d{8,}|[0-9a-f]{16,})\b")


def variation(page, chance):
    """The page with other words and other numbers."""
    shift = chance.randint(1, 4000)

    def other(match):
        words = match.group(1)
        if chance.random() < 0.2:
            return words
        return "".join(chr(0x4E00 + (ord(c) - 0x4E00 + shift * (n % 7 + 1)) % 20000) if "\u4e00" <= c <= "\u9fff" else c for n, c in enumerate(words))

    def number(match):
        letters = "0123456789" if match.group(1).isdigit() else "0123456789abcdef"
        return "".join(chance.choice(letters) for _ in match.group(1))

    start = max(page.find('id="js_content"'), page.find("<body"), 0)
    end = page.find("<script", start)
    end = end if end > start else len(page)
    body = PARAGRAPHS.sub(other, page[start:end])
    head, tail = page[:start], page[end:]
    # The numbers of the article stand in one of the scripts, those of the program in all others.
    cut = len(tail) // 20
    return NUMBERS.sub(number, head[-20000:]).join((head[:-20000], "")) + body + NUMBERS.sub(number, tail[:cut]) + tail[cut:]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--boji", required=True)
    parser.add_argument("--pages", type=pathlib.Path, required=True)
    parser.add_argument("--variations", type=int, default=2000)
    parser.add_argument("--least", type=int, default=2_000_000)
    arguments = parser.parse_args()
    chance = random.Random(11)
    bases = [path for path in sorted(arguments.pages.rglob("*.html")) if path.stat().st_size >= arguments.least]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        data, seconds, size = folder / "data", 0.0, 0

        def imported():
            nonlocal seconds
            start = time.monotonic()
            done = subprocess.run([arguments.boji, "--data", str(data), "import", "-q", str(folder / "pages"), "--source", "pages"], capture_output=True, text=True)
            seconds += time.monotonic() - start
            if done.returncode not in (0, 3):
                raise SystemExit(f"import: {done.returncode}\n{done.stderr[-2000:]}")

        (folder / "pages").mkdir()
        # In portions, so that the disk need not hold them all.
        for nth in range(0, len(bases) + arguments.variations):
            base = bases[nth] if nth < len(bases) else chance.choice(bases)
            text = base.read_text(errors="replace")
            text = text if nth < len(bases) else variation(text, chance)
            size += len(text.encode())
            (folder / "pages" / f"{nth:05}.html").write_text(text)
            if nth % 200 == 199 or nth == len(bases) + arguments.variations - 1:
                imported()
                for path in (folder / "pages").iterdir():
                    path.unlink()
        database = sqlite3.connect(data / "boji.db")
        count, stored, behind = database.execute("SELECT count(*), sum(length(bytes)), sum(reference IS NOT NULL) FROM body").fetchone()
        print(f"{count} bodies, {size / 1e6:.0f} MB; stored in {stored / 1e6:.1f} MB: {stored / count / 1e3:.1f} kB each, {behind} behind another")
        print(f"store {(data / 'boji.db').stat().st_size / 1e6:.1f} MB, import {seconds:.0f} s")
        start = time.monotonic()
        done = subprocess.run([arguments.boji, "--data", str(data), "status", "--check"], capture_output=True, text=True)
        checked = time.monotonic() - start
        print(f"checked whole in {checked:.1f} s: {checked / count * 1e3:.1f} ms a body, all else that is checked with it; ends with {done.returncode}")
        for line in done.stderr.splitlines()[:3]:
            print("  ", line)


if __name__ == "__main__":
    main()
