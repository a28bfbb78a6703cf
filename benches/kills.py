#!/usr/bin/env python3
"""Kills commands at random instants and looks whether anything was lost or half an export can be seen.

    python3 benches/kills.py --boji target/release/boji [--kills 300] [--articles 200]

Each command is measured, then killed at a random part of that time, in turns: import, reclean, export, export of a series, prune,
backup, and the first opening of an older store. After each kill the store must be sound and hold every article that it
held before; an export must be whole or not be there; what is run again must end well.
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


def page(nth, chance):
    words = "".join(chr(chance.randint(0x4E00, 0x6E00)) for _ in range(chance.randint(200, 1200)))
    return {"url": f"https://made.example/{nth}", "title": f"第{nth}篇", "date": "2026-01-02", "text": "\n\n".join(words[at : at + 90] + "。" for at in range(0, len(words), 90))}


def pages(path, first, count, chance):
    with open(path, "w") as out:
        for nth in range(first, first + count):
            out.write(json.dumps(page(nth, chance), ensure_ascii=False) + "\n")
    return path


class Trial:
    def __init__(self, boji, folder, articles, chance):
        self.boji, self.folder, self.articles, self.chance = boji, folder, articles, chance
        self.data = folder / "data"
        self.out = folder / "out"
        self.next = 0
        self.faults = []

    def command(self, *words):
        return [self.boji, "--data", str(self.data), *map(str, words)]

    def run(self, *words, want=(0,)):
        done = subprocess.run(self.command(*words), capture_output=True, text=True)
        if done.returncode not in want:
            self.faults.append(f"{words}: {done.returncode} {done.stderr[-300:]}")
        return done

    def killed(self, words, seconds):
        """Starts a command and kills it after so long; whether it still ran."""
        process = subprocess.Popen(self.command(*words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(seconds)
            return False
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            return True

    def fresh(self):
        """A new file of pages that the store does not know."""
        self.next += self.articles
        return pages(self.folder / "more.jsonl", self.next, self.articles, self.chance)

    def held(self):
        """Ids, revisions and hashes of all that stands in the store, read past the program."""
        with sqlite3.connect(f"file:{self.data / 'boji.db'}?mode=ro", uri=True) as store:
            return set(store.execute("SELECT article_id, number, content_hash FROM revision"))

    def sound(self, before, name):
        # An old store is told that nobody polls it; all else that is said of it is a fault.
        done = self.run("status", "--check", want=(0, 5))
        said = [line for line in done.stdout.splitlines() if not line.startswith("nothing was asked since")]
        if said or done.stderr:
            self.faults.append(f"{name}: {said} {done.stderr[-300:]}")
        if before - self.held():
            self.faults.append(f"{name}: {len(before - self.held())} revisions lost")

    def whole(self, target, name):
        """An export that can be seen is whole."""
        if target.exists() and any(target.iterdir()):
            self.run("verify", target, "-q")
        half = [it.name for it in target.parent.iterdir() if it.name.startswith(target.name) and it != target]
        if half:
            self.faults.append(f"{name}: {half} can be seen")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--boji", required=True)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--articles", type=int, default=200)
    arguments = parser.parse_args()
    chance = random.Random(5)
    old = pathlib.Path(__file__).parent.parent / "fixtures" / "store" / "0.1.0.db"
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        trial = Trial(arguments.boji, folder, arguments.articles, chance)
        trial.run("import", pages(folder / "first.jsonl", 0, arguments.articles, chance), "-q")
        trial.next = arguments.articles
        series = folder / "series"
        series.mkdir()
        forms = ["jsonl.zst", "parquet", "markdown", "warc"]

        def words(name, nth):
            return {
                "import": lambda: ("import", trial.fresh(), "-q"),
                "reclean": lambda: ("reclean", "--all", "-q"),
                "export": lambda: ("export", "--format", forms[nth % len(forms)], "--to", trial.out, "-q"),
                "series": lambda: ("export", "--since-last", "made", "--to", series, "-q"),
                "prune": lambda: ("prune", "--older-than", "0d", "--yes", "-q"),
                "backup": lambda: ("backup", folder / "copy.db", "-q"),
                "migrate": lambda: ("list", "-q"),
            }[name]()

        names = ["import", "reclean", "export", "series", "prune", "backup", "migrate"]
        def at_home(name):
            """Where the command works: an older store is copied anew each time."""
            trial.data = folder / ("older" if name == "migrate" else "data")
            if name == "migrate":
                shutil.rmtree(trial.data, ignore_errors=True)
                trial.data.mkdir()
                shutil.copy(old, trial.data / "boji.db")
            for copy in folder.glob("copy.db*") if name == "backup" else []:
                copy.unlink()

        def timed(name, nth):
            at_home(name)
            command = words(name, nth)
            start = time.monotonic()
            trial.run(*command)
            return time.monotonic() - start

        took = {name: timed(name, 0) for name in names}
        counts = collections.Counter()
        for nth in range(arguments.kills * 2):
            name, turn = names[nth % len(names)], nth // len(names)
            if sum(counts.values()) == arguments.kills:
                break
            if turn % 10 == 9:
                took[name] = timed(name, turn)
            at_home(name)
            before = trial.held()
            counts[name] += trial.killed(words(name, turn), chance.random() * took[name])
            trial.sound(before, name)
            if name == "export":
                trial.whole(trial.out, name)
            if name == "series" and any(not step.name.startswith(".") for step in series.iterdir()):
                trial.run("verify", series, "-q")
            if name == "backup" and (folder / "copy.db").exists():
                with sqlite3.connect(folder / "copy.db") as copy:
                    if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",) or before - set(copy.execute("SELECT article_id, number, content_hash FROM revision")):
                        trial.faults.append("backup: half a copy can be seen")
        for name in names:
            timed(name, 0)
        at_home("import")
        print(f"killed {sum(counts.values())}: " + ", ".join(f"{name} {counts[name]}" for name in names))
        print(f"articles {len(trial.held())}, faults {len(trial.faults)}")
        for fault in trial.faults[:20]:
            print("  ", fault)
        raise SystemExit(bool(trial.faults))


if __name__ == "__main__":
    main()
