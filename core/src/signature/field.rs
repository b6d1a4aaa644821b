//! Arithmetic modulo the prime of a curve, in Montgomery's form (Montgomery, "Modular multiplication without trial
//! division", 1985): an element x is kept as x * 2^(64 L) mod p, always below p.
//!
//! It takes variable time where that helps. Only public keys and signatures come here.

use core::marker::PhantomData;

use super::curve::Curve;

/// An element of the field of a curve, in `L` limbs of 64 bits, the lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element<C, const L: usize> {
    limbs: [u64; L],
    curve: PhantomData<C>,
}

impl<C: Curve<L>, const L: usize> Element<C, L> {
    pub(super) const ZERO: Self = Self::montgomery([0; L]);
    pub(super) const ONE: Self = Self::montgomery(power_of_two(64 * L, &C::PRIME));
    /// What brings a number into Montgomery's form when it is multiplied with it.
    const SQUARE: Self = Self::montgomery(power_of_two(128 * L, &C::PRIME));
    /// -1 / p modulo 2^64
    pub(super) const INVERSE: u64 = {
        let (prime, mut inverse, mut step) = (C::PRIME[0], 1_u64, 0);
        // Newton: each step doubles the number of correct bits, of which an odd number has three at first.
        while step < 6 {
            inverse = inverse.wrapping_mul(2_u64.wrapping_sub(prime.wrapping_mul(inverse)));
            step += 1;
        }
        inverse.wrapping_neg()
    };

    /// A number below p that is in Montgomery's form already.
    pub(super) const fn montgomery(limbs: [u64; L]) -> Self {
        Self {
            limbs,
            curve: PhantomData,
        }
    }

    /// A number below p.
    pub(super) fn from_limbs(limbs: [u64; L]) -> Self {
        Self::montgomery(limbs).mul(&Self::SQUARE)
    }

    #[cfg(test)]
    pub(super) fn montgomery_limbs(&self) -> [u64; L] {
        self.limbs
    }

    #[cfg(test)]
    pub(super) fn to_limbs(self) -> [u64; L] {
        let mut one = [0; L];
        one[0] = 1;
        self.mul(&Self::montgomery(one)).limbs
    }

    pub(super) fn is_zero(&self) -> bool {
        self.limbs == [0; L]
    }

    #[inline]
    pub(super) fn add(&self, other: &Self) -> Self {
        let (mut sum, mut carry) = ([0; L], false);
        for ((sum, &a), &b) in sum.iter_mut().zip(&self.limbs).zip(&other.limbs) {
            (*sum, carry) = a.carrying_add(b, carry);
        }
        Self::reduced(sum, carry)
    }

    #[inline]
    pub(super) fn double(&self) -> Self {
        self.add(self)
    }

    #[inline]
    pub(super) fn sub(&self, other: &Self) -> Self {
        let (mut difference, mut borrow) = ([0; L], false);
        for ((difference, &a), &b) in difference.iter_mut().zip(&self.limbs).zip(&other.limbs) {
            (*difference, borrow) = a.borrowing_sub(b, borrow);
        }
        // Where it went below zero, p is added. A mask, for no branch predictor can guess it.
        let (mask, mut carry) = (u64::from(borrow).wrapping_neg(), false);
        for (limb, prime) in difference.iter_mut().zip(C::PRIME) {
            (*limb, carry) = limb.carrying_add(prime & mask, carry);
        }
        Self::montgomery(difference)
    }

    #[inline]
    pub(super) fn negate(&self) -> Self {
        Self::ZERO.sub(self)
    }

    /// The product, divided by 2^(64 L): each limb of the factor is multiplied in, and then the lowest limb is made zero
    /// by adding a multiple of p (Koc, Acar, Kaliski, "Analyzing and comparing Montgomery multiplication algorithms",
    /// 1996, section 5: coarsely integrated operand scanning).
    #[inline]
    pub(super) fn mul(&self, other: &Self) -> Self {
        let (mut sum, mut top) = ([0_u64; L], false);
        for &factor in &other.limbs {
            // The row's product first and then its sum: two chains of carries, as processors have them.
            let (mut row, mut high, mut carry) = ([0; L], 0, false);
            for (row, &limb) in row.iter_mut().zip(&self.limbs) {
                let (low, next) = limb.carrying_mul(factor, 0);
                (*row, carry) = low.carrying_add(high, carry);
                high = next;
            }
            high += u64::from(carry);
            let mut carry = false;
            for (sum, row) in sum.iter_mut().zip(row) {
                (*sum, carry) = sum.carrying_add(row, carry);
            }
            let (high, over) = high.carrying_add(u64::from(top), carry);
            (sum, top) = C::divide(sum, high);
            top |= over;
        }
        Self::reduced(sum, top)
    }

    #[inline]
    pub(super) fn square(&self) -> Self {
        self.mul(self)
    }

    /// The inverse by Fermat: x^(p - 2). Zero has none and gives zero.
    pub(super) fn invert(&self) -> Self {
        let mut exponent = C::PRIME;
        exponent[0] -= 2;
        let mut power = Self::ONE;
        for bit in (0..64 * L).rev() {
            power = power.square();
            if exponent[bit / 64] >> (bit % 64) & 1 == 1 {
                power = power.mul(self);
            }
        }
        power
    }

    /// Inverts many elements, none of them zero, at the price of one and three products each (Montgomery's trick).
    pub(super) fn invert_all(elements: &mut [Self]) {
        let mut product = Self::ONE;
        let prefixes = elements.iter().map(|element| {
            let prefix = product;
            product = product.mul(element);
            prefix
        });
        let prefixes: alloc::vec::Vec<Self> = prefixes.collect();
        let mut inverse = product.invert();
        for (element, prefix) in elements.iter_mut().zip(&prefixes).rev() {
            let next = inverse.mul(element);
            *element = inverse.mul(prefix);
            inverse = next;
        }
    }

    /// Subtracts p once where the number is not below it. `over` is its bit above the limbs.
    #[inline]
    fn reduced(limbs: [u64; L], over: bool) -> Self {
        let (mut less, mut borrow) = ([0; L], false);
        for ((less, &limb), prime) in less.iter_mut().zip(&limbs).zip(C::PRIME) {
            (*less, borrow) = limb.borrowing_sub(prime, borrow);
        }
        let (_, is_below) = u64::from(over).borrowing_sub(0, borrow);
        let mask = u64::from(is_below).wrapping_neg();
        for (less, &limb) in less.iter_mut().zip(&limbs) {
            *less ^= (*less ^ limb) & mask;
        }
        Self::montgomery(less)
    }
}

/// 2^exponent modulo an odd prime: doubled so often, with the prime subtracted where the number is not below it.
const fn power_of_two<const L: usize>(exponent: usize, prime: &[u64; L]) -> [u64; L] {
    let mut power = [0_u64; L];
    power[0] = 1;
    let mut step = 0;
    while step < exponent {
        let (mut over, mut borrow, mut less, mut limb) = (0, false, [0; L], 0);
        while limb < L {
            let doubled = power[limb] << 1 | over;
            over = power[limb] >> 63;
            power[limb] = doubled;
            let (difference, first) = doubled.overflowing_sub(prime[limb]);
            let (difference, second) = difference.overflowing_sub(borrow as u64);
            (less[limb], borrow) = (difference, first | second);
            limb += 1;
        }
        if over == 1 || !borrow {
            power = less;
        }
        step += 1;
    }
    power
}
