#![no_main]

#[path = "../checks/mod.rs"]
#[allow(dead_code, reason = "each target has one check of them all")]
mod checks;

use std::sync::LazyLock;

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

/// The words that the mutator puts in.
static WORDS: LazyLock<Vec<Vec<u8>>> =
    LazyLock::new(|| checks::mutate::dictionary(include_str!("../dictionaries/blocks.dict")));

fuzz_target!(|bytes: &[u8]| checks::blocks::check(bytes));

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    if seed % 2 == 0 {
        return fuzzer_mutate(data, size, max_size);
    }
    checks::mutate::change(data, size, max_size, seed, &WORDS)
});
