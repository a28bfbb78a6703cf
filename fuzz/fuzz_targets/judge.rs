#![no_main]

#[macro_use]
#[path = "../target.rs"]
mod target;

target!(checks::judge::check, "../dictionaries/judge.dict");
