//! The arithmetic of the real curves, held to that of others: the field to `fiat-crypto`, which is generated from
//! proofs, points and verdicts to `p256` and `p384`.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::vec;
use std::vec::Vec;

use fiat_crypto::{p256_64 as fiat256, p384_64 as fiat384};
use p256::elliptic_curve::ops::Reduce;
use p256::elliptic_curve::point::AffineCoordinates;
use p256::elliptic_curve::{
    CurveArithmetic, Field, FieldBytes, Group, PrimeField, ProjectivePoint, Scalar,
};

use super::curve::{Curve, P256, P384};
use super::ecdsa::limbs;
use super::field::Element;
use super::numbers::Numbers;
use super::point::Affine;
use super::table::{Table, multiply, multiply_fresh};

/// The operations of `fiat-crypto` on elements in the form that ours have too.
trait Oracle<const L: usize>: Curve<L> {
    type Library: CurveArithmetic;

    fn mul(a: [u64; L], b: [u64; L]) -> [u64; L];
    fn square(a: [u64; L]) -> [u64; L];
    fn add(a: [u64; L], b: [u64; L]) -> [u64; L];
    fn sub(a: [u64; L], b: [u64; L]) -> [u64; L];
    fn negate(a: [u64; L]) -> [u64; L];
    fn to_montgomery(a: [u64; L]) -> [u64; L];
    fn from_montgomery(a: [u64; L]) -> [u64; L];
}

macro_rules! oracle {
    ($curve:ty, $limbs:literal, $library:ty, $fiat:ident, $element:ident, $plain:ident, $mul:ident, $square:ident, $add:ident,
     $sub:ident, $negate:ident, $to:ident, $from:ident) => {
        impl Oracle<$limbs> for $curve {
            type Library = $library;

            fn mul(a: [u64; $limbs], b: [u64; $limbs]) -> [u64; $limbs] {
                let mut out = $fiat::$element([0; $limbs]);
                $fiat::$mul(&mut out, &$fiat::$element(a), &$fiat::$element(b));
                out.0
            }

            fn square(a: [u64; $limbs]) -> [u64; $limbs] {
                let mut out = $fiat::$element([0; $limbs]);
                $fiat::$square(&mut out, &$fiat::$element(a));
                out.0
            }

            fn add(a: [u64; $limbs], b: [u64; $limbs]) -> [u64; $limbs] {
                let mut out = $fiat::$element([0; $limbs]);
                $fiat::$add(&mut out, &$fiat::$element(a), &$fiat::$element(b));
                out.0
            }

            fn sub(a: [u64; $limbs], b: [u64; $limbs]) -> [u64; $limbs] {
                let mut out = $fiat::$element([0; $limbs]);
                $fiat::$sub(&mut out, &$fiat::$element(a), &$fiat::$element(b));
                out.0
            }

            fn negate(a: [u64; $limbs]) -> [u64; $limbs] {
                let mut out = $fiat::$element([0; $limbs]);
                $fiat::$negate(&mut out, &$fiat::$element(a));
                out.0
            }

            fn to_montgomery(a: [u64; $limbs]) -> [u64; $limbs] {
                let mut out = $fiat::$element([0; $limbs]);
                $fiat::$to(&mut out, &$fiat::$plain(a));
                out.0
            }

            fn from_montgomery(a: [u64; $limbs]) -> [u64; $limbs] {
                let mut out = $fiat::$plain([0; $limbs]);
                $fiat::$from(&mut out, &$fiat::$element(a));
                out.0
            }
        }
    };
}

oracle!(
    P256,
    4,
    p256::NistP256,
    fiat256,
    fiat_p256_montgomery_domain_field_element,
    fiat_p256_non_montgomery_domain_field_element,
    fiat_p256_mul,
    fiat_p256_square,
    fiat_p256_add,
    fiat_p256_sub,
    fiat_p256_opp,
    fiat_p256_to_montgomery,
    fiat_p256_from_montgomery
);
oracle!(
    P384,
    6,
    p384::NistP384,
    fiat384,
    fiat_p384_montgomery_domain_field_element,
    fiat_p384_non_montgomery_domain_field_element,
    fiat_p384_mul,
    fiat_p384_square,
    fiat_p384_add,
    fiat_p384_sub,
    fiat_p384_opp,
    fiat_p384_to_montgomery,
    fiat_p384_from_montgomery
);

fn plus<const L: usize>(limbs: [u64; L], step: i128) -> [u64; L] {
    let mut carry = step;
    limbs.map(|limb| {
        carry += i128::from(limb);
        let sum = carry as u64;
        carry >>= 64;
        sum
    })
}

fn is_below<const L: usize>(a: &[u64; L], b: &[u64; L]) -> bool {
    a.iter().rev().lt(b.iter().rev())
}

/// Numbers below p: its neighbours and those of zero, of powers of two and of 2^(64 L) mod p, and others.
fn elements<C: Oracle<L>, const L: usize>(numbers: &mut Numbers) -> Vec<[u64; L]> {
    let mut all = vec![C::PRIME, [0; L], Element::<C, L>::ONE.montgomery_limbs()];
    all.push(C::to_montgomery(Element::<C, L>::ONE.montgomery_limbs()));
    all.push(C::ORDER);
    for bit in 0..64 * L {
        let mut power = [0; L];
        power[bit / 64] = 1 << (bit % 64);
        all.push(power);
    }
    let near = |&limbs: &[u64; L]| [-2, -1, 0, 1, 2].map(|step| plus(limbs, step));
    let mut found: Vec<_> = all.iter().flat_map(near).collect();
    found.extend((0..400).map(|_| numbers.limbs()));
    found.retain(|limbs| is_below(limbs, &C::PRIME));
    found
}

fn the_field_is_fiats<C: Oracle<L>, const L: usize>() {
    let mut numbers = Numbers::new("field");
    let values = elements::<C, L>(&mut numbers);
    assert!(values.len() > 1_000);
    let ours = Element::<C, L>::montgomery;
    for &a in &values {
        assert_eq!(
            Element::<C, L>::from_limbs(a).montgomery_limbs(),
            C::to_montgomery(a)
        );
        assert_eq!(ours(a).to_limbs(), C::from_montgomery(a));
        assert_eq!(ours(a).square().montgomery_limbs(), C::square(a));
        assert_eq!(ours(a).negate().montgomery_limbs(), C::negate(a));
        assert_eq!(ours(a).double().montgomery_limbs(), C::add(a, a));
    }
    // Each with every eleventh other.
    for (index, &a) in values.iter().enumerate() {
        for &b in values.iter().skip(index % 11).step_by(11) {
            assert_eq!(
                ours(a).mul(&ours(b)).montgomery_limbs(),
                C::mul(a, b),
                "{a:x?} {b:x?}"
            );
            assert_eq!(
                ours(a).add(&ours(b)).montgomery_limbs(),
                C::add(a, b),
                "{a:x?} {b:x?}"
            );
            assert_eq!(
                ours(a).sub(&ours(b)).montgomery_limbs(),
                C::sub(a, b),
                "{a:x?} {b:x?}"
            );
        }
    }
    for _ in 0..10_000 {
        let [a, b] = [(); 2].map(|()| {
            loop {
                let limbs = numbers.limbs();
                if is_below(&limbs, &C::PRIME) {
                    break limbs;
                }
            }
        });
        assert_eq!(
            ours(a).mul(&ours(b)).montgomery_limbs(),
            C::mul(a, b),
            "{a:x?} {b:x?}"
        );
        assert_eq!(
            ours(a).add(&ours(b)).montgomery_limbs(),
            C::add(a, b),
            "{a:x?} {b:x?}"
        );
        assert_eq!(
            ours(a).sub(&ours(b)).montgomery_limbs(),
            C::sub(a, b),
            "{a:x?} {b:x?}"
        );
    }
    let mut inverses: Vec<_> = values
        .iter()
        .map(|&a| ours(a))
        .filter(|a| !a.is_zero())
        .collect();
    let originals = inverses.clone();
    Element::invert_all(&mut inverses);
    for (one, inverse) in originals.iter().zip(&inverses) {
        assert_eq!(one.mul(inverse), Element::ONE);
    }
}

#[test]
fn the_field_of_p256_is_fiats() {
    the_field_is_fiats::<P256, 4>();
}

#[test]
fn the_field_of_p384_is_fiats() {
    the_field_is_fiats::<P384, 6>();
}

/// A scalar of the library from limbs, modulo the order.
fn scalar<C: Oracle<L>, const L: usize>(limbs: &[u64; L]) -> Scalar<C::Library> {
    let mut bytes = FieldBytes::<C::Library>::default();
    for (bytes, limb) in bytes.rchunks_mut(8).zip(limbs) {
        bytes.copy_from_slice(&limb.to_be_bytes());
    }
    Scalar::<C::Library>::reduce(&bytes)
}

fn multiple<C: Oracle<L>, const L: usize>(factor: Scalar<C::Library>) -> Option<[[u64; L]; 2]> {
    let point = ProjectivePoint::<C::Library>::generator() * factor;
    let affine: <C::Library as CurveArithmetic>::AffinePoint = point.into();
    let coordinates = [affine.x(), affine.y()].map(|number| limbs(&number));
    (!bool::from(point.is_identity())).then_some(coordinates)
}

/// Keys whose multiples meet those of the generator, and scalars for which they do, at every row: the sum so far is the
/// point to be added, or its opposite, so that infinity comes in the middle of a multiplication and at its end.
fn points_are_the_librarys<C: Oracle<L>, const L: usize>() {
    let mut numbers = Numbers::new("points");
    let number = |number: u64| Scalar::<C::Library>::from(number);
    let power = |exponent: usize| (0..exponent).fold(number(1), |power, _| power.double());
    let mut factors: Vec<_> = [1, 2, 3, 5, 7, 8, 16, 17, 31, 32, 33, 64]
        .map(number)
        .into();
    factors.extend([6 * C::STRIDE, 64 * L - 6].map(power));
    factors.extend(factors.clone().iter().map(|&factor| -factor));
    factors.extend((0..6).map(|_| scalar::<C, L>(&numbers.limbs())));
    for (index, factor) in factors.into_iter().enumerate() {
        let coordinates = multiple::<C, L>(factor).unwrap();
        let [x, y] = coordinates.map(Element::<C, L>::from_limbs);
        let point = Affine { x, y };
        let table = Table::new(point);
        let compare = |u: Scalar<C::Library>, v: Scalar<C::Library>| {
            let expected = multiple::<C, L>(u + v * factor);
            let [u, v] = [u, v].map(|scalar| limbs(&scalar.to_repr()));
            assert_eq!(
                multiply(&u, &v, &table).to_limbs(),
                expected,
                "{u:x?} {v:x?}"
            );
            let fresh = multiply_fresh(&u, &v, point);
            assert_eq!(fresh.to_limbs(), expected, "{u:x?} {v:x?}");
        };
        for row in (index % 8..Table::<C, L>::ROWS - 1).step_by(8) {
            let digit = number(numbers.bytes()[0].into()) * power(6 * row);
            let other = scalar::<C, L>(&numbers.limbs());
            for v in [digit, -digit] {
                compare(v * factor, v);
                compare(v * factor + other, v);
                compare(v * factor, v + number(1));
            }
        }
        for _ in 0..3 {
            compare(
                scalar::<C, L>(&numbers.limbs()),
                scalar::<C, L>(&numbers.limbs()),
            );
        }
        for edge in [number(0), number(1), -number(1), power(64 * L - 1)] {
            compare(number(0), edge);
            compare(edge, number(0));
            compare(edge, edge);
            compare(-edge, edge);
        }
    }
}

#[test]
fn points_of_p256_are_the_librarys() {
    points_are_the_librarys::<P256, 4>();
}

#[test]
fn points_of_p384_are_the_librarys() {
    points_are_the_librarys::<P384, 6>();
}

/// The generator, and so the whole curve, is the library's; and no table is larger than it may be.
#[test]
fn constants_are_the_librarys() {
    fn compare<C: Oracle<L>, const L: usize>() {
        let one = Scalar::<C::Library>::from(1);
        assert_eq!(multiple::<C, L>(one), Some(C::GENERATOR));
        let last = limbs(&(-one).to_repr());
        assert_eq!(plus(last, 1), C::ORDER);
        assert!(Table::<C, L>::BYTES <= crate::limits::KEY_TABLE_BYTES);
        assert_eq!(Table::new(C::generator()).bytes(), Table::<C, L>::BYTES);
    }
    compare::<P256, 4>();
    compare::<P384, 6>();
}
