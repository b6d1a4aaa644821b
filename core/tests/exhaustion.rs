//! Every small change of a good token is refused: each byte cut off, each bit flipped, each byte replaced, and parts of
//! two tokens put together. One token of each algorithm stands for all.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where it fails"
)]

use std::collections::BTreeMap;

use accepted::Accepted;
use base64ct::{Base64UrlUnpadded, Encoding};
use mcpauth_core::Code;

mod accepted;

/// The shortest accepted token of each algorithm.
fn one_of_each() -> BTreeMap<&'static str, Accepted> {
    let mut found = BTreeMap::new();
    for one in Accepted::of_file("tokens-accepted.jsonl") {
        let algorithm = one.judge(&one.token).unwrap();
        let is_shorter = |known: &Accepted| known.token.len() > one.token.len();
        if found.get(algorithm).is_none_or(is_shorter) {
            found.insert(algorithm, one);
        }
    }
    let names: Vec<_> = found.keys().copied().collect();
    assert_eq!(
        names,
        [
            "ES256", "ES384", "ES512", "EdDSA", "PS256", "PS384", "RS256", "RS384"
        ]
    );
    found
}

/// What a token that was changed after it was signed may be refused for. Anything else would mean that something of it
/// was believed before its signature was checked: times, audience and scopes come after.
fn is_form_or_signature(code: Code) -> bool {
    matches!(
        code,
        Code::MissingToken
            | Code::MalformedCredentials
            | Code::MalformedToken
            | Code::EncryptedToken
            | Code::UnsupportedAlgorithm
            | Code::UnsupportedCritical
            | Code::WrongTokenType
            | Code::UntrustedIssuer
            | Code::KeyNotFound
            | Code::BadSignature
            | Code::MissingClaim
            | Code::InvalidClaim
    )
}

fn refuse(one: &Accepted, token: &str) {
    match one.judge(token) {
        Err(code) => assert!(is_form_or_signature(code), "{code}: {token}"),
        Ok(_) => panic!("accepted: {token}"),
    }
}

#[test]
fn every_truncation_is_refused() {
    for one in one_of_each().values() {
        for end in 0..one.token.len() {
            refuse(one, &one.token[..end]);
            refuse(one, &one.token[one.token.len() - end..]);
        }
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    let mut flips = 0;
    for one in one_of_each().values() {
        let parts: Vec<&str> = one.token.split('.').collect();
        for (number, part) in parts.iter().enumerate() {
            let mut bytes = Base64UrlUnpadded::decode_vec(part).unwrap();
            for bit in 0..bytes.len() * 8 {
                bytes[bit / 8] ^= 1 << (bit % 8);
                let mut changed: Vec<String> = parts.iter().map(|&part| part.into()).collect();
                changed[number] = Base64UrlUnpadded::encode_string(&bytes);
                refuse(one, &changed.join("."));
                bytes[bit / 8] ^= 1 << (bit % 8);
                flips += 1;
            }
        }
    }
    assert!(flips > 24_000, "only {flips} bits were flipped");
}

#[test]
fn every_replaced_character_is_refused() {
    for one in one_of_each().values() {
        for at in 0..one.token.len() {
            // A letter, the end of the alphabet, what separates parts, what no token has, and white space.
            for other in ["A", "_", ".", "=", "!", " "] {
                if one.token[at..=at] != *other {
                    let mut changed = one.token.clone();
                    changed.replace_range(at..=at, other);
                    refuse(one, &changed);
                }
            }
        }
    }
}

#[test]
fn every_splice_of_two_tokens_is_refused() {
    let all: Vec<Accepted> = Accepted::of_file("tokens-accepted.jsonl");
    let mut splices = 0;
    for one in &all {
        for other in all.iter().filter(|other| other.token != one.token) {
            let (own, foreign): (Vec<&str>, Vec<&str>) = (
                one.token.split('.').collect(),
                other.token.split('.').collect(),
            );
            for mask in 1..7 {
                let pick = |part: usize| {
                    if mask >> part & 1 == 1 {
                        foreign[part]
                    } else {
                        own[part]
                    }
                };
                let spliced = [pick(0), pick(1), pick(2)].join(".");
                if spliced != one.token && spliced != other.token {
                    refuse(one, &spliced);
                    splices += 1;
                }
            }
            for cut in (0..one.token.len().min(other.token.len())).step_by(29) {
                let spliced = format!("{}{}", &one.token[..cut], &other.token[cut..]);
                if spliced != one.token && spliced != other.token {
                    refuse(one, &spliced);
                    splices += 1;
                }
            }
        }
    }
    assert!(splices > 5_000, "only {splices} splices were tried");
}
