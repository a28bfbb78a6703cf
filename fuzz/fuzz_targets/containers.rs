#![no_main]

#[macro_use]
#[path = "../target.rs"]
mod target;

#[path = "../checks/containers.rs"]
mod containers;

target!(containers::check, "../dictionaries/containers.dict");
