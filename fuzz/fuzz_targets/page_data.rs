#![no_main]

#[macro_use]
#[path = "../target.rs"]
mod target;

target!(checks::page_data::check, "../dictionaries/page_data.dict");
