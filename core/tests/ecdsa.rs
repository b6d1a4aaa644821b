//! Prepared keys, with and without their tables, give the verdicts of the libraries `p256` and `p384`, which
//! [`PortableKey`] asks.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where it fails"
)]

use base64ct::{Base64UrlUnpadded, Encoding};
use mcpauth_core::algorithm::Algorithm;
use mcpauth_core::json::{Bounds, Object};
use mcpauth_core::jwk::Jwk;
use mcpauth_core::signature::PortableKey;
use mcpauth_core::{Portable, PreparedKey, SignatureProvider};
use p256::ecdsa::signature::Signer;
use sha2::{Digest, Sha384};

/// One key three times: by the library, as it is first used, and with its table.
struct Keys {
    algorithm: Algorithm,
    library: PortableKey,
    fresh: Box<dyn PreparedKey>,
    tabulated: Box<dyn PreparedKey>,
}

impl Keys {
    fn new(algorithm: Algorithm, curve: &str, point: &[u8]) -> Self {
        let (x, y) = point[1..].split_at(point.len() / 2);
        let [x, y] = [x, y].map(Base64UrlUnpadded::encode_string);
        let text = format!(r#"{{"kty":"EC","crv":"{curve}","x":"{x}","y":"{y}"}}"#);
        let object: Object<'_> = Object::parse(text.as_bytes(), Bounds::DOCUMENT).unwrap();
        let jwk = Jwk::read(&object).unwrap();
        let (fresh, tabulated) = (Portable.prepare(&jwk), Portable.prepare(&jwk));
        let keys = Self {
            algorithm,
            library: PortableKey::prepare(&jwk).unwrap(),
            fresh: fresh.unwrap(),
            tabulated: tabulated.unwrap(),
        };
        keys.tabulated.tabulate();
        keys
    }

    /// The verdict, which is the same three times.
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let keys: [&dyn PreparedKey; 3] = [&self.library, &*self.fresh, &*self.tabulated];
        let verdicts = keys.map(|key| key.verify(self.algorithm, message, signature).is_ok());
        assert_eq!(verdicts, [verdicts[0]; 3], "{message:x?} {signature:x?}");
        verdicts[0]
    }

    /// A good signature, and what it becomes when bits of it, the message or the key are turned.
    fn judge(&self, other: &Self, message: &[u8], signature: &[u8], entropy: &[u8]) {
        assert!(self.verify(message, signature));
        assert!(!other.verify(message, signature));
        assert!(!self.verify(&[message, b"."].concat(), signature));
        let half = signature.len() / 2;
        for byte in entropy.iter().map(|&byte| usize::from(byte)) {
            let mut turned = signature.to_vec();
            turned[byte % signature.len()] ^= 1 << (byte % 8);
            assert!(!self.verify(message, &turned));
        }
        let (r, s) = signature.split_at(half);
        let (zero, ones) = (vec![0; half], vec![0xff; half]);
        for (r, s) in [
            (s, r),
            (r, &zero),
            (&zero, s),
            (r, &ones),
            (&ones, s),
            (r, r),
        ] {
            self.verify(message, &[r, s].concat());
        }
        for length in [0, half, signature.len() - 1] {
            assert!(!self.verify(message, &signature[..length]));
        }
        assert!(!self.verify(message, &[signature, &[0]].concat()));
    }
}

/// How many keys: more with `KEYS=1000`.
fn count() -> u32 {
    let set = std::env::var("KEYS").ok();
    set.map_or(12, |count| count.parse().unwrap())
}

/// A digest by a number; the first numbers stand for themselves, so that the first keys are 1, 2, 3 and so on.
fn number(index: u32) -> [u8; 48] {
    let mut small = [0; 48];
    small[44..].copy_from_slice(&(index + 1).to_be_bytes());
    if index < 4 {
        small
    } else {
        Sha384::digest(index.to_be_bytes()).into()
    }
}

#[test]
fn es256_verdicts_are_the_librarys() {
    let keys: Vec<_> = (0..=count())
        .map(|index| {
            let secret = p256::ecdsa::SigningKey::from_slice(&number(index)[16..]).unwrap();
            let point = secret.verifying_key().to_sec1_point(false);
            (
                secret,
                Keys::new(Algorithm::Es256, "P-256", point.as_bytes()),
            )
        })
        .collect();
    for (index, pair) in keys.windows(2).enumerate() {
        let (secret, key) = &pair[0];
        for message in 0..4 {
            let message = number(10_000 + 4 * index as u32 + message);
            let signature: p256::ecdsa::Signature = secret.sign(&message);
            key.judge(&pair[1].1, &message, &signature.to_bytes(), &message[..4]);
            // A high s is as good as a low one: JWS does not ask for either.
            let (r, s) = signature.split_scalars();
            let high = p256::ecdsa::Signature::from_scalars(r, -*s).unwrap();
            assert!(key.verify(&message, &high.to_bytes()));
        }
    }
}

#[test]
fn es384_verdicts_are_the_librarys() {
    let keys: Vec<_> = (0..=count())
        .map(|index| {
            let secret = p384::ecdsa::SigningKey::from_slice(&number(index)).unwrap();
            let point = secret.verifying_key().to_sec1_point(false);
            (
                secret,
                Keys::new(Algorithm::Es384, "P-384", point.as_bytes()),
            )
        })
        .collect();
    for (index, pair) in keys.windows(2).enumerate() {
        let (secret, key) = &pair[0];
        for message in 0..2 {
            let message = number(20_000 + 2 * index as u32 + message);
            let signature: p384::ecdsa::Signature = secret.sign(&message);
            key.judge(&pair[1].1, &message, &signature.to_bytes(), &message[..3]);
        }
    }
}
