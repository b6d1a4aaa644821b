//! ECDSA with prepared keys (FIPS 186-5 section 6.4.2; RFC 7518 section 3.4), as fast as a table per key makes it.
//!
//! Keys and signatures are read by `p256` and `p384`, which also invert s; the point arithmetic is that of this folder.
//! All of it is public, so variable time is fine.

use alloc::boxed::Box;

use once_cell::race::OnceBox;
use p256::elliptic_curve::ops::{Invert, Reduce};
use p256::elliptic_curve::{CurveArithmetic, FieldBytes, NonZeroScalar, PrimeField, Scalar};
use sha2::{Digest, Sha256, Sha384};

use super::curve::{Curve, P256, P384};
use super::field::Element;
use super::point::{Affine, Point};
use super::table::{Table, multiply, multiply_fresh};
use super::{BadSignature, PreparedKey, sec1_point};
use crate::algorithm::Algorithm;
use crate::jwk::{Jwk, UnusableKey};

/// A curve with its hash.
pub(super) trait Ecdsa<const L: usize>: Curve<L> {
    /// The one algorithm of the curve.
    const ALGORITHM: Algorithm;

    /// The coordinates of a key (RFC 7518 section 6.2.1.2), big-endian, of a point that is on the curve.
    fn coordinates(jwk: &Jwk<'_>) -> Result<[[u64; L]; 2], UnusableKey>;

    /// z / s and r / s, which are the factors of the generator and of the key, and r, where both r and s are from 1 to
    /// n - 1. As in JWS everywhere, a high s is as good as a low one.
    fn scalars(signing_input: &[u8], signature: &[u8]) -> Option<[[u64; L]; 3]>;
}

impl Ecdsa<4> for P256 {
    const ALGORITHM: Algorithm = Algorithm::Es256;

    fn coordinates(jwk: &Jwk<'_>) -> Result<[[u64; 4]; 2], UnusableKey> {
        let point = sec1_point::<65>(jwk)?;
        match p256::PublicKey::from_sec1_bytes(&point) {
            Ok(_) => Ok([limbs(&point[1..33]), limbs(&point[33..])]),
            Err(_) => Err(UnusableKey::Refused),
        }
    }

    fn scalars(signing_input: &[u8], signature: &[u8]) -> Option<[[u64; 4]; 3]> {
        let signature = p256::ecdsa::Signature::from_slice(signature).ok()?;
        Some(scalars::<p256::NistP256, 4>(
            &Sha256::digest(signing_input),
            signature.split_scalars(),
        ))
    }
}

impl Ecdsa<6> for P384 {
    const ALGORITHM: Algorithm = Algorithm::Es384;

    fn coordinates(jwk: &Jwk<'_>) -> Result<[[u64; 6]; 2], UnusableKey> {
        let point = sec1_point::<97>(jwk)?;
        match p384::PublicKey::from_sec1_bytes(&point) {
            Ok(_) => Ok([limbs(&point[1..49]), limbs(&point[49..])]),
            Err(_) => Err(UnusableKey::Refused),
        }
    }

    fn scalars(signing_input: &[u8], signature: &[u8]) -> Option<[[u64; 6]; 3]> {
        let signature = p384::ecdsa::Signature::from_slice(signature).ok()?;
        Some(scalars::<p384::NistP384, 6>(
            &Sha384::digest(signing_input),
            signature.split_scalars(),
        ))
    }
}

/// A digest is as long as the order on both curves, so none of it is cut off (FIPS 186-5 section 6.4.2, step 2).
fn scalars<R: CurveArithmetic, const L: usize>(
    digest: &FieldBytes<R>,
    (r, s): (NonZeroScalar<R>, NonZeroScalar<R>),
) -> [[u64; L]; 3] {
    let z = Scalar::<R>::reduce(digest);
    let (r, inverse) = (*r, *s.invert_vartime());
    [z * inverse, r * inverse, r].map(|scalar| limbs(&scalar.to_repr()))
}

/// The limbs of a big-endian number, the lowest first.
pub(super) fn limbs<const L: usize>(bytes: &[u8]) -> [u64; L] {
    let mut limbs = [0; L];
    for (limb, bytes) in limbs.iter_mut().zip(bytes.rchunks(8)) {
        *limb = bytes
            .iter()
            .fold(0, |limb, &byte| limb << 8 | u64::from(byte));
    }
    limbs
}

/// A key on P-256 or P-384, with or without its table.
pub(super) struct EcdsaKey<C, const L: usize> {
    point: Affine<C, L>,
    table: OnceBox<Table<C, L>>,
}

impl<C: Ecdsa<L>, const L: usize> EcdsaKey<C, L> {
    /// Decodes a key and checks that it is on the curve. The generator's table is made here, if this is the first key,
    /// so that no verification needs the heap.
    pub(super) fn prepare(jwk: &Jwk<'_>) -> Result<Self, UnusableKey> {
        let [x, y] = C::coordinates(jwk)?.map(Element::from_limbs);
        C::generator_table();
        Ok(Self {
            point: Affine { x, y },
            table: OnceBox::new(),
        })
    }
}

impl<C: Ecdsa<L>, const L: usize> PreparedKey for EcdsaKey<C, L> {
    fn signature_len(&self, algorithm: Algorithm) -> Option<usize> {
        (algorithm == C::ALGORITHM).then_some(16 * L)
    }

    fn verify(
        &self,
        _: Algorithm,
        signing_input: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        let [u, v, r] = C::scalars(signing_input, signature).ok_or(BadSignature)?;
        let sum = match self.table.get() {
            Some(table) => multiply(&u, &v, table),
            None => multiply_fresh(&u, &v, self.point),
        };
        if has_x(&sum, &r) {
            Ok(())
        } else {
            Err(BadSignature)
        }
    }

    fn table_bytes(&self) -> usize {
        Table::<C, L>::BYTES
    }

    fn tabulate(&self) {
        self.table.get_or_init(|| Box::new(Table::new(self.point)));
    }
}

/// Whether the point has an x coordinate that is r modulo the order (FIPS 186-5 section 6.4.2, steps 6 to 8): it is r
/// or r + n, which is below 2n and so below 2p. Nothing is divided: X = x ZZ. Infinity has none.
pub(super) fn has_x<C: Curve<L>, const L: usize>(point: &Point<C, L>, r: &[u64; L]) -> bool {
    let is_x = |x| Element::from_limbs(x).mul(&point.zz) == point.x;
    !point.is_infinity() && (is_x(*r) || plus_order::<C, L>(r).is_some_and(is_x))
}

/// r + n, where that is below p.
fn plus_order<C: Curve<L>, const L: usize>(r: &[u64; L]) -> Option<[u64; L]> {
    let (mut sum, mut carry, mut borrow) = ([0; L], false, false);
    for index in 0..L {
        (sum[index], carry) = r[index].carrying_add(C::ORDER[index], carry);
        (_, borrow) = sum[index].borrowing_sub(C::PRIME[index], borrow);
    }
    (borrow && !carry).then_some(sum)
}
