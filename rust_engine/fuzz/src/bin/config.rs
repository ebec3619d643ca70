//! libFuzzer over `config`.
#![no_main]
use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};
use quartet_fuzz::{mutator, targets};

fuzz_target!(|bytes: &[u8]| -> Corpus { targets::config(bytes).map_or(Corpus::Reject, |()| Corpus::Keep) });
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutator::mutate(data, size, max_size, seed, mutator::CONFIG)
});
