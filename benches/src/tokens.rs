//! Whole tokens: a request in, a caller out.

use std::hint::black_box;

use mcpauth_core::algorithm::Algorithms;
use mcpauth_core::header::Header;
use mcpauth_core::policy::Policy;
use mcpauth_core::signature::SignatureProvider;
use mcpauth_core::token::{Terms, Token};
use mcpauth_core::{Answer, Request, Time, credentials};

use crate::cases::{Algorithm, Cases};
use crate::ours::{self, Blind, BlindKey, Named, PORTABLE, Server, bearer};
use crate::race::{Candidate, Pace};
use crate::{peers, row};

/// One row for each algorithm. OpenSSL's signature alone stands beside, for shares of its time.
pub(crate) fn measure(cases: &Cases, pace: Pace) {
    for algorithm in &cases.algorithms {
        let mut all = Vec::new();
        for Named { name, provider } in ours::providers(&algorithm.name) {
            all.push(whole(name, provider, cases, algorithm));
        }
        all.push(floor(cases, algorithm));
        let name = "mcpauth engine without the signature";
        all.push(whole(name, &Blind, cases, algorithm));
        all.extend(cached(cases, algorithm));
        all.extend(peers::tokens(cases, algorithm));
        all.extend(peers::yardstick(algorithm));
        row("token", &algorithm.name, &mut all, pace);
    }
}

/// A token on the ground floor, whose claims are texts of one buffer, with a key to which every signature is good.
fn floor<'c>(cases: &'c Cases, algorithm: &'c Algorithm) -> Candidate<'c> {
    let (issuer, audience) = (cases.issuer.as_str(), [cases.resource.as_str()]);
    let headers: Vec<_> = algorithm
        .tokens
        .iter()
        .map(|token| bearer(token.token.as_bytes()))
        .collect();
    let now = Time::from_unix_seconds(cases.now);
    let mut buffer = vec![0; 16_384];
    Candidate::new("mcpauth without the signature", move |call| {
        let terms = Terms {
            policy: Policy {
                leeway: cases.leeway,
                ..Policy::new(issuer, &audience)
            },
            algorithms: Algorithms::DEFAULT,
            strict_type: false,
            scopes: &[],
        };
        let header = black_box(&headers[call % headers.len()]);
        let lines: [(&[u8], &[u8]); 1] = [(b"authorization", header)];
        let request = Request {
            method: "POST",
            target: "/mcp",
            headers: &lines,
            body: None,
        };
        let bearer = credentials::bearer(&request).expect("it has a token");
        let token = &Token::<256>::of_bearer::<512>(bearer, &mut buffer);
        let token = token.as_ref().expect("it is well formed");
        let key = |header: &Header<'_>| Ok(BlindKey::of(header.algorithm()));
        let claims = terms.admit(token, key, now).expect("it is good");
        black_box(claims.subject());
        black_box(claims.scopes().count());
    })
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
