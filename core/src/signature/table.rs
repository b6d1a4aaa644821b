//! Multiples of a point: made once and kept for fast multiplication, or made for one multiplication.

use alloc::vec::Vec;

use super::curve::Curve;
use super::field::Element;
use super::point::{Affine, Point};

/// Bits of a digit of a scalar that is looked up in a [`Table`]. Digits are signed: from -32 to 32.
pub(super) const WIDTH: usize = 6;
/// Multiples of one row.
const MULTIPLES: usize = 1 << (WIDTH - 1);

/// The multiples 1 to 32 of a point Q, of 2^(6 s) Q, of 2^(12 s) Q, and so on, where s is the curve's stride.
///
/// So the digits of every s-th row of a scalar need additions only, and all others are added with them after six
/// doublings (Lim and Lee, "More flexible exponentiation with precomputation", 1994).
pub(super) struct Table<C, const L: usize>(Vec<Affine<C, L>>);

impl<C: Curve<L>, const L: usize> Table<C, L> {
    /// Digits of a scalar; the highest takes the carry of a scalar with all its bits.
    pub(super) const ROWS: usize = 64 * L / WIDTH + 1;

    /// Bytes of a table.
    pub(super) const BYTES: usize =
        Self::ROWS.div_ceil(C::STRIDE) * MULTIPLES * size_of::<Affine<C, L>>();

    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&self.0[..])
    }

    /// Makes the table of a point whose order is a prime above 64, as every point's but infinity is: so no two multiples
    /// of a row have the same x, and none is infinity.
    pub(super) fn new(point: Affine<C, L>) -> Self {
        let mut table: Vec<Affine<C, L>> =
            Vec::with_capacity(Self::ROWS.div_ceil(C::STRIDE) * MULTIPLES);
        for base in Self::bases(point) {
            table.resize(table.len() + MULTIPLES, base);
        }
        // From the multiples up to `half` come those up to twice that, of all rows with one inversion.
        let mut half = 1;
        let mut slopes = Vec::with_capacity(table.len() / 2);
        while half < MULTIPLES {
            slopes.clear();
            for row in table.chunks_exact(MULTIPLES) {
                let (most, lesser) = (&row[half - 1], &row[..half - 1]);
                slopes.extend(lesser.iter().map(|other| most.x.sub(&other.x)));
                slopes.push(most.y.double());
            }
            Element::invert_all(&mut slopes);
            for (row, inverses) in table
                .chunks_exact_mut(MULTIPLES)
                .zip(slopes.chunks_exact(half))
            {
                let (known, next) = row.split_at_mut(half);
                let most = known[half - 1];
                for ((other, next), inverse) in known.iter().zip(next).zip(inverses) {
                    *next = sum(&most, other, inverse);
                }
            }
            half *= 2;
        }
        Self(table)
    }

    /// The points that the rows are multiples of.
    fn bases(point: Affine<C, L>) -> Vec<Affine<C, L>> {
        let mut base = Point::from(point);
        let mut bases = Vec::with_capacity(Self::ROWS.div_ceil(C::STRIDE));
        for _ in 0..Self::ROWS.div_ceil(C::STRIDE) {
            bases.push(base);
            for _ in 0..WIDTH * C::STRIDE {
                base = base.double();
            }
        }
        let mut inverses: Vec<_> = bases.iter().map(|base| base.zzz).collect();
        Element::invert_all(&mut inverses);
        let pairs = bases.iter().zip(&inverses);
        pairs
            .map(|(base, inverse)| Affine {
                // ZZ / ZZZ squared is 1 / ZZ.
                x: base.x.mul(&base.zz.mul(inverse).square()),
                y: base.y.mul(inverse),
            })
            .collect()
    }

    /// Adds those of a scalar's digits whose rows are `first`, `first` + stride, and so on.
    pub(super) fn add_rows(
        &self,
        scalar: &[u64; L],
        first: usize,
        mut sum: Point<C, L>,
    ) -> Point<C, L> {
        let rows = (first..Self::ROWS).step_by(C::STRIDE);
        for (row, multiples) in rows.zip(self.0.chunks_exact(MULTIPLES)) {
            let digit = digit(scalar, row, WIDTH);
            if digit != 0 {
                let multiple = &multiples[digit.unsigned_abs() as usize - 1];
                sum = sum.add_affine(&multiple.signed(digit < 0));
            }
        }
        sum
    }
}

/// The sum of two points, equal or with different x, by the chord or the tangent. `inverse` is 1 / (x1 - x2), or
/// 1 / 2y where they are equal.
fn sum<C: Curve<L>, const L: usize>(
    one: &Affine<C, L>,
    other: &Affine<C, L>,
    inverse: &Element<C, L>,
) -> Affine<C, L> {
    let rise = if one == other {
        // 3 x^2 - 3
        let square = one.x.square().sub(&Element::ONE);
        square.double().add(&square)
    } else {
        one.y.sub(&other.y)
    };
    let slope = rise.mul(inverse);
    let x = slope.square().sub(&one.x).sub(&other.x);
    let y = slope.mul(&other.x.sub(&x)).sub(&other.y);
    Affine { x, y }
}

/// u G + v Q from the tables of both.
pub(super) fn multiply<C: Curve<L>, const L: usize>(
    u: &[u64; L],
    v: &[u64; L],
    table: &Table<C, L>,
) -> Point<C, L> {
    let mut sum = Point::INFINITY;
    for first in (0..C::STRIDE).rev() {
        sum = C::generator_table().add_rows(u, first, sum);
        sum = table.add_rows(v, first, sum);
        if first > 0 {
            sum = (0..WIDTH).fold(sum, |sum, _| sum.double());
        }
    }
    sum
}

/// u G + v Q where Q has no table yet: the digits of v have five bits, from -16 to 16, and the rows of G are added while
/// the last bits are doubled (Straus, "Addition chains of vectors", 1964).
pub(super) fn multiply_fresh<C: Curve<L>, const L: usize>(
    u: &[u64; L],
    v: &[u64; L],
    point: Affine<C, L>,
) -> Point<C, L> {
    const WIDTH_FRESH: usize = 5;
    let mut multiples = [Point::from(point); 1 << (WIDTH_FRESH - 1)];
    for index in 1..multiples.len() {
        let number = index + 1;
        multiples[index] = if number % 2 == 0 {
            multiples[number / 2 - 1].double()
        } else {
            multiples[index - 1].add_affine(&point)
        };
    }
    let mut sum = Point::INFINITY;
    for bit in (0..=64 * L).rev() {
        sum = sum.double();
        if bit % WIDTH_FRESH == 0 {
            let digit = digit(v, bit / WIDTH_FRESH, WIDTH_FRESH);
            if digit != 0 {
                let multiple = &multiples[digit.unsigned_abs() as usize - 1];
                sum = sum.add(&multiple.signed(digit < 0));
            }
        }
        if bit % WIDTH == 0 && bit / WIDTH < C::STRIDE {
            sum = C::generator_table().add_rows(u, bit / WIDTH, sum);
        }
    }
    sum
}

/// One digit of a scalar, from -2^(width - 1) to 2^(width - 1): its bits, less 2^width where the highest is set, and one
/// more where the highest below them is (Booth, "A signed binary multiplication technique", 1951). The digits times
/// 2^(width row) sum up to the scalar.
fn digit<const L: usize>(scalar: &[u64; L], row: usize, width: usize) -> i32 {
    let window = match (row * width).checked_sub(1) {
        None => scalar[0] << 1,
        Some(position) => {
            let (limb, shift) = (position / 64, position % 64);
            let next = scalar
                .get(limb + 1)
                .map_or(0, |next| next << 1 << (63 - shift));
            scalar[limb] >> shift | next
        }
    };
    let window = (window & ((2 << width) - 1)) as i32;
    ((window + 1) >> 1) - (window >> width << width)
}
