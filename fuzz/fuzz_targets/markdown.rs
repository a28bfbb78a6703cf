#![no_main]

#[macro_use]
#[path = "../target.rs"]
mod target;

target!(checks::markdown::check, "../dictionaries/markdown.dict");
