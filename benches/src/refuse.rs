//! What must be refused, in the largest size allowed.

use std::hint::black_box;

use mcpauth_core::{Answer, Time};

use crate::cases::{Cases, Refusal};
use crate::ours::{PORTABLE, Server, bearer};
use crate::race::{Candidate, Pace, glance};
use crate::{ground, peers, row};

/// One row for each kind of input: the slowest of its kind, as the engine answers it, as the ground floor decides it,
/// and as the peer refuses it.
pub(crate) fn measure(cases: &Cases, pace: Pace) {
    let bench = Bench {
        server: Server::new(cases, PORTABLE.provider),
        cases,
    };
    for refusal in &cases.refusals {
        bench.refuse(refusal, pace);
    }
}

struct Bench<'c> {
    cases: &'c Cases,
    server: Server,
}

impl Bench<'_> {
    fn refuse(&self, refusal: &Refusal, pace: Pace) {
        let slowest = refusal
            .inputs()
            .map(|input| (self.cost(refusal, &input), input))
            .max_by(|(one, _), (two, _)| one.total_cmp(two));
        let (_, input) = slowest.expect("there is an input of each kind");
        let authorization = bearer(&input);
        let resource = self.ground();
        let mut buffer = vec![0; 16_384];
        let now = Time::from_unix_seconds(self.cases.now);
        let mut all = vec![
            Candidate::new("mcpauth decision", |_| {
                let _ = black_box(resource.admit::<256, 512>(
                    black_box(&authorization),
                    now,
                    &mut buffer,
                ));
            }),
            Candidate::new("mcpauth whole request", |_| {
                drop(black_box(self.server.check(black_box(&authorization))));
            }),
        ];
        all.extend(peers::refuser(self.cases, &input));
        row("refusal", &refusal.name, &mut all, pace);
    }

    /// Nanoseconds that a refusal takes, after a look that everybody refuses, and we before the signature.
    fn cost(&self, refusal: &Refusal, input: &[u8]) -> f64 {
        let authorization = bearer(input);
        let Answer::Respond(response) = self.server.check(&authorization) else {
            panic!("an input that is to be refused was not");
        };
        let code = response.code.expect("a refusal has a code");
        let is_expected = refusal.codes.iter().any(|one| one == code.name());
        assert!(is_expected, "{}: {code}", refusal.name);
        let mut buffer = vec![0; 16_384];
        let now = Time::from_unix_seconds(self.cases.now);
        let decision = self
            .ground()
            .admit::<256, 512>(&authorization, now, &mut buffer)
            .err();
        assert_eq!(decision, Some(code));
        match refusal.inputs().nth(1) {
            None => 0.0, // the only one
            Some(_) => glance(|| drop(black_box(self.server.check(black_box(&authorization))))),
        }
    }

    fn ground(&self) -> ground::Resource<'_> {
        ground::Resource {
            jwks: self.cases.jwks.get().as_bytes(),
            scopes: &[],
            leeway: self.cases.leeway,
        }
    }
}
