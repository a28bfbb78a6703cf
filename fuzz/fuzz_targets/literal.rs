#![no_main]

#[macro_use]
#[path = "../target.rs"]
mod target;

target!(checks::literal::check, "../dictionaries/literal.dict");
