#![no_main]

#[macro_use]
#[path = "../target.rs"]
mod target;

target!(checks::blocks::check, "../dictionaries/blocks.dict");
