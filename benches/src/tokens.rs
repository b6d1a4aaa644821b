//! Whole tokens: a request in, a caller out.

use std::hint::black_box;

use mcpauth_core::Answer;
use mcpauth_core::signature::SignatureProvider;

use crate::cases::{Algorithm, Cases};
use crate::ours::{self, Blind, Named, PORTABLE, Server, bearer};
use crate::race::{Candidate, Pace};
use crate::{peers, row};

/// One row for each algorithm. OpenSSL's signature alone stands beside, for shares of its time.
pub(crate) fn measure(cases: &Cases, pace: Pace) {
    for algorithm in &cases.algorithms {
        let mut all = Vec::new();
        for Named { name, provider } in ours::providers(&algorithm.name) {
            all.push(whole(name, provider, cases, algorithm));
        }
        all.push(whole(
            "mcpauth without the signature",
            &Blind,
            cases,
            algorithm,
        ));
        all.extend(cached(cases, algorithm));
        all.extend(peers::tokens(cases, algorithm));
        all.extend(peers::yardstick(algorithm));
        row("token", &algorithm.name, &mut all, pace);
    }
}

/// A check whose token is verified afresh, for nothing is remembered unless the host says so.
fn whole<'c>(
    name: &str,
    provider: &'static dyn SignatureProvider,
    cases: &'c Cases,
    algorithm: &'c Algorithm,
) -> Candidate<'c> {
    let server = Server::new(cases, provider);
    candidate(name, server, algorithm)
}

/// A check of a token that is remembered.
fn cached<'c>(cases: &'c Cases, algorithm: &'c Algorithm) -> Option<Candidate<'c>> {
    let Named { provider, .. } = PORTABLE;
    let mut server = Server::remembering(cases, provider);
    let mut all = algorithm.tokens.iter();
    all.all(|token| server.remember(&bearer(token.token.as_bytes())))
        .then(|| candidate("mcpauth cached", server, algorithm))
}

fn candidate<'c>(name: &str, server: Server, algorithm: &'c Algorithm) -> Candidate<'c> {
    let headers: Vec<_> = algorithm
        .tokens
        .iter()
        .map(|token| bearer(token.token.as_bytes()))
        .collect();
    for header in headers.iter().cycle().take(3 * headers.len()) {
        assert!(matches!(server.check(header), Answer::Allow(_)));
    }
    Candidate::new(name, move |call| {
        drop(black_box(
            server.check(black_box(&headers[call % headers.len()])),
        ));
    })
}
