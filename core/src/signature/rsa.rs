//! RSA keys, which need the heap (RFC 7518 sections 3.3 and 3.5).

use alloc::vec;

use rsa::traits::PublicKeyParts;
use rsa::{BoxedUint, Pkcs1v15Sign, Pss, RsaPublicKey};
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::{BadSignature, PreparedKey};
use crate::algorithm::Algorithm;
use crate::jwk::{Jwk, UnusableKey};
use crate::limits;

/// An RSA key that passed the limits on modulus and exponent.
pub(super) struct RsaKey {
    key: RsaPublicKey,
    /// The only algorithm it may be used with, where the JWK names one (RFC 8725 section 3.1).
    algorithm: Option<Algorithm>,
}

impl RsaKey {
    pub(super) fn prepare(jwk: &Jwk<'_>) -> Result<Self, UnusableKey> {
        let mut modulus = vec![0; limits::RSA_MODULUS_BITS.end() / 8 + 1];
        let modulus = jwk.decode_first(&mut modulus)?;
        // RFC 7518 section 6.3.1.1 knows libraries that prefix a zero; the value is the same.
        let modulus = modulus.strip_prefix(&[0]).unwrap_or(modulus);
        let mut exponent = [0; 8];
        let exponent = jwk.decode_second(&mut exponent)?;
        let e = exponent
            .iter()
            .fold(0, |value: u64, &byte| value << 8 | u64::from(byte));
        if !limits::RSA_EXPONENT.contains(&e) || e % 2 == 0 {
            return Err(UnusableKey::Refused);
        }
        if is_roca(modulus) {
            return Err(UnusableKey::Refused);
        }
        let n = BoxedUint::from_be_slice(modulus, modulus.len() as u32 * 8)
            .map_err(|_| UnusableKey::Refused)?;
        RsaPublicKey::new_with_size_limits(n, BoxedUint::from(e), limits::RSA_MODULUS_BITS)
            .map(|key| Self {
                key,
                algorithm: jwk.algorithm(),
            })
            .map_err(|_| UnusableKey::Refused)
    }
}

impl PreparedKey for RsaKey {
    fn signature_len(&self, algorithm: Algorithm) -> Option<usize> {
        use Algorithm::{Ps256, Ps384, Ps512, Rs256, Rs384, Rs512};
        let is_rsa = matches!(algorithm, Rs256 | Rs384 | Rs512 | Ps256 | Ps384 | Ps512);
        let is_own = self.algorithm.is_none_or(|own| own == algorithm);
        (is_rsa && is_own).then(|| self.key.size())
    }

    fn verify(
        &self,
        algorithm: Algorithm,
        signing_input: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        let key = &self.key;
        // The salt is as long as the hash (RFC 7518 section 3.5), which `Pss::new` asks for.
        match algorithm {
            Algorithm::Rs256 => key.verify(
                Pkcs1v15Sign::new::<Sha256>(),
                &Sha256::digest(signing_input),
                signature,
            ),
            Algorithm::Rs384 => key.verify(
                Pkcs1v15Sign::new::<Sha384>(),
                &Sha384::digest(signing_input),
                signature,
            ),
            Algorithm::Rs512 => key.verify(
                Pkcs1v15Sign::new::<Sha512>(),
                &Sha512::digest(signing_input),
                signature,
            ),
            Algorithm::Ps256 => key.verify(
                Pss::<Sha256>::new(),
                &Sha256::digest(signing_input),
                signature,
            ),
            Algorithm::Ps384 => key.verify(
                Pss::<Sha384>::new(),
                &Sha384::digest(signing_input),
                signature,
            ),
            Algorithm::Ps512 => key.verify(
                Pss::<Sha512>::new(),
                &Sha512::digest(signing_input),
                signature,
            ),
            _ => return Err(BadSignature),
        }
        .map_err(|_| BadSignature)
    }
}

/// Whether a modulus was made by the broken generator of CVE-2017-15361, whose keys can be factored: modulo every
/// small prime it is a power of 65537. Of other moduli one in 2^28 would look so.
fn is_roca(modulus: &[u8]) -> bool {
    let is_prime = |n: &u64| (3..*n).step_by(2).all(|divisor| !n.is_multiple_of(divisor));
    (3..=167_u64).step_by(2).filter(is_prime).all(|prime| {
        let rest = modulus
            .iter()
            .fold(0, |rest, &byte| (rest * 256 + u64::from(byte)) % prime);
        let mut power = 1;
        for _ in 0..prime {
            if power == rest {
                return true;
            }
            power = power * 65_537 % prime;
        }
        false
    })
}
