//! Whatever key, message and signature, a prepared key, with and without its table, gives the verdict of `p256` and
//! `p384`.
#![no_main]

use base64ct::{Base64UrlUnpadded, Encoding};
use libfuzzer_sys::fuzz_target;
use mcpauth_core::algorithm::Algorithm;
use mcpauth_core::json::{Bounds, Object};
use mcpauth_core::jwk::Jwk;
use mcpauth_core::signature::PortableKey;
use mcpauth_core::{Portable, PreparedKey, SignatureProvider};
use p256::ecdsa::signature::Signer;

fuzz_target!(
    |input: (bool, [u8; 48], &[u8], Option<[u8; 96]>, Option<(u8, u8)>)| {
        let (is_256, secret, message, given, turned) = input;
        let (algorithm, curve, point, signed) = if is_256 {
            let Ok(secret) = p256::ecdsa::SigningKey::from_slice(&secret[..32]) else {
                return;
            };
            let point = secret.verifying_key().to_sec1_point(false);
            let signature: p256::ecdsa::Signature = secret.sign(message);
            let (point, signature) = (point.as_bytes().to_vec(), signature.to_bytes().to_vec());
            (Algorithm::Es256, "P-256", point, signature)
        } else {
            let Ok(secret) = p384::ecdsa::SigningKey::from_slice(&secret) else {
                return;
            };
            let point = secret.verifying_key().to_sec1_point(false);
            let signature: p384::ecdsa::Signature = secret.sign(message);
            let (point, signature) = (point.as_bytes().to_vec(), signature.to_bytes().to_vec());
            (Algorithm::Es384, "P-384", point, signature)
        };
        let is_good = given.is_none() && turned.is_none();
        let length = signed.len();
        let mut signature = given.map_or(signed, |given| given[..length].to_vec());
        if let Some((byte, bits)) = turned {
            signature[usize::from(byte) % length] ^= bits;
        }
        let (x, y) = point[1..].split_at(length / 2);
        let [x, y] = [x, y].map(Base64UrlUnpadded::encode_string);
        let text = format!(r#"{{"kty":"EC","crv":"{curve}","x":"{x}","y":"{y}"}}"#);
        let object = Object::<8>::parse(text.as_bytes(), Bounds::DOCUMENT).expect("is an object");
        let jwk = Jwk::read(&object).expect("is a key");
        let library = PortableKey::prepare(&jwk).expect("is on the curve");
        let key = Portable.prepare(&jwk).expect("is on the curve");
        let expected = library.verify(algorithm, message, &signature);
        assert_eq!(key.verify(algorithm, message, &signature), expected);
        key.tabulate();
        assert_eq!(key.verify(algorithm, message, &signature), expected);
        assert!(!is_good || expected.is_ok());
    }
);
