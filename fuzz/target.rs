/// A fuzz target: a check of `checks/`, and the mutator that puts in the words of its dictionary.
macro_rules! target {
    ($check:path, $dictionary:literal) => {
        #[path = "../checks/mod.rs"]
        #[allow(dead_code, reason = "each target has one check of them all")]
        mod checks;

        /// The words that the mutator puts in.
        static WORDS: std::sync::LazyLock<Vec<Vec<u8>>> =
            std::sync::LazyLock::new(|| checks::mutate::dictionary(include_str!($dictionary)));

        libfuzzer_sys::fuzz_target!(|bytes: &[u8]| $check(bytes));

        libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
            if seed % 2 == 0 {
                return libfuzzer_sys::fuzzer_mutate(data, size, max_size);
            }
            checks::mutate::change(data, size, max_size, seed, &WORDS)
        });
    };
}
