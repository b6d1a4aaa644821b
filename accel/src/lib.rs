//! Signature verification for `mcpauth-core` with the special instructions of a processor, where it has them; everywhere
//! else, and for every kind of key but RSA, the portable code of core.
//!
//! An own kernel computes `s^e mod n` and nothing more: key and encoding are judged by core's own code, whatever the
//! processor. This is the only crate with `unsafe` code beside the shells; it stands in two files:
//!
//! | File | Needs | Unsafe |
//! |---|---|---|
//! | `ifma.rs` | AVX-512 F and IFMA | calls of functions that need these instructions; loads and stores of 64 bytes |
//! | `adx.rs` | BMI2 and ADX | two blocks of assembly |
//!
//! Miri runs neither of them. The tests compare both with the portable code.
#![deny(unsafe_op_in_unsafe_fn)]

#[cfg(target_arch = "x86_64")]
mod adx;
#[cfg(target_arch = "x86_64")]
mod ifma;

use std::env;
use std::sync::LazyLock;

use mcpauth_core::algorithm::KeyKind;
use mcpauth_core::jwk::{Jwk, UnusableKey};
use mcpauth_core::signature::rsa::{Comba, Montgomery, PublicOperation, RsaKey};
use mcpauth_core::{Portable, PreparedKey, SignatureProvider};

/// The fastest provider for this processor. The variable `MCPAUTH_CRYPTO` of the environment, read once, can ask for less:
/// `adx` for no AVX-512, `portable` for no special instructions at all.
pub fn provider() -> &'static dyn SignatureProvider {
    static CHOSEN: LazyLock<Provider> = LazyLock::new(|| {
        let wanted = env::var("MCPAUTH_CRYPTO").unwrap_or_default();
        Provider::named(&wanted).unwrap_or_else(Provider::detect)
    });
    &*CHOSEN
}

/// A provider that uses certain instructions for RSA.
#[derive(Clone, Copy, Debug)]
pub struct Provider(Kernel);

#[derive(Clone, Copy, Debug)]
enum Kernel {
    #[cfg(target_arch = "x86_64")]
    Ifma(ifma::Ifma),
    #[cfg(target_arch = "x86_64")]
    Adx(adx::Adx),
    Portable,
}

impl Provider {
    /// The fastest one for this processor.
    pub fn detect() -> Self {
        Self::ifma()
            .or_else(Self::adx)
            .unwrap_or_else(Self::portable)
    }

    /// With AVX-512 IFMA, for a modulus of up to 8318 bits; `None` where the processor has no such instructions.
    pub fn ifma() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        return ifma::Ifma::detect().map(|ifma| Self(Kernel::Ifma(ifma)));
        #[cfg(not(target_arch = "x86_64"))]
        None
    }

    /// With BMI2 and ADX; `None` where the processor has no such instructions.
    pub fn adx() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        return adx::Adx::detect().map(|adx| Self(Kernel::Adx(adx)));
        #[cfg(not(target_arch = "x86_64"))]
        None
    }

    /// The portable code of core.
    pub const fn portable() -> Self {
        Self(Kernel::Portable)
    }

    /// What `MCPAUTH_CRYPTO` asks for, where it means something here.
    fn named(name: &str) -> Option<Self> {
        match name {
            "portable" => Some(Self::portable()),
            "adx" => Some(Self::adx().unwrap_or_else(Self::portable)),
            _ => None,
        }
    }

    /// The kernel alone, as tests compare it. The modulus is big-endian without leading zeros, odd and of 2048 to 8192
    /// bits, the exponent odd and of up to 33 bits: what [`RsaKey::prepare`] gives.
    pub fn operation(self, modulus: &[u8], exponent: u64) -> Box<dyn PublicOperation> {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Kernel::Ifma(ifma) => ifma.operation(modulus, exponent),
            #[cfg(target_arch = "x86_64")]
            Kernel::Adx(adx) => Box::new(Montgomery::new(adx, modulus, exponent)),
            Kernel::Portable => Box::new(Montgomery::new(Comba, modulus, exponent)),
        }
    }
}

impl SignatureProvider for Provider {
    fn prepare(&self, jwk: &Jwk<'_>) -> Result<Box<dyn PreparedKey>, UnusableKey> {
        if jwk.kind() != KeyKind::Rsa {
            return Portable.prepare(jwk);
        }
        let key = RsaKey::prepare(jwk, |modulus, e| self.operation(modulus, e))?;
        Ok(Box::new(key))
    }
}
