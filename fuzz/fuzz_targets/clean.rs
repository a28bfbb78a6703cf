#![no_main]

#[macro_use]
#[path = "../target.rs"]
mod target;

target!(checks::cleaner::check, "../dictionaries/clean.dict");
