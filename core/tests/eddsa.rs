//! Prepared Ed25519 keys, with and without their tables, give the verdicts of `VerifyingKey::verify_strict`, which
//! [`PortableKey`] asks.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where it fails"
)]

use base64ct::{Base64UrlUnpadded, Encoding};
use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use mcpauth_core::algorithm::Algorithm;
use mcpauth_core::json::{Bounds, Object};
use mcpauth_core::jwk::Jwk;
use mcpauth_core::signature::PortableKey;
use mcpauth_core::{Portable, PreparedKey, SignatureProvider};
use sha2::{Digest, Sha512};

/// One key three times: by the library, as it is first used, and with its table.
struct Keys {
    encoded: [u8; 32],
    library: PortableKey,
    own: [Box<dyn PreparedKey>; 2],
}

impl Keys {
    fn new(point: EdwardsPoint) -> Self {
        let encoded = point.compress().to_bytes();
        let x = Base64UrlUnpadded::encode_string(&encoded);
        let text = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}"#);
        let object: Object<'_> = Object::parse(text.as_bytes(), Bounds::DOCUMENT).unwrap();
        let jwk = Jwk::read(&object).unwrap();
        let own = [(); 2].map(|()| Portable.prepare(&jwk).unwrap());
        own[1].tabulate();
        let library = PortableKey::prepare(&jwk).unwrap();
        Self {
            encoded,
            library,
            own,
        }
    }

    /// The verdict, which is the same three times.
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let keys = [
            &self.library as &dyn PreparedKey,
            &*self.own[0],
            &*self.own[1],
        ];
        let verdicts = keys.map(|key| key.verify(Algorithm::EdDsa, message, signature).is_ok());
        assert_eq!(verdicts, [verdicts[0]; 3], "{message:x?} {signature:x?}");
        verdicts[0]
    }

    /// A signature with any R that the equation holds for, if the key has no part of small order.
    fn sign(&self, secret: Scalar, nonce: Scalar, r: [u8; 32], message: &[u8]) -> Vec<u8> {
        let hash = Sha512::new().chain_update(r).chain_update(self.encoded);
        let k = Scalar::from_bytes_mod_order_wide(&hash.chain_update(message).finalize().into());
        [r, (nonce + k * secret).to_bytes()].concat()
    }
}

fn scalar(seed: u32) -> Scalar {
    Scalar::from_bytes_mod_order_wide(&Sha512::digest(seed.to_be_bytes()).into())
}

#[test]
fn eddsa_verdicts_are_the_librarys() {
    let (mut accepted, mut refused) = (0, 0);
    for index in 0..24 {
        let secret = if index < 4 {
            Scalar::from(index + 1)
        } else {
            scalar(index)
        };
        // Keys with a part of small order are no weak keys; the strict equation holds for some messages.
        let torsion = EIGHT_TORSION[if index % 2 == 0 {
            0
        } else {
            index as usize / 2 % 8
        }];
        let keys = Keys::new(ED25519_BASEPOINT_POINT * secret + torsion);
        for count in 0..8 {
            let (nonce, message) = (scalar(1_000 + 8 * index + count), [count as u8; 20]);
            let r = (ED25519_BASEPOINT_POINT * nonce).compress().to_bytes();
            let good = keys.sign(secret, nonce, r, &message);
            let verdict = keys.verify(&message, &good);
            assert!(verdict || index % 2 == 1);
            accepted += u32::from(verdict);
            assert!(!keys.verify(b"another", &good));
            for turn in 0..6 {
                let mut turned = good.clone();
                turned[(11 * turn + count as usize) % 64] ^= 1 << (turn % 8);
                assert!(!keys.verify(&message, &turned));
            }
            // s + l is the same scalar, spelled otherwise.
            let mut high = good.clone();
            let order = (-Scalar::ONE).to_bytes();
            let mut carry = 1;
            for (byte, order) in high[32..].iter_mut().zip(order) {
                carry += u16::from(*byte) + u16::from(order);
                (*byte, carry) = (carry as u8, carry >> 8);
            }
            assert!(!keys.verify(&message, &high));
            // R of small order, for which the equation holds; and one that is moved by such a point.
            for torsion in EIGHT_TORSION {
                let weak = keys.sign(
                    secret,
                    Scalar::ZERO,
                    torsion.compress().to_bytes(),
                    &message,
                );
                assert!(!keys.verify(&message, &weak));
                let moved = ED25519_BASEPOINT_POINT * nonce + torsion;
                let moved = keys.sign(secret, nonce, moved.compress().to_bytes(), &message);
                refused += u32::from(!keys.verify(&message, &moved));
            }
            // The point of y = 1, spelled as p + 1, and a y that is on no point.
            let mut spelled = [0xff; 32];
            (spelled[0], spelled[31]) = (0xee, 0x7f);
            for r in [spelled, [2; 32], [0xff; 32]] {
                let odd = keys.sign(secret, Scalar::ZERO, r, &message);
                assert!(!keys.verify(&message, &odd));
            }
            for length in [0, 31, 32, 63] {
                assert!(!keys.verify(&message, &good[..length]));
            }
        }
    }
    assert!(accepted > 96 && refused > 1_000, "{accepted} {refused}");
}
