#!/usr/bin/env python3
"""Reads the exports of a store with the libraries that people read corpora with, each in one line.

    pip install datasets duckdb polars pandas pyarrow datatrove orjson zstandard daft
    python3 benches/readers.py --boji target/release/boji --data FOLDER
    python3 benches/readers.py --boji target/release/boji --shared FOLDER   # a new store of the sets that lie there

JSON lines, JSON lines under zstd and Parquet must give the same ids and texts to every reader, and Parquet its documented types. A library
that is not installed is named and passed over.
"""

import argparse
import importlib.util
import json
import pathlib
import re
import subprocess
import tempfile

SETS = ["wechat-albums", "wechat-accounts", "wechat-train", "wechat-train-2", "extraction-dev", "extraction-dev-2"]
FORMATS = {"jsonl": "*.jsonl", "jsonl.zst": "*.jsonl.zst", "parquet": "data/*.parquet"}


def by_datasets(folder, form, files):
    from datasets import load_dataset

    return load_dataset(str(folder), split="train", cache_dir=str(folder.parent / "cache")).to_list()


def by_duckdb(folder, form, files):
    import duckdb

    reader = "read_parquet" if form == "parquet" else "read_json"
    more = "" if form == "parquet" else ", format='newline_delimited', maximum_object_size=1000000000"
    return duckdb.sql(f"SELECT * FROM {reader}({[str(file) for file in files]}{more})").to_arrow_table().to_pylist()


def by_polars(folder, form, files):
    import polars

    reader = polars.read_parquet if form == "parquet" else polars.read_ndjson
    return [row for file in files for row in reader(file).to_dicts()]


def by_pandas(folder, form, files):
    import pandas

    read = pandas.read_parquet if form == "parquet" else lambda file: pandas.read_json(file, lines=True, dtype=False)
    return [row for file in files for row in read(file).to_dict("records")]


def by_pyarrow(folder, form, files):
    import pyarrow.json
    import pyarrow.parquet

    if form == "parquet":
        return [row for file in files for row in pyarrow.parquet.read_table(file).to_pylist()]
    options = pyarrow.json.ReadOptions(block_size=1 << 28)
    return [row for file in files for row in pyarrow.json.read_json(pyarrow.input_stream(str(file)), options).to_pylist()]


def by_datatrove(folder, form, files):
    from datatrove.pipeline.readers import JsonlReader, ParquetReader

    reader = ParquetReader if form == "parquet" else JsonlReader
    found = reader(str(files[0].parent), glob_pattern=files[0].name[0] + "*." + files[0].name.split(".", 1)[1])()
    return [{"id": document.id, "text": document.text} for document in found]


def by_daft(folder, form, files):
    import daft

    reader = daft.read_parquet if form == "parquet" else daft.read_json
    return reader([str(file) for file in files]).to_pylist()


READERS = [by_datasets, by_duckdb, by_polars, by_pandas, by_pyarrow, by_datatrove, by_daft]


def types(file, card):
    """Columns of Parquet whose type is not the one that the card of the dataset says, and those that one of both lacks."""
    import pyarrow
    import pyarrow.parquet

    known = {"dtype: string": "string", "dtype: int64": "int64", "dtype: float64": "double", "list: string": "list<string>",
             "dtype: timestamp[ms, tz=UTC]": "timestamp[ms, tz=UTC]"}
    told = dict(re.findall(r"^  - name: (\w+)\n    (.+)$", card.read_text(encoding="utf-8"), re.M))
    shown = {}
    for field in pyarrow.parquet.read_schema(file):
        kind = field.type
        shown[field.name] = f"list<{kind.value_type}>" if pyarrow.types.is_list(kind) else str(kind)
    wanted = {name: known.get(kind, kind) for name, kind in told.items()}
    return [f"{name}: {shown.get(name)}, not {wanted.get(name)}" for name in sorted(wanted | shown) if shown.get(name) != wanted.get(name)]


def stocked(boji, shared, scratch):
    """A new store of pages and archives of many kinds."""
    for name in SETS:
        subprocess.run(["tar", "--zstd", "-xf", shared / "data" / f"{name}.tar.zst", "-C", scratch], check=True)
    data = scratch / "data"
    done = subprocess.run([boji, "--data", data, "import", "-q", *sorted(path for path in scratch.iterdir() if path.is_dir())])
    if done.returncode not in (0, 3):
        raise SystemExit(f"import ended with {done.returncode}")
    return data


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--boji", required=True)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--data", type=pathlib.Path)
    source.add_argument("--shared", type=pathlib.Path)
    arguments = parser.parse_args()
    faults = 0
    with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryDirectory() as sets:
        data = arguments.data or stocked(arguments.boji, arguments.shared, pathlib.Path(sets))
        wanted = None
        for form, pattern in FORMATS.items():
            folder = pathlib.Path(scratch) / form.replace(".", "-")
            subprocess.run([arguments.boji, "--data", data, "export", "--format", form, "--to", str(folder), "-q"], check=True)
            files = sorted(folder.glob(pattern))
            if form == "jsonl":
                lines = [json.loads(line) for file in files for line in open(file, encoding="utf-8")]
                wanted = {line["id"]: line["text"] for line in lines}
                print(f"{len(wanted)} records")
            for reader in READERS:
                name = reader.__name__.removeprefix("by_")
                if importlib.util.find_spec(name) is None:
                    print(f"{form:10} {name:10} not installed")
                    continue
                try:
                    rows = reader(folder, form, files)
                    # datatrove passes over documents without text, which a wordless article is.
                    due = {one: text for one, text in wanted.items() if text or name != "datatrove"}
                    same = {row["id"]: row["text"] for row in rows} == due and len(rows) == len(due)
                    told = f"equal, {len(due)}" if same else f"DIFFERS: {len(rows)} rows"
                except Exception as error:
                    told = f"FAILS: {type(error).__name__}: {str(error)[:160]}"
                faults += not told.startswith("equal")
                print(f"{form:10} {name:10} {told}", flush=True)
            if form == "parquet" and importlib.util.find_spec("pyarrow"):
                wrong = types(files[0], folder / "README.md")
                faults += len(wrong)
                print("types      " + ("as documented" if not wrong else "; ".join(wrong)))
    raise SystemExit(bool(faults))


if __name__ == "__main__":
    main()
