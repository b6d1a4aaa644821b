//! `s^e mod n` with AVX-512 IFMA, which multiplies eight numbers of 52 bits at once and adds the lower or upper half of each
//! product (S. Gueron, V. Krasnov, "Accelerating Big Integer Arithmetic Using Intel IFMA Extensions", ARITH 2016).
//!
//! A number has Z vectors of eight digits of 52 bits, the least significant first, and R = 2^(416 Z). Numbers are below twice
//! the modulus (almost Montgomery multiplication): with 4 n <= R, (a b + m n) / R stays below 2 n for a, b < 2 n and m < R,
//! so nothing is compared before the end.

use std::arch::x86_64::{
    __m512i, _mm_cvtsi128_si64, _mm512_add_epi64, _mm512_alignr_epi64, _mm512_and_si512,
    _mm512_castsi512_si128, _mm512_cmpeq_epu64_mask, _mm512_cmpgt_epu64_mask, _mm512_loadu_epi64,
    _mm512_madd52hi_epu64, _mm512_madd52lo_epu64, _mm512_mask_add_epi64, _mm512_set1_epi64,
    _mm512_setzero_si512, _mm512_srli_epi64, _mm512_storeu_epi64,
};

use mcpauth_core::signature::BadSignature;
use mcpauth_core::signature::rsa::{Comba, Montgomery, PublicOperation};

/// Bits of a digit.
const BITS: usize = 52;
/// The largest digit.
const DIGIT: u64 = (1 << BITS) - 1;

/// The proof that the processor has AVX-512 F and IFMA.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ifma(());

impl Ifma {
    pub(crate) fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512ifma"))
            .then_some(Self(()))
    }

    /// The operation of a key, with as few vectors as leave two bits free.
    pub(crate) fn operation(self, modulus: &[u8], exponent: u64) -> Box<dyn PublicOperation> {
        match modulus.len() * 8 + 2 {
            0..=2_080 => Box::new(Modulus::<5>::new(self, modulus, exponent)),
            2_081..=3_328 => Box::new(Modulus::<8>::new(self, modulus, exponent)),
            3_329..=4_160 => Box::new(Modulus::<10>::new(self, modulus, exponent)),
            4_161..=8_320 => Box::new(Modulus::<20>::new(self, modulus, exponent)),
            _ => Box::new(Montgomery::new(Comba, modulus, exponent)),
        }
    }
}

/// The digits of a number.
#[derive(Clone, Copy)]
struct Number<const Z: usize>([[u64; 8]; Z]);

struct Modulus<const Z: usize> {
    ifma: Ifma,
    modulus: Number<Z>,
    /// The modulus without its lowest digit: each digit in the next lower place
    upper: Number<Z>,
    /// The negative inverse of the modulus modulo 2^52
    inverse: u64,
    /// R^2 modulo the modulus
    square_of_r: Number<Z>,
    exponent: u64,
}

impl<const Z: usize> PublicOperation for Modulus<Z> {
    fn apply(&self, signature: &[u8], encoded: &mut [u8]) -> Result<(), BadSignature> {
        let signed = Number::read(signature);
        // RFC 8017 section 5.2.2, step 1
        if !signed.is_less(&self.modulus) {
            return Err(BadSignature);
        }
        let base = self.multiply(&signed, &self.square_of_r);
        let mut power = base;
        for bit in (0..self.exponent.ilog2()).rev() {
            power = self.multiply(&power, &power);
            if bit == 0 {
                // The exponent is odd. A factor without R takes R out of the product.
                power = self.multiply(&power, &signed);
            } else if self.exponent >> bit & 1 == 1 {
                power = self.multiply(&power, &base);
            }
        }
        power.subtract_once(&self.modulus);
        power.write(encoded);
        Ok(())
    }
}

impl<const Z: usize> Modulus<Z> {
    fn new(ifma: Ifma, modulus: &[u8], exponent: u64) -> Self {
        let number = Number::read(modulus);
        let mut upper = Number([[0; 8]; Z]);
        let digits = number.0.as_flattened();
        let places = upper.0.as_flattened_mut().iter_mut();
        for (place, digit) in places.zip(&digits[1..]) {
            *place = *digit;
        }
        // Newton's method: an odd number is its own inverse modulo 8, and each step doubles the bits that are right.
        let step =
            |found: u64| found.wrapping_mul(2_u64.wrapping_sub(digits[0].wrapping_mul(found)));
        let inverse = (0..5).fold(digits[0], |found, _| step(found));
        let mut key = Self {
            ifma,
            modulus: number,
            upper,
            inverse: inverse.wrapping_neg() & DIGIT,
            square_of_r: Number([[0; 8]; Z]),
            exponent,
        };
        key.square_of_r = key.square_of_r();
        key
    }

    /// R^2 modulo the modulus: one is doubled until it is 2^(13 Z) R; each of five squarings doubles the exponent in front of
    /// R, and R is 2^(13 Z 32).
    fn square_of_r(&self) -> Number<Z> {
        let mut power = Number([[0; 8]; Z]);
        power.0[0][0] = 1;
        for _ in 0..8 * BITS * Z + 13 * Z {
            power.double();
            power.subtract_once(&self.modulus);
        }
        for _ in 0..5 {
            power = self.multiply(&power, &power);
        }
        power
    }

    /// a b / R modulo the modulus, all of them below twice the modulus.
    fn multiply(&self, a: &Number<Z>, b: &Number<Z>) -> Number<Z> {
        let Ifma(()) = self.ifma;
        // SAFETY: the value of type `Ifma` proves that the processor has these instructions.
        unsafe { multiply(a, b, &self.modulus, &self.upper, self.inverse) }
    }
}

/// a b / R modulo n. For every digit of b its product with a is added, and such a multiple of n that the lowest digit becomes
/// zero and can be dropped.
///
/// A lane takes four halves of products in each of 8 Z steps: less than 2^62 together. The lowest lane goes through a
/// register, where what is carried out of the dropped digit waits for the next step.
#[target_feature(enable = "avx512f,avx512ifma")]
fn multiply<const Z: usize>(
    a: &Number<Z>,
    b: &Number<Z>,
    n: &Number<Z>,
    n_upper: &Number<Z>,
    inverse: u64,
) -> Number<Z> {
    let zero = _mm512_setzero_si512();
    let (n, n_upper, a_lowest) = (n.vectors(), n_upper.vectors(), a.0[0][0]);
    let a = a.vectors();
    let mut a_upper = a;
    down(&mut a_upper);
    let mut sum = [zero; Z];
    let mut carry = 0;
    for &digit in b.0.as_flattened() {
        let lowest = _mm_cvtsi128_si64(_mm512_castsi512_si128(sum[0])) as u64;
        let lowest = lowest + carry + (a_lowest.wrapping_mul(digit) & DIGIT);
        let factor = lowest.wrapping_mul(inverse) & DIGIT;
        // What the multiple of n adds brings it to the next multiple of 2^52.
        carry = (lowest + DIGIT) >> BITS;
        let digit = _mm512_set1_epi64(digit as i64);
        let factor = _mm512_set1_epi64(factor as i64);
        down(&mut sum);
        for j in 0..Z {
            sum[j] = _mm512_madd52lo_epu64(sum[j], a_upper[j], digit);
            sum[j] = _mm512_madd52hi_epu64(sum[j], a[j], digit);
            let upper = _mm512_madd52hi_epu64(zero, n[j], factor);
            sum[j] = _mm512_madd52lo_epu64(sum[j], n_upper[j], factor);
            sum[j] = _mm512_add_epi64(sum[j], upper);
        }
    }
    sum[0] = _mm512_mask_add_epi64(sum[0], 1, sum[0], _mm512_set1_epi64(carry as i64));
    carried(sum)
}

/// Moves every digit one place down.
#[inline]
#[target_feature(enable = "avx512f")]
fn down<const Z: usize>(vectors: &mut [__m512i; Z]) {
    for j in 0..Z {
        let above = if j + 1 < Z {
            vectors[j + 1]
        } else {
            _mm512_setzero_si512()
        };
        vectors[j] = _mm512_alignr_epi64::<1>(above, vectors[j]);
    }
}

/// Digits of 52 bits from lanes of up to 63.
#[inline]
#[target_feature(enable = "avx512f")]
fn carried<const Z: usize>(mut sum: [__m512i; Z]) -> Number<Z> {
    let largest = _mm512_set1_epi64(DIGIT as i64);
    let mut below = _mm512_setzero_si512();
    // After this a lane exceeds a digit by less than 2^11: another carry is 0 or 1.
    for lanes in &mut sum {
        let carries = _mm512_srli_epi64::<{ BITS as u32 }>(*lanes);
        let moved = _mm512_alignr_epi64::<7>(carries, below);
        *lanes = _mm512_add_epi64(_mm512_and_si512(*lanes, largest), moved);
        below = carries;
    }
    // A lane passes a carry on if it is the largest digit, and makes one if it is larger: the addition of two numbers with a
    // bit for each lane finds where carries arrive.
    let mut arrives = 0;
    let mut number = Number([[0; 8]; Z]);
    for (lanes, digits) in sum.into_iter().zip(&mut number.0) {
        let passes = u16::from(_mm512_cmpeq_epu64_mask(lanes, largest));
        let makes = u16::from(_mm512_cmpgt_epu64_mask(lanes, largest));
        let bits = passes + (makes << 1 | arrives);
        arrives = bits >> 8;
        let one = _mm512_set1_epi64(1);
        let lanes = _mm512_mask_add_epi64(lanes, (bits ^ passes) as u8, lanes, one);
        // SAFETY: there are 64 bytes to write, at any alignment.
        unsafe {
            _mm512_storeu_epi64(digits.as_mut_ptr().cast(), _mm512_and_si512(lanes, largest));
        }
    }
    number
}

impl<const Z: usize> Number<Z> {
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn vectors(&self) -> [__m512i; Z] {
        // SAFETY: there are 64 bytes to read, at any alignment.
        self.0
            .map(|digits| unsafe { _mm512_loadu_epi64(digits.as_ptr().cast()) })
    }

    /// Reads big-endian bytes, at most as many as there is room for.
    fn read(bytes: &[u8]) -> Self {
        let mut number = Self([[0; 8]; Z]);
        let mut digits = number.0.as_flattened_mut().iter_mut();
        // Thirteen bytes are two digits.
        for chunk in bytes.rchunks(13) {
            let both = chunk
                .iter()
                .fold(0_u128, |value, &byte| value << 8 | u128::from(byte));
            for half in [both as u64 & DIGIT, (both >> BITS) as u64] {
                if let Some(digit) = digits.next() {
                    *digit = half;
                }
            }
        }
        number
    }

    /// Writes big-endian bytes, as many as there is room for.
    fn write(&self, bytes: &mut [u8]) {
        let (pairs, _) = self.0.as_flattened().as_chunks::<2>();
        for (chunk, [low, high]) in bytes.rchunks_mut(13).zip(pairs) {
            let both = u128::from(*high) << BITS | u128::from(*low);
            chunk.copy_from_slice(&both.to_be_bytes()[16 - chunk.len()..]);
        }
    }

    fn is_less(&self, other: &Self) -> bool {
        let (own, other) = (self.0.as_flattened(), other.0.as_flattened());
        own.iter().rev().lt(other.iter().rev())
    }

    fn double(&mut self) {
        let mut carry = 0;
        for digit in self.0.as_flattened_mut() {
            let doubled = *digit << 1 | carry;
            (*digit, carry) = (doubled & DIGIT, doubled >> BITS);
        }
    }

    /// A number below twice the modulus becomes one below the modulus.
    fn subtract_once(&mut self, modulus: &Self) {
        if self.is_less(modulus) {
            return;
        }
        let mut borrow = 0;
        let digits = self.0.as_flattened_mut().iter_mut();
        for (digit, other) in digits.zip(modulus.0.as_flattened()) {
            let difference = digit.wrapping_sub(*other).wrapping_sub(borrow);
            (*digit, borrow) = (difference & DIGIT, difference >> 63);
        }
    }
}
