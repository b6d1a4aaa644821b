//! Signatures alone: hash and verify, with the key parsed beforehand.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::hint::black_box;

use mcpauth_core::algorithm::Algorithm;
use mcpauth_core::signature::{PreparedKey, SignatureProvider};

use crate::cases::{self, Cases};
use crate::ours::{self, Named};
use crate::race::{Candidate, Pace};
use crate::{peers, row};

/// Uses of a key after which whatever it makes of itself for later uses has been made.
const WARM: usize = 16;

/// One row for each algorithm with a prepared key, and one with a key's first use.
pub(crate) fn measure(cases: &Cases, pace: Pace) {
    for algorithm in &cases.algorithms {
        let mut all = Vec::new();
        for Named { name, provider } in ours::providers(&algorithm.name) {
            all.push(prepared(name, provider, algorithm));
            if algorithm.name == "ES256" || algorithm.name == "ES384" || algorithm.name == "EdDSA" {
                all.push(first(&format!("{name}, first use"), provider, algorithm));
            }
        }
        all.extend(peers::signatures(algorithm));
        row("signature", &algorithm.name, &mut all, pace);
    }
}

/// A key that has served before and has its tables.
fn prepared<'c>(
    name: &str,
    provider: &dyn SignatureProvider,
    algorithm: &'c cases::Algorithm,
) -> Candidate<'c> {
    let signed = Signed::all(algorithm);
    let keys: Vec<_> = algorithm
        .tokens
        .iter()
        .map(|token| ours::prepare(provider, token))
        .collect();
    for (key, signed) in keys.iter().zip(&signed) {
        key.tabulate();
        for _ in 0..WARM {
            signed.verify(key.as_ref());
        }
    }
    Candidate::new(name, move |call| {
        let number = call % signed.len();
        signed[number].verify(keys[number].as_ref());
    })
}

/// A key that has never verified anything. It was decoded before, when its document came.
fn first<'c>(
    name: &str,
    provider: &'static dyn SignatureProvider,
    algorithm: &'c cases::Algorithm,
) -> Candidate<'c> {
    let signed = Signed::all(algorithm);
    let fresh: &'static RefCell<VecDeque<Box<dyn PreparedKey>>> = Box::leak(Box::default());
    let count = signed.len();
    Candidate::new(name, move |call| {
        let key = fresh
            .borrow_mut()
            .pop_front()
            .expect("there is one for each call");
        signed[call % count].verify(key.as_ref());
    })
    .after(move |calls| {
        let keys = (0..calls).map(|call| ours::prepare(provider, &algorithm.tokens[call % count]));
        *fresh.borrow_mut() = keys.collect();
    })
}

struct Signed<'c> {
    algorithm: Algorithm,
    message: &'c [u8],
    signature: Vec<u8>,
}

impl<'c> Signed<'c> {
    fn all(algorithm: &'c cases::Algorithm) -> Vec<Self> {
        let known = Algorithm::from_name(|name| name == algorithm.name).expect("it exists");
        algorithm
            .tokens
            .iter()
            .map(|token| Self {
                algorithm: known,
                message: token.signing_input(),
                signature: token.signature(),
            })
            .collect()
    }

    fn verify(&self, key: &dyn PreparedKey) {
        let verified = key.verify(self.algorithm, black_box(self.message), &self.signature);
        black_box(verified).expect("the signature is good");
    }
}
