//! A token that is remembered gets the answer that it would get without.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where it fails"
)]

mod history;

use history::{History, Random, tokens};

#[test]
fn the_answer_is_the_one_without_the_cache() {
    let tokens = tokens();
    let mut hits = 0;
    for seed in 0..300 {
        let mut history = History::new(Random(Box::new(numbers(seed))));
        for _ in 0..120 {
            history.step(&tokens);
        }
        hits += history.hits;
    }
    assert!(hits > 1_500, "only {hits} tokens were remembered");
}

/// Numbers that are always the same (SplitMix64).
fn numbers(mut state: u64) -> impl FnMut(usize) -> usize {
    move |end| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }
}
