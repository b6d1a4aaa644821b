//! Whatever happens, in whatever order: a token that is remembered gets the answer that it would get without.
#![no_main]

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

#[path = "../../core/tests/history/mod.rs"]
mod history;

use history::{History, Random, tokens};

static TOKENS: LazyLock<Vec<String>> = LazyLock::new(tokens);

fuzz_target!(|input: Vec<u8>| {
    let bytes = Rc::new(RefCell::new(input.into_iter()));
    let left = Rc::clone(&bytes);
    let choose = move |end| {
        left.borrow_mut()
            .next()
            .map_or(0, |byte| usize::from(byte) % end)
    };
    let mut history = History::new(Random(Box::new(choose)));
    while bytes.borrow().len() > 0 {
        history.step(&TOKENS);
    }
});
