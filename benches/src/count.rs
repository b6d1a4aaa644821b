//! The core's path, an operation at a time, for a machine that counts instructions instead of time.

use std::hint::black_box;

use crate::callgrind;
use crate::cases::Cases;
use crate::ours::{Blind, Named, PORTABLE, Server, bearer};

/// Of each operation, so that what the first one does alone does not count.
const CALLS: usize = 16;

/// Runs each operation, and has its instructions written under its name.
pub(crate) fn count(cases: &Cases) {
    let blind = Server::new(cases, &Blind);
    for algorithm in &cases.algorithms {
        let headers: Vec<_> = algorithm
            .tokens
            .iter()
            .map(|one| bearer(one.token.as_bytes()))
            .collect();
        let checks = |server: &Server, call: usize| {
            drop(black_box(server.check(&headers[call % headers.len()])))
        };
        operation(
            &format!("check without signature, {}", algorithm.name),
            |call| checks(&blind, call),
        );
    }
    let es256 = &cases.algorithm("ES256").tokens[0];
    let header = bearer(es256.token.as_bytes());
    let mut server = Server::remembering(cases, &Blind);
    if server.remember(&header) {
        operation("check, cached", |_| drop(black_box(server.check(&header))));
    }
    for refusal in &cases.refusals {
        let header = bearer(&refusal.inputs().next().expect("there is one"));
        operation(&format!("refusal, {}", refusal.name), |_| {
            drop(black_box(blind.check(&header)))
        });
    }
    let Named { name, provider } = PORTABLE;
    let whole = Server::new(cases, provider);
    for algorithm in &cases.algorithms {
        let headers: Vec<_> = algorithm
            .tokens
            .iter()
            .map(|one| bearer(one.token.as_bytes()))
            .collect();
        let check = |call: usize| drop(black_box(whole.check(&headers[call % headers.len()])));
        operation(&format!("check, {}, {name}", algorithm.name), check);
    }
}

fn operation(name: &str, mut run: impl FnMut(usize)) {
    for call in 0..CALLS {
        run(call);
    }
    callgrind::zero();
    for call in 0..CALLS {
        run(call);
    }
    callgrind::dump(&format!("{name}, {CALLS} calls"));
}
