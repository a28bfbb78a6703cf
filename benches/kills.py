#!/usr/bin/env python3
"""Kills commands at random instants and looks whether anything was lost or half an export can be seen.

    python3 benches/kills.py --boji target/release/boji [--kills 300] [--articles 200]

Each command is measured, then killed at a random part of that time, in turns: import, reclean, export, export of a series, prune,
backup, and the first opening of an older store. After each kill the store must be sound and hold every article that it
held before; an export must be whole or not be there; what is run again must end well. Before each prune pages come that are no articles.
"""

import argparse
import collections
import json
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

OLD_STORE = pathlib.Path(__file__).parent.parent / "fixtures" / "store" / "0.1.0.db"


def page(nth, chance):
    words = "".join(chr(chance.randint(0x4E00, 0x6E00)) for _ in range(chance.randint(200, 1200)))
    return {"url": f"https://made.example/{nth}", "title": f"第{nth}篇", "date": "2026-01-02", "text": "\n\n".join(words[at : at + 90] + "。" for at in range(0, len(words), 90))}


def no_article(nth, chance):
    return {"url": f"https://made.example/login/{nth}", "html": f"<html><title>登录</title><body>请登录 {nth}</body></html>"}


def pages(path, kind, first, count, chance):
    with open(path, "w") as out:
        for nth in range(first, first + count):
            out.write(json.dumps(kind(nth, chance), ensure_ascii=False) + "\n")
    return path


class Trial:
    """A store, what is written of it, and what went wrong."""

    FORMS = ["jsonl.zst", "parquet", "markdown", "warc"]
    NAMES = ["import", "reclean", "export", "series", "prune", "backup", "migrate"]

    def __init__(self, boji, folder, articles, chance):
        self.boji, self.folder, self.articles, self.chance = boji, folder, articles, chance
        self.data, self.out, self.series, self.copy = (folder / name for name in ("data", "out", "series", "copy.db"))
        self.series.mkdir()
        self.next = 0
        self.faults = []

    def run(self, *words, want=(0,)):
        done = subprocess.run(self.command(words), capture_output=True, text=True)
        if done.returncode not in want:
            self.faults.append(f"{words}: {done.returncode} {done.stderr[-300:]}")
        return done

    def command(self, words):
        return [self.boji, "--data", str(self.data), *map(str, words)]

    def fresh(self, kind, count):
        """A file of pages that the store does not know."""
        self.next += count
        return pages(self.folder / f"{kind.__name__}.jsonl", kind, self.next, count, self.chance)

    def prepared(self, name, turn):
        """Makes ready what a command works on, and gives its words."""
        self.data = self.folder / ("older" if name == "migrate" else "data")
        match name:
            case "import":
                return "import", self.fresh(page, self.articles), "-q"
            case "reclean":
                return "reclean", "--all", "-q"
            case "export":
                return "export", "--format", self.FORMS[turn % len(self.FORMS)], "--to", self.out, "-q"
            case "series":
                return "export", "--since-last", "made", "--to", self.series, "-q"
            case "prune":
                self.run("import", self.fresh(no_article, self.articles), "-q")
                return "prune", "--older-than", "0s", "--yes", "-q"
            case "backup":
                self.copy.unlink(missing_ok=True)
                return "backup", self.copy, "-q"
            case "migrate":
                shutil.rmtree(self.data, ignore_errors=True)
                self.data.mkdir()
                shutil.copy(OLD_STORE, self.data / "boji.db")
                return "list", "-q"

    def timed(self, name, turn):
        """Runs a command to its end; the seconds that it takes."""
        words = self.prepared(name, turn)
        start = time.monotonic()
        self.run(*words)
        return time.monotonic() - start

    def killed(self, words, seconds):
        """Starts a command and kills it after so long; whether it still ran."""
        process = subprocess.Popen(self.command(words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(seconds)
            return False
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            return True

    def look(self, name, before):
        """Notes what a killed command spoiled."""
        # An old store is told that nobody polls it; all else that is said of it is a fault.
        done = self.run("status", "--check", want=(0, 5))
        said = [line for line in done.stdout.splitlines() if not line.startswith("nothing was asked since")]
        if said or done.stderr:
            self.faults.append(f"{name}: {said} {done.stderr[-300:]}")
        if before - held(self.data / "boji.db"):
            self.faults.append(f"{name}: {len(before - held(self.data / 'boji.db'))} revisions lost")
        if name == "export" and self.out.exists():
            self.run("verify", self.out, "-q")
        if name == "series" and any(not step.name.startswith(".") for step in self.series.iterdir()):
            self.run("verify", self.series, "-q")
        if name == "backup" and self.copy.exists() and before - held(self.copy):
            self.faults.append("backup: half a copy can be seen")


def held(file):
    """Ids, numbers and hashes of the revisions in a store that is whole, read past the program."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as store:
        sound = store.execute("PRAGMA quick_check").fetchone() == ("ok",)
        return set(store.execute("SELECT article_id, number, content_hash FROM revision")) if sound else set()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--boji", required=True)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--articles", type=int, default=200)
    arguments = parser.parse_args()
    chance = random.Random(5)
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(arguments.boji, pathlib.Path(folder), arguments.articles, chance)
        took = {name: trial.timed(name, 0) for name in trial.NAMES}
        counts = collections.Counter()
        for nth in range(arguments.kills * 2):
            if counts.total() == arguments.kills:
                break
            name, turn = trial.NAMES[nth % len(trial.NAMES)], nth // len(trial.NAMES)
            # The store grows, and with it the time in which there is something to kill.
            if turn % 10 == 9:
                took[name] = trial.timed(name, turn)
            words = trial.prepared(name, turn)
            before = held(trial.data / "boji.db")
            counts[name] += trial.killed(words, chance.random() * took[name])
            trial.look(name, before)
        for name in trial.NAMES:
            trial.timed(name, 0)
        print(f"killed {counts.total()}: " + ", ".join(f"{name} {counts[name]}" for name in trial.NAMES))
        print(f"faults {len(trial.faults)}")
        for fault in trial.faults[:20]:
            print("  ", fault)
        raise SystemExit(bool(trial.faults) or counts.total() < arguments.kills)


if __name__ == "__main__":
    main()
