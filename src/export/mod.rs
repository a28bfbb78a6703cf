//! The corpus out of the store: JSONL, Markdown tree, manifest. It must not know network or parsers.
