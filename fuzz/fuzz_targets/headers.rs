#![no_main]

#[macro_use]
#[path = "../target.rs"]
mod target;

target!(checks::headers::check, "../dictionaries/headers.dict");
