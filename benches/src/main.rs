//! Measures the engine beside the crate `jsonwebtoken`, on what `cases.py` has made, for `run.py` to tabulate.
//!
//! `mcpauth-benches CASES SECONDS` writes one JSON object a line. Nothing here depends on how long anything takes; what
//! is admitted and refused is checked before it is measured.

use std::hint::black_box;
use std::time::Duration;

use mcpauth_core::{Answer, Engine, Gate, Portable, Request, Time};
use serde_json::{Value, json};

use cases::{Cases, Refusal, Token};
use peer::Peer;
use race::{glance, race};

mod cases;
#[path = "../../core/proofs/ground.rs"]
#[expect(dead_code, reason = "what a device answers with is not measured")]
mod ground;
mod heap;
mod peer;
mod race;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, path, seconds] = arguments.as_slice() else {
        panic!("usage: mcpauth-benches CASES SECONDS");
    };
    let cases = Cases::read(path);
    let seconds: f64 = seconds.parse().expect("SECONDS is a number");
    let rows = cases.tokens.len() + 2 * cases.refusals.len();
    let bench = Bench::new(&cases, Duration::from_secs_f64(seconds / rows as f64));
    for token in &cases.tokens {
        bench.admit(token);
    }
    for refusal in &cases.refusals {
        bench.refuse(refusal);
    }
}

/// An engine with its keys, and how long to measure each row.
struct Bench<'c> {
    cases: &'c Cases,
    engine: Engine,
    gate: Gate,
    budget: Duration,
}

impl<'c> Bench<'c> {
    fn new(cases: &'c Cases, budget: Duration) -> Self {
        assert_eq!(
            (cases.resource.as_str(), cases.issuer.as_str()),
            (ground::RESOURCE, ground::ISSUER)
        );
        let engine = Engine::new(cases.configuration.get(), &Portable);
        let engine = engine.expect("the configuration is good");
        let gate = engine.gate(cases.gate.get()).expect("the gate is good");
        Self {
            cases,
            engine,
            gate,
            budget,
        }
    }

    /// A whole request with a good token, whose key is known.
    fn admit(&self, token: &Token) {
        let authorization = bearer(token.token.as_bytes());
        let peer = Peer::new(self.cases, token);
        assert!(matches!(self.check(&authorization), Answer::Allow(_)));
        assert!(peer.decode(token.token.as_bytes()).is_ok());
        let both = race(
            &mut || drop(black_box(self.check(black_box(&authorization)))),
            &mut || drop(black_box(peer.decode(black_box(token.token.as_bytes())))),
            self.budget,
        );
        report(&format!("{}, whole request", token.algorithm), both);
    }

    /// The slowest input of a kind, as the engine answers it and as the ground floor decides it.
    fn refuse(&self, refusal: &Refusal) {
        let peer = Peer::new(self.cases, &self.cases.tokens[0]);
        let slowest = refusal
            .inputs()
            .map(|input| (self.cost(refusal, &peer, &input), input))
            .max_by(|(one, _), (two, _)| one.total_cmp(two));
        let (_, input) = slowest.expect("there is an input of each kind");
        let authorization = bearer(&input);
        let mut peer = || drop(black_box(peer.decode(black_box(&input))));
        let whole = race(
            &mut || drop(black_box(self.check(black_box(&authorization)))),
            &mut peer,
            self.budget,
        );
        report(
            &format!("refuse 16 KiB, {}: whole request", refusal.name),
            whole,
        );
        let resource = self.ground();
        let mut buffer = vec![0; 16_384];
        let now = Time::from_unix_seconds(self.cases.now);
        let decision = race(
            &mut || {
                let _ = black_box(resource.admit(black_box(&authorization), now, &mut buffer));
            },
            &mut peer,
            self.budget,
        );
        report(
            &format!("refuse 16 KiB, {}: decision", refusal.name),
            decision,
        );
    }

    /// Nanoseconds that a refusal takes, after a look that everybody refuses, and we before the signature.
    fn cost(&self, refusal: &Refusal, peer: &Peer, input: &[u8]) -> f64 {
        let authorization = bearer(input);
        let Answer::Respond(response) = self.check(&authorization) else {
            panic!("an input that is to be refused was not");
        };
        let code = response.code.expect("a refusal has a code");
        let is_expected = refusal.codes.iter().any(|one| one == code.name());
        assert!(is_expected, "{}: {code}", refusal.name);
        let mut buffer = vec![0; 16_384];
        let now = Time::from_unix_seconds(self.cases.now);
        let decision = self.ground().admit(&authorization, now, &mut buffer).err();
        assert_eq!(decision, Some(code));
        assert!(peer.decode(input).is_err());
        glance(&mut || drop(black_box(self.check(black_box(&authorization)))))
    }

    fn ground(&self) -> ground::Resource<'_> {
        ground::Resource {
            jwks: self.cases.jwks.get().as_bytes(),
            scopes: &[],
            leeway: self.cases.leeway,
        }
    }

    fn check(&self, authorization: &[u8]) -> Answer {
        // What a client of MCP sends.
        let headers: [(&[u8], &[u8]); 6] = [
            (b"host", b"rs.example"),
            (b"content-type", b"application/json"),
            (b"accept", b"application/json, text/event-stream"),
            (b"mcp-protocol-version", b"2025-11-25"),
            (b"authorization", authorization),
            (b"content-length", b"97"),
        ];
        let request = Request {
            method: "POST",
            target: "/mcp",
            headers: &headers,
            body: None,
        };
        let now = Time::from_unix_seconds(self.cases.now);
        self.engine.check(&self.gate, &request, now)
    }
}

fn bearer(token: &[u8]) -> Vec<u8> {
    [b"Bearer ", token].concat()
}

fn report(operation: &str, (ours, peer): (Value, Value)) {
    println!(
        "{}",
        json!({"operation": operation, "ours": ours, "peer": peer})
    );
}
