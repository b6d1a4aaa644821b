//! RSA keys (RFC 7518 sections 3.3 and 3.5). They need the heap when they are made, and none to verify.

mod block;
mod encoding;
mod montgomery;

use alloc::boxed::Box;

use sha2::{Sha256, Sha384, Sha512};

use super::{BadSignature, PreparedKey};
use crate::algorithm::Algorithm;
use crate::jwk::{Jwk, UnusableKey};
use crate::limits;

pub use block::{Blocks, Comba, WORDS};
pub use montgomery::Montgomery;

/// RSAVP1, that is `s^e mod n` (RFC 8017 section 5.2.2): the part of a verification that takes the time, and the only
/// one that a processor's special instructions are worth. What comes out is judged by [`RsaKey`].
pub trait PublicOperation: Send + Sync {
    /// Writes `s^e mod n`; refuses a signature that is not below the modulus. Both slices are big-endian and as long as
    /// the modulus.
    fn apply(&self, signature: &[u8], encoded: &mut [u8]) -> Result<(), BadSignature>;
}

impl PublicOperation for Box<dyn PublicOperation> {
    fn apply(&self, signature: &[u8], encoded: &mut [u8]) -> Result<(), BadSignature> {
        (**self).apply(signature, encoded)
    }
}

/// An RSA key that passed the limits on modulus and exponent.
#[derive(Debug)]
pub struct RsaKey<P = Montgomery<Comba>> {
    operation: P,
    modulus_bits: usize,
    /// The only algorithm it may be used with, where the JWK names one (RFC 8725 section 3.1).
    algorithm: Option<Algorithm>,
}

impl<P: PublicOperation> RsaKey<P> {
    /// Decodes and checks a key: an odd modulus and exponent within the limits, and not by the generator of
    /// CVE-2017-15361. The operation is made of the modulus, big-endian without leading zeros, and the exponent.
    pub fn prepare(
        jwk: &Jwk<'_>,
        operation: impl FnOnce(&[u8], u64) -> P,
    ) -> Result<Self, UnusableKey> {
        let mut modulus = [0; encoding::LONGEST + 1];
        let modulus = jwk.decode_first(&mut modulus)?;
        // RFC 7518 section 6.3.1.1 knows libraries that prefix a zero; the value is the same.
        let zeros = modulus.iter().take_while(|&&byte| byte == 0).count();
        let modulus = &modulus[zeros..];
        let mut exponent = [0; 8];
        let exponent = jwk.decode_second(&mut exponent)?;
        let e = exponent
            .iter()
            .fold(0, |value: u64, &byte| value << 8 | u64::from(byte));
        let (Some(first), Some(last)) = (modulus.first(), modulus.last()) else {
            return Err(UnusableKey::Refused);
        };
        let modulus_bits = modulus.len() * 8 - first.leading_zeros() as usize;
        if !limits::RSA_EXPONENT.contains(&e)
            || e % 2 == 0
            || !limits::RSA_MODULUS_BITS.contains(&modulus_bits)
            || last % 2 == 0
            || is_roca(modulus)
        {
            return Err(UnusableKey::Refused);
        }
        Ok(Self {
            operation: operation(modulus, e),
            modulus_bits,
            algorithm: jwk.algorithm(),
        })
    }
}

impl<P: PublicOperation> PreparedKey for RsaKey<P> {
    fn signature_len(&self, algorithm: Algorithm) -> Option<usize> {
        use Algorithm::{Ps256, Ps384, Ps512, Rs256, Rs384, Rs512};
        let is_rsa = matches!(algorithm, Rs256 | Rs384 | Rs512 | Ps256 | Ps384 | Ps512);
        let is_own = self.algorithm.is_none_or(|own| own == algorithm);
        (is_rsa && is_own).then(|| self.modulus_bits.div_ceil(8))
    }

    fn verify(
        &self,
        algorithm: Algorithm,
        signing_input: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        let mut buffer = [0; encoding::LONGEST];
        let encoded = &mut buffer[..self.modulus_bits.div_ceil(8)];
        if signature.len() != encoded.len() {
            return Err(BadSignature);
        }
        self.operation.apply(signature, encoded)?;
        judge(algorithm, encoded, self.modulus_bits, signing_input)
    }
}

/// Whether the encoding that a signature gives is that of the message: the same for every kernel.
fn judge(
    algorithm: Algorithm,
    encoded: &mut [u8],
    modulus_bits: usize,
    message: &[u8],
) -> Result<(), BadSignature> {
    let holds = match algorithm {
        Algorithm::Rs256 => encoding::is_pkcs1::<Sha256>(encoded, message),
        Algorithm::Rs384 => encoding::is_pkcs1::<Sha384>(encoded, message),
        Algorithm::Rs512 => encoding::is_pkcs1::<Sha512>(encoded, message),
        Algorithm::Ps256 => encoding::is_pss::<Sha256>(encoded, modulus_bits, message),
        Algorithm::Ps384 => encoding::is_pss::<Sha384>(encoded, modulus_bits, message),
        Algorithm::Ps512 => encoding::is_pss::<Sha512>(encoded, modulus_bits, message),
        _ => false,
    };
    if holds { Ok(()) } else { Err(BadSignature) }
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
