//! A curve of 89 points, with the code of the real ones: on it every special case occurs, at every step of a
//! multiplication, and every result can be looked up.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::vec::Vec;

use once_cell::race::OnceBox;

use super::curve::Curve;
use super::field::Element;
use super::numbers::Numbers;
use super::point::{Affine, Point};
use super::table::{Table, multiply, multiply_fresh};

/// y^2 = x^3 - 3x + 46 modulo 103. There are 89 points, of which infinity is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Toy;

const P: u64 = 103;
const N: u64 = 89;

impl Curve<1> for Toy {
    const PRIME: [u64; 1] = [P];
    const ORDER: [u64; 1] = [N];
    const GENERATOR: [[u64; 1]; 2] = [[0], [47]];
    const STRIDE: usize = 3;

    fn generator_table() -> &'static Table<Self, 1> {
        static TABLE: OnceBox<Table<Toy, 1>> = OnceBox::new();
        TABLE.get_or_init(|| Table::new(Self::generator()).into())
    }
}

/// Coordinates of a point, or infinity.
type Plain = Option<(u64, u64)>;

fn modular(x: u64, y: u64) -> u64 {
    (0..P).find(|quotient| quotient * y % P == x % P).unwrap()
}

/// The sum by the definition of the group: chord and tangent.
fn plain_sum(one: Plain, other: Plain) -> Plain {
    let (Some((x1, y1)), Some((x2, y2))) = (one, other) else {
        return one.or(other);
    };
    let slope = match (x1 == x2, y1 == y2) {
        (true, true) => modular(3 * x1 * x1 + P - 3, 2 * y1 % P),
        (true, false) => return None,
        _ => modular(y1 + P - y2, (x1 + P - x2) % P),
    };
    let x = (slope * slope + 2 * P - x1 - x2) % P;
    Some((x, (slope * (x1 + P - x) + P - y1) % P))
}

/// 0 G, 1 G, 2 G, ... 88 G.
fn all() -> Vec<Plain> {
    let mut points = std::vec![None];
    while points.len() < N as usize {
        points.push(plain_sum(*points.last().unwrap(), Some((0, 47))));
    }
    assert_eq!(plain_sum(points[N as usize - 1], points[1]), None);
    points
}

fn element(number: u64) -> Element<Toy, 1> {
    Element::from_limbs([number % P])
}

fn affine(plain: Plain) -> Affine<Toy, 1> {
    let (x, y) = plain.unwrap();
    Affine {
        x: element(x),
        y: element(y),
    }
}

/// A point with a denominator.
fn scaled(plain: Plain, z: u64) -> Point<Toy, 1> {
    let Some((x, y)) = plain else {
        return Point::INFINITY;
    };
    let (zz, zzz) = (z * z % P, z * z * z % P);
    Point {
        x: element(x * zz),
        y: element(y * zzz),
        zz: element(zz),
        zzz: element(zzz),
    }
}

fn plain(point: &Point<Toy, 1>) -> Plain {
    point.to_limbs().map(|[[x], [y]]| (x, y))
}

#[test]
fn the_field_is_that_of_integers_modulo_p() {
    for a in 0..P {
        assert_eq!(element(a).to_limbs(), [a]);
        assert_eq!(element(a).negate(), element(P - a));
        assert_eq!(element(a).double(), element(2 * a));
        assert_eq!(element(a).square(), element(a * a));
        for b in 0..P {
            assert_eq!(element(a).add(&element(b)), element(a + b));
            assert_eq!(element(a).sub(&element(b)), element(a + P - b));
            assert_eq!(element(a).mul(&element(b)), element(a * b));
        }
    }
    let mut inverses: Vec<_> = (1..P).map(element).collect();
    Element::invert_all(&mut inverses);
    for (a, inverse) in (1..P).zip(inverses) {
        assert_eq!(inverse, element(modular(1, a)));
        assert_eq!(inverse, element(a).invert());
    }
}

#[test]
fn any_two_points_are_added() {
    let points = all();
    for (a, &one) in points.iter().enumerate() {
        for z in [1, 2, 50, P - 1] {
            assert_eq!(plain(&scaled(one, z)), one);
            let double = points[2 * a % points.len()];
            assert_eq!(plain(&scaled(one, z).double()), double);
            for (b, &other) in points.iter().enumerate() {
                let sum = points[(a + b) % points.len()];
                assert_eq!(plain(&scaled(one, z).add(&scaled(other, 3))), sum);
                if other.is_some() {
                    assert_eq!(plain(&scaled(one, z).add_affine(&affine(other))), sum);
                    let difference = points[(a + points.len() - b) % points.len()];
                    let opposite = affine(other).signed(true);
                    assert_eq!(plain(&scaled(one, z).add_affine(&opposite)), difference);
                }
            }
        }
    }
}

/// In a group of 89 the partial sum is the point to be added, or its opposite, or infinity, at one step in thirty.
#[test]
fn any_two_scalars_are_multiplied() {
    let points = all();
    let mut numbers = Numbers::new("toy");
    let edges = [0, 1, N - 1, N, N + 1, 1 << 63, u64::MAX, 31, 32, 33, 63, 64];
    for key in 1..N {
        let point = affine(points[key as usize]);
        let table = Table::new(point);
        let products = edges.iter().flat_map(|&u| edges.map(|v| (u, v)));
        let random = (0..150).map(|_| (numbers.limb(), numbers.limb()));
        for (u, v) in products.chain(random.collect::<Vec<_>>()) {
            let sum = (u % N + v % N * key) % N;
            let expected = points[sum as usize];
            assert_eq!(plain(&multiply(&[u], &[v], &table)), expected, "{u} {v}");
            assert_eq!(
                plain(&multiply_fresh(&[u], &[v], point)),
                expected,
                "{u} {v}"
            );
        }
    }
}

/// Fourteen numbers below p are not below n, so that r + n occurs as often as r.
#[test]
fn a_point_has_its_x_and_no_other() {
    let (points, mut second) = (all(), 0);
    for &point in &points {
        for z in [1, 7, P - 1] {
            for r in 1..N {
                let has = point.is_some_and(|(x, _)| x % N == r);
                assert_eq!(super::ecdsa::has_x(&scaled(point, z), &[r]), has);
                second += u32::from(has && point.is_some_and(|(x, _)| x >= N));
            }
        }
    }
    assert!(second > 20, "{second}");
}
