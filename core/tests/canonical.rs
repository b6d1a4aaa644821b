//! A token has one spelling: what is accepted re-encodes to the same bytes, so that its text can be its identity
//! (in caches, in replay tables, in `ath`).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where it fails"
)]

use accepted::Accepted;
use base64ct::{Base64UrlUnpadded, Encoding};

mod accepted;

#[test]
fn an_accepted_token_re_encodes_to_itself_and_has_no_accepted_neighbour() {
    let files = [
        "tokens-accepted.jsonl",
        "tokens-kind.jsonl",
        "policy.jsonl",
        "options.jsonl",
    ];
    let all: Vec<Accepted> = files.into_iter().flat_map(Accepted::of_file).collect();
    assert!(all.len() >= 50, "only {} tokens were accepted", all.len());
    for one in all {
        let token = &one.token;
        let canonical: Vec<String> = token
            .split('.')
            .map(|part| {
                Base64UrlUnpadded::encode_string(&Base64UrlUnpadded::decode_vec(part).unwrap())
            })
            .collect();
        assert_eq!(canonical.join("."), *token);
        for neighbour in [
            format!("{token}="),
            format!("{token}."),
            format!("{token}A"),
            token[1..].into(),
        ] {
            assert!(one.judge(&neighbour).is_err(), "{neighbour}");
        }
    }
}
