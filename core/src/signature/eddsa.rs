//! Ed25519 with prepared keys (RFC 8032 section 5.1.7), with the verdicts of `VerifyingKey::verify_strict`: s is below the
//! order, R is canonical, neither R nor the key is of small order, and s B = R + k A holds without the cofactor.
//!
//! Here R is not decoded: s B - k A is encoded and compared with it, so R is canonical and on the curve if it is equal,
//! and then the computed point stands for it.

use alloc::boxed::Box;

use curve25519_dalek::edwards::{EdwardsBasepointTable, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::BasepointTable;
use ed25519_dalek::VerifyingKey;
use once_cell::race::OnceBox;
use sha2::{Digest, Sha512};

use super::{BadSignature, PortableKey, PreparedKey};
use crate::algorithm::Algorithm;
use crate::jwk::{Jwk, UnusableKey};

/// An Ed25519 key, with or without its table.
pub(super) struct EddsaKey {
    encoded: [u8; 32],
    /// -A
    opposite: EdwardsPoint,
    /// Of -A.
    table: OnceBox<EdwardsBasepointTable>,
}

impl EddsaKey {
    /// Decodes a key as [`PortableKey::prepare`] does: it is canonical and not of small order.
    pub(super) fn prepare(jwk: &Jwk<'_>) -> Result<Self, UnusableKey> {
        let PortableKey::Ed25519(key) = PortableKey::prepare(jwk)? else {
            return Err(UnusableKey::UnknownKind);
        };
        Ok(Self::new(&key))
    }

    fn new(key: &VerifyingKey) -> Self {
        Self {
            encoded: key.to_bytes(),
            opposite: -key.to_edwards(),
            table: OnceBox::new(),
        }
    }
}

/// The table of the generator, made with the first table of a key.
fn generator_table() -> &'static EdwardsBasepointTable {
    static TABLE: OnceBox<EdwardsBasepointTable> = OnceBox::new();
    let make =
        || EdwardsBasepointTable::create(&curve25519_dalek::constants::ED25519_BASEPOINT_POINT);
    TABLE.get_or_init(|| Box::new(make()))
}

impl PreparedKey for EddsaKey {
    fn signature_len(&self, algorithm: Algorithm) -> Option<usize> {
        (algorithm == Algorithm::EdDsa).then_some(64)
    }

    fn verify(
        &self,
        _: Algorithm,
        signing_input: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        let (r, s) = signature.split_first_chunk::<32>().ok_or(BadSignature)?;
        let s = s.try_into().map_err(|_| BadSignature)?;
        let s = Option::from(Scalar::from_canonical_bytes(s)).ok_or(BadSignature)?;
        let hash = Sha512::new().chain_update(r).chain_update(self.encoded);
        let hash = hash.chain_update(signing_input).finalize();
        let k = Scalar::from_bytes_mod_order_wide(&hash.into());
        let point = match self.table.get() {
            Some(table) => table * &k + generator_table() * &s,
            None => EdwardsPoint::vartime_double_scalar_mul_basepoint(&k, &self.opposite, &s),
        };
        if point.compress().as_bytes() == r && !point.is_small_order() {
            Ok(())
        } else {
            Err(BadSignature)
        }
    }

    fn table_bytes(&self) -> usize {
        size_of::<EdwardsBasepointTable>()
    }

    fn tabulate(&self) {
        generator_table();
        let make = || Box::new(EdwardsBasepointTable::create(&self.opposite));
        self.table.get_or_init(make);
    }
}
