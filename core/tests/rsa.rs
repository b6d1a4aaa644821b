//! RSA against the crate `rsa`: keys of many sizes and exponents, signatures that are good, broken or at the edges.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::convert::Infallible;

use base64ct::{Base64UrlUnpadded, Encoding};
use mcpauth_core::algorithm::Algorithm;
use mcpauth_core::json::{Bounds, Object};
use mcpauth_core::jwk::{Jwk, UnusableKey};
use mcpauth_core::signature::BadSignature;
use mcpauth_core::signature::rsa::{Comba, Montgomery, PublicOperation};
use mcpauth_core::{Portable, PreparedKey, SignatureProvider};
use rsa::hazmat::{rsa_decrypt, rsa_encrypt};
use rsa::rand_core::{TryCryptoRng, TryRng};
use rsa::traits::PublicKeyParts;
use rsa::{BoxedUint, Pkcs1v15Sign, Pss, RsaPrivateKey, RsaPublicKey};
use sha2::{Digest, Sha256, Sha384, Sha512};

/// Around the numbers of words and blocks, and at the limits.
const BITS: [usize; 13] = [
    2_048, 2_049, 2_056, 2_111, 2_113, 2_560, 2_561, 3_072, 3_073, 4_096, 4_097, 8_191, 8_192,
];

const EXPONENTS: [u64; 4] = [65_537, 65_539, (1 << 32) + 15, (1 << 33) - 1];

/// Any odd modulus will do here: all ones make the most carries, one and one the fewest.
#[test]
fn the_public_operation_is_that_of_the_crate() {
    let mut random = Random(1);
    let mut compared = 0;
    for bits in BITS {
        for (round, exponent) in EXPONENTS.into_iter().enumerate() {
            let length = bits.div_ceil(8);
            let mut modulus = match round {
                0 => vec![0xff; length],
                1 => vec![0; length],
                _ => random.bytes(length),
            };
            let top = (bits - 1) % 8;
            modulus[0] = modulus[0] & ((1 << top) - 1) | 1 << top;
            modulus[length - 1] |= 1;
            let ours = Montgomery::new(Comba, &modulus, exponent);
            let limits = 2_048..=8_192;
            let theirs =
                RsaPublicKey::new_with_size_limits(number(&modulus, bits), exponent.into(), limits)
                    .unwrap();
            let at_edge = |difference: i8| {
                let mut edge = modulus.clone();
                edge[length - 1] = edge[length - 1].wrapping_add_signed(difference);
                edge
            };
            let mut encoded = vec![0; length];
            for refused in [at_edge(0), vec![0xff; length]] {
                let verdict = ours.apply(&refused, &mut encoded);
                assert_eq!(verdict, Err(BadSignature), "{bits} {exponent}");
            }
            let mut small = vec![0; length];
            small[length - 1] = 1;
            let mut less = random.bytes(length);
            less[0] = 0;
            let mut ones = vec![0xff; length];
            ones[0] = 0;
            for signature in [vec![0; length], small, at_edge(-1), less, ones] {
                ours.apply(&signature, &mut encoded).unwrap();
                let expected = rsa_encrypt(&theirs, &number(&signature, bits)).unwrap();
                assert_eq!(number(&encoded, bits), expected, "{bits} {exponent}");
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 260);
}

/// Sizes that leave any number of bits of the first byte unused, with encodings that are good and with a flaw in every
/// part, signed with the private key.
#[test]
fn encodings_are_judged_as_by_the_crate() {
    let mut random = Random(2);
    let (mut accepted, mut refused) = (0, 0);
    for (bits, exponent) in [
        (2_048, 65_537_u64),
        (2_049, 65_539),
        (2_050, (1 << 32) + 15),
        (2_056, 65_537),
    ] {
        let private = RsaPrivateKey::new_with_exp(&mut random, bits, exponent.into()).unwrap();
        let public = private.to_public_key();
        let modulus = public.n().to_be_bytes_trimmed_vartime();
        let ours = jwk(&modulus, exponent).unwrap();
        for algorithm in ALGORITHMS {
            for _ in 0..2 {
                let length = (random.next() % 300) as usize;
                let message = random.bytes(length);
                let good = sign(&private, &mut random, algorithm, &message);
                let raw = rsa_encrypt(&public, &number(&good, bits)).unwrap();
                let raw = padded(&raw, good.len());
                let mut tried = vec![good.clone()];
                for at in [0, 1, 2, 3, 150, 190, 200, 220, 230, 250, good.len() - 1] {
                    let flaw = 1 << (random.next() % 8);
                    let mut broken = good.clone();
                    broken[at] ^= flaw;
                    tried.push(broken);
                    let mut encoded = raw.clone();
                    encoded[at] ^= flaw;
                    let encoded = number(&encoded, bits);
                    if encoded < **public.n() {
                        let signed = rsa_decrypt(None::<&mut Random>, &private, &encoded).unwrap();
                        tried.push(padded(&signed, good.len()));
                    }
                }
                for signature in tried {
                    let verdict = ours.verify(algorithm, &message, &signature).is_ok();
                    let expected = verifies(&public, algorithm, &message, &signature);
                    assert_eq!(verdict, expected, "{bits} {algorithm:?} {signature:02x?}");
                    *if verdict { &mut accepted } else { &mut refused } += 1;
                    let mut other = message.clone();
                    other.push(0);
                    assert!(ours.verify(algorithm, &other, &signature).is_err());
                }
                for wrong in [&good[1..], &[&[0], &good[..]].concat(), &[]] {
                    assert!(ours.verify(algorithm, &message, wrong).is_err());
                }
            }
        }
    }
    assert_eq!(accepted, 4 * 6 * 2);
    assert!(refused > 900, "{refused}");
}

#[test]
fn keys_outside_the_limits_are_refused() {
    let mut random = Random(3);
    let mut key = |bits: usize, exponent: u64| {
        let mut modulus = random.bytes(bits.div_ceil(8));
        let top = (bits - 1) % 8;
        modulus[0] = modulus[0] & ((1 << top) - 1) | 1 << top;
        *modulus.last_mut().unwrap() |= 1;
        (modulus, exponent)
    };
    for (bits, exponent) in [(2_048, 65_537), (8_192, (1 << 33) - 1), (2_049, 65_539)] {
        let (mut modulus, exponent) = key(bits, exponent);
        assert!(jwk(&modulus, exponent).is_ok(), "{bits} {exponent}");
        *modulus.last_mut().unwrap() ^= 1;
        assert!(jwk(&modulus, exponent).is_err(), "even");
    }
    for (bits, exponent) in [
        (2_047, 65_537),
        (8_193, 65_537),
        (2_048, 3),
        (2_048, 65_535),
        (2_048, 65_538),
        (2_048, (1 << 33) + 1),
    ] {
        let (modulus, exponent) = key(bits, exponent);
        assert!(jwk(&modulus, exponent).is_err(), "{bits} {exponent}");
    }
}

const ALGORITHMS: [Algorithm; 6] = [
    Algorithm::Rs256,
    Algorithm::Rs384,
    Algorithm::Rs512,
    Algorithm::Ps256,
    Algorithm::Ps384,
    Algorithm::Ps512,
];

fn sign(key: &RsaPrivateKey, random: &mut Random, algorithm: Algorithm, message: &[u8]) -> Vec<u8> {
    let (d256, d384, d512) = digests(message);
    match algorithm {
        Algorithm::Rs256 => key.sign(Pkcs1v15Sign::new::<Sha256>(), &d256),
        Algorithm::Rs384 => key.sign(Pkcs1v15Sign::new::<Sha384>(), &d384),
        Algorithm::Rs512 => key.sign(Pkcs1v15Sign::new::<Sha512>(), &d512),
        Algorithm::Ps256 => key.sign_with_rng(random, Pss::<Sha256>::new(), &d256),
        Algorithm::Ps384 => key.sign_with_rng(random, Pss::<Sha384>::new(), &d384),
        _ => key.sign_with_rng(random, Pss::<Sha512>::new(), &d512),
    }
    .unwrap()
}

fn verifies(key: &RsaPublicKey, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
    let (d256, d384, d512) = digests(message);
    match algorithm {
        Algorithm::Rs256 => key.verify(Pkcs1v15Sign::new::<Sha256>(), &d256, signature),
        Algorithm::Rs384 => key.verify(Pkcs1v15Sign::new::<Sha384>(), &d384, signature),
        Algorithm::Rs512 => key.verify(Pkcs1v15Sign::new::<Sha512>(), &d512, signature),
        Algorithm::Ps256 => key.verify(Pss::<Sha256>::new(), &d256, signature),
        Algorithm::Ps384 => key.verify(Pss::<Sha384>::new(), &d384, signature),
        _ => key.verify(Pss::<Sha512>::new(), &d512, signature),
    }
    .is_ok()
}

fn digests(message: &[u8]) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    (
        Sha256::digest(message).to_vec(),
        Sha384::digest(message).to_vec(),
        Sha512::digest(message).to_vec(),
    )
}

fn jwk(modulus: &[u8], exponent: u64) -> Result<Box<dyn PreparedKey>, UnusableKey> {
    let base64url = Base64UrlUnpadded::encode_string;
    let (n, e) = (base64url(modulus), base64url(&exponent.to_be_bytes()));
    let text = format!(r#"{{"kty": "RSA", "n": "{n}", "e": "{e}"}}"#);
    let object: Object<'_> = Object::parse(text.as_bytes(), Bounds::DOCUMENT).unwrap();
    Portable.prepare(&Jwk::read(&object)?)
}

fn number(bytes: &[u8], bits: usize) -> BoxedUint {
    BoxedUint::from_be_slice(bytes, bits.next_multiple_of(8) as u32).unwrap()
}

fn padded(number: &BoxedUint, length: usize) -> Vec<u8> {
    let bytes = number.to_be_bytes_trimmed_vartime();
    let mut padded = vec![0; length - bytes.len()];
    padded.extend_from_slice(&bytes);
    padded
}

/// SplitMix64: the same numbers in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ word >> 31
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next() as u8).collect()
    }
}

impl TryRng for Random {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.next() as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.next())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill_with(|| self.next() as u8);
        Ok(())
    }
}

impl TryCryptoRng for Random {}
