//! Measures the engine beside other libraries, on what `cases.py` has made, for `run.py` to tabulate.
//!
//! `mcpauth-benches CASES race ROUNDS MICROSECONDS` writes a JSON object for each row: what all candidates took.
//! `mcpauth-benches CASES count`, under callgrind, leaves one of its files for each operation on the core's path.
//! `mcpauth-benches CASES memory` writes how many bytes what is kept takes.
//!
//! Nothing here depends on how long anything takes; what is admitted and refused is checked before it is measured.

use std::time::Duration;

use serde_json::{Value, json};

use cases::Cases;
use race::{Candidate, Pace, race};

mod callgrind;
mod cases;
mod count;
#[path = "../../core/proofs/ground.rs"]
#[expect(dead_code, reason = "what a device answers with is not measured")]
mod ground;
mod heap;
mod memory;
mod ours;
mod peers;
mod race;
mod raw;
mod refuse;
mod tokens;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [_, path, "race", rounds, batch] => {
            let number = |text: &str| text.parse::<u32>().expect("it is a number");
            let pace = Pace {
                rounds: number(rounds) as usize,
                batch: Duration::from_micros(number(batch).into()),
            };
            let cases = Cases::read(path);
            raw::measure(&cases, pace);
            tokens::measure(&cases, pace);
            refuse::measure(&cases, pace);
        }
        [_, path, "count"] => count::count(&Cases::read(path)),
        [_, path, "memory"] => memory::weigh(&Cases::read(path)),
        _ => panic!("usage: mcpauth-benches CASES race ROUNDS MICROSECONDS | count | memory"),
    }
}

/// Measures a row and writes it.
fn row(group: &str, what: &str, candidates: &mut [Candidate<'_>], pace: Pace) {
    let measured = race(candidates, pace);
    write(json!({"group": group, "what": what, "candidates": measured}));
}

fn write(row: Value) {
    println!("{row}");
}
