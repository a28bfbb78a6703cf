#!/usr/bin/env python3
"""Score ratchet: measures boji on the data beside the checkout and fails when a figure drops under its floor.

    python3 benches/ratchet.py --boji target/release/boji --shared ../shared [--raise]

Floors stand in benches/floors.toml. With --raise they are rewritten to what was measured, less the slack of each.
"""
import argparse
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
FLOORS = HERE / "floors.toml"
# Figures that must not rise; all others must not fall.
CEILINGS = {"drop_leak", "meta_leak", "noise", "title_invented", "author_invented", "date_invented"}
# A line of what the score of metadata prints.
META = re.compile(r"(\w+) +recall ([\d.]+) +precision ([\d.]+) .*invented (\d+)/")


def sh(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{command[:3]} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def unpack(shared, name, folder):
    sh("tar", "--zstd", "-xf", shared / "data" / f"{name}.tar.zst", "-C", folder)


def measure(boji, shared, work):
    """Yield (set, figure, value)."""
    bench = shared / "bench"
    unpack(shared, "wechat-pages", work)
    out = work / "wechat.jsonl"
    sh(sys.executable, bench / "run_boji.py", boji, work / "wechat-pages", out)
    row = json.loads(sh(sys.executable, bench / "cleaning/score.py", shared / "data/wechat-gold.jsonl", out, "--json"))
    for figure in ("kept", "order", "drop_leak", "meta_leak", "noise", "metadata", "perfect"):
        yield "wechat", figure, row[figure]
    yield "wechat", "states", int(row["states"].split("/")[0])
    unpack(shared, "extraction-dev", work)
    figures = {
        "gne-zh": ("shingle_f1", "f1_mean"),
        "wcxb-articles": ("shingle_f1", "f1_mean"),
        "wcxb-other-types": ("shingle_f1",),
        "segments": ("seg_f1",),
    }
    for name, wanted in figures.items():
        data = work / "extraction" / name
        out = work / f"{name}.jsonl"
        sh(sys.executable, bench / "run_boji.py", boji, data, out)
        row = json.loads(sh(sys.executable, bench / "extraction/score.py", data, out, "--no-lcs", "--json"))
        for figure in wanted:
            yield name, figure, row[figure]
    unpack(shared, "extraction-dev-meta", work)
    folder = work / "extraction"
    sh(sys.executable, bench / "run_boji.py", boji, folder / "dates", work / "dates.jsonl")
    golds = {
        "wcxb-articles": folder / "wcxb-articles-meta.jsonl",
        "wcxb-other-types": folder / "wcxb-other-types-meta.jsonl",
        "dates": folder / "dates" / "gold.jsonl",
    }
    for name, gold in golds.items():
        told = sh(sys.executable, bench / "extraction/score_meta.py", gold, work / f"{name}.jsonl")
        for field, recall, precision, invented in META.findall(told):
            yield name, f"{field}_recall", float(recall)
            yield name, f"{field}_precision", float(precision)
            yield name, f"{field}_invented", int(invented)


def main():
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--boji", type=Path, required=True)
    cli.add_argument("--shared", type=Path, required=True)
    cli.add_argument("--raise", dest="lift", action="store_true")
    args = cli.parse_args()
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8"))
    bad = []
    with tempfile.TemporaryDirectory() as folder:
        for name, figure, value in measure(args.boji.resolve(), args.shared.resolve(), Path(folder)):
            floor = floors.get(name, {}).get(figure)
            worse = floor is not None and (value > floor if figure in CEILINGS else value < floor)
            print(f"{name:16} {figure:16} {value:<10} {'limit' if figure in CEILINGS else 'floor'} {floor}{'  WORSE' if worse else ''}")
            if worse:
                bad.append(f"{name} {figure}")
            if args.lift:
                floors.setdefault(name, {})[figure] = value
    if args.lift:
        text = re.sub(r"(?s)\n+\[.*", "\n", FLOORS.read_text(encoding="utf-8"))
        for name, figures in floors.items():
            text += f"\n[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in figures.items())
        FLOORS.write_text(text, encoding="utf-8")
    elif bad:
        raise SystemExit("worse than the floor: " + ", ".join(bad))


if __name__ == "__main__":
    main()
