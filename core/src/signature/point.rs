//! Points of a curve, in XYZZ coordinates of the Explicit-Formulas Database, curves in short Weierstrass form
//! (hyperelliptic.org/EFD/g1p/auto-shortw-xyzz.html): x = X / ZZ, y = Y / ZZZ, ZZ^3 = ZZZ^2, and ZZ = 0 is infinity.
//!
//! The formulas do not cover two points with the same x; each addition looks for them.

use super::curve::Curve;
use super::field::Element;

/// A point that is not infinity, by its coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Affine<C, const L: usize> {
    pub(super) x: Element<C, L>,
    pub(super) y: Element<C, L>,
}

/// Any point.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point<C, const L: usize> {
    pub(super) x: Element<C, L>,
    pub(super) y: Element<C, L>,
    pub(super) zz: Element<C, L>,
    pub(super) zzz: Element<C, L>,
}

impl<C: Curve<L>, const L: usize> Affine<C, L> {
    /// The point where the digit is positive, its opposite where it is negative.
    #[inline]
    pub(super) fn signed(&self, is_negative: bool) -> Self {
        Self {
            x: self.x,
            y: if is_negative { self.y.negate() } else { self.y },
        }
    }
}

impl<C: Curve<L>, const L: usize> From<Affine<C, L>> for Point<C, L> {
    fn from(Affine { x, y }: Affine<C, L>) -> Self {
        let (zz, zzz) = (Element::ONE, Element::ONE);
        Self { x, y, zz, zzz }
    }
}

impl<C: Curve<L>, const L: usize> Point<C, L> {
    pub(super) const INFINITY: Self = Self {
        x: Element::ZERO,
        y: Element::ZERO,
        zz: Element::ZERO,
        zzz: Element::ZERO,
    };

    pub(super) fn is_infinity(&self) -> bool {
        self.zz.is_zero()
    }

    /// The coordinates, which infinity has none of.
    #[cfg(test)]
    pub(super) fn to_limbs(self) -> Option<[[u64; L]; 2]> {
        let (zz, zzz) = (self.zz.invert(), self.zzz.invert());
        let coordinates = [self.x.mul(&zz).to_limbs(), self.y.mul(&zzz).to_limbs()];
        (!self.is_infinity()).then_some(coordinates)
    }

    /// dbl-2008-s-1 with a = -3. Infinity stays infinity: its zeros stay zeros. There is no point with y = 0, for the
    /// number of points is odd.
    pub(super) fn double(&self) -> Self {
        let u = self.y.double();
        let v = u.square();
        let w = u.mul(&v);
        let s = self.x.mul(&v);
        // 3 X^2 - 3 ZZ^2
        let m = self.x.sub(&self.zz).mul(&self.x.add(&self.zz));
        let m = m.double().add(&m);
        let x = m.square().sub(&s.double());
        Self {
            x,
            y: m.mul(&s.sub(&x)).sub(&w.mul(&self.y)),
            zz: v.mul(&self.zz),
            zzz: w.mul(&self.zzz),
        }
    }

    /// madd-2008-s
    #[inline]
    pub(super) fn add_affine(&self, other: &Affine<C, L>) -> Self {
        if self.is_infinity() {
            return (*other).into();
        }
        let u = other.x.mul(&self.zz);
        let s = other.y.mul(&self.zzz);
        self.add_scaled(self.x, self.y, u, s, None)
    }

    /// add-2008-s
    pub(super) fn add(&self, other: &Self) -> Self {
        if self.is_infinity() {
            return *other;
        }
        if other.is_infinity() {
            return *self;
        }
        let (x1, x2) = (self.x.mul(&other.zz), other.x.mul(&self.zz));
        let (y1, y2) = (self.y.mul(&other.zzz), other.y.mul(&self.zzz));
        self.add_scaled(x1, y1, x2, y2, Some(other))
    }

    /// What both additions have in common: the coordinates are brought to one denominator.
    #[inline(always)]
    fn add_scaled(
        &self,
        x1: Element<C, L>,
        y1: Element<C, L>,
        x2: Element<C, L>,
        y2: Element<C, L>,
        other: Option<&Self>,
    ) -> Self {
        let p = x2.sub(&x1);
        let r = y2.sub(&y1);
        if p.is_zero() {
            // The same x: the same point, or its opposite.
            return if r.is_zero() {
                self.double()
            } else {
                Self::INFINITY
            };
        }
        let pp = p.square();
        let ppp = p.mul(&pp);
        let q = x1.mul(&pp);
        let x = r.square().sub(&ppp).sub(&q.double());
        let (mut zz, mut zzz) = (self.zz.mul(&pp), self.zzz.mul(&ppp));
        if let Some(other) = other {
            (zz, zzz) = (zz.mul(&other.zz), zzz.mul(&other.zzz));
        }
        Self {
            x,
            y: r.mul(&q.sub(&x)).sub(&y1.mul(&ppp)),
            zz,
            zzz,
        }
    }

    /// The opposite where the digit is negative.
    pub(super) fn signed(&self, is_negative: bool) -> Self {
        if is_negative {
            let y = self.y.negate();
            Self { y, ..*self }
        } else {
            *self
        }
    }
}
