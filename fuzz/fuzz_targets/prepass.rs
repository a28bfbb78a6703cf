#![no_main]

#[macro_use]
#[path = "../target.rs"]
mod target;

target!(checks::prepass::check, "../dictionaries/prepass.dict");
