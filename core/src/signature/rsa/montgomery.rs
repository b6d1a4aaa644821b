//! `s^e mod n` by Montgomery multiplication (P. L. Montgomery, "Modular multiplication without trial division",
//! Mathematics of Computation 44 (1985); Handbook of Applied Cryptography, section 14.3.2), on the stack.
//!
//! A number is a row of blocks, the least significant first, as many as the modulus has; R is the power of two just
//! above them.

use alloc::boxed::Box;
use alloc::vec;

use super::block::{Sum, WORDS};
use super::{BadSignature, PublicOperation};
use crate::limits;

/// Bits of a block.
const BLOCK_BITS: usize = 64 * WORDS;

/// Blocks of the longest modulus.
const BLOCKS: usize = RSA_BITS.div_ceil(BLOCK_BITS);
const RSA_BITS: usize = *limits::RSA_MODULUS_BITS.end();

/// The public operation in portable Rust: for every modulus and exponent within the limits.
#[derive(Debug)]
pub struct Montgomery {
    modulus: Box<[[u64; WORDS]]>,
    /// The negative inverse of the modulus modulo 2^64
    inverse: u64,
    /// R^2 modulo the modulus
    square_of_r: Box<[[u64; WORDS]]>,
    exponent: u64,
}

impl PublicOperation for Montgomery {
    fn prepare(modulus: &[u8], exponent: u64) -> Option<Self> {
        let blocks = (modulus.len() * 8).div_ceil(BLOCK_BITS);
        let mut number = vec![[0; WORDS]; blocks].into_boxed_slice();
        read(modulus, &mut number);
        let mut key = Self {
            inverse: inverse(number[0][0]).wrapping_neg(),
            square_of_r: vec![[0; WORDS]; blocks].into_boxed_slice(),
            modulus: number,
            exponent,
        };
        key.square_of_r = key.square_of_r();
        Some(key)
    }

    fn apply(&self, signature: &[u8], encoded: &mut [u8]) -> Result<(), BadSignature> {
        let blocks = self.modulus.len();
        let mut buffers = [[[0; WORDS]; BLOCKS]; 3];
        let [signed, base, power] = buffers.each_mut().map(|buffer| &mut buffer[..blocks]);
        read(signature, signed);
        // RFC 8017 section 5.2.2, step 1
        if !is_less(signed, &self.modulus) {
            return Err(BadSignature);
        }
        power.copy_from_slice(signed);
        self.multiply(power, &self.square_of_r);
        base.copy_from_slice(power);
        for bit in (0..self.exponent.ilog2()).rev() {
            self.square(power);
            if bit == 0 {
                // The exponent is odd. A factor without R takes R out of the product.
                self.multiply(power, signed);
            } else if self.exponent >> bit & 1 == 1 {
                self.multiply(power, base);
            }
        }
        write(power, encoded);
        Ok(())
    }
}

impl Montgomery {
    /// R^2 modulo the modulus: the power of two just below the modulus is doubled until it is 2^b R for b blocks; each
    /// squaring then doubles the exponent in front of R, and R is 2^(b BLOCK_BITS).
    fn square_of_r(&self) -> Box<[[u64; WORDS]]> {
        let blocks = self.modulus.len();
        let words = self.modulus.as_flattened();
        let zeros: u32 = {
            let top = words.iter().rev().position(|&word| word != 0).unwrap_or(0);
            top as u32 * 64 + words[words.len() - 1 - top].leading_zeros()
        };
        let top = blocks * BLOCK_BITS - 1 - zeros as usize;
        let mut power = vec![[0; WORDS]; blocks].into_boxed_slice();
        power.as_flattened_mut()[top / 64] = 1 << (top % 64);
        for _ in 0..blocks * BLOCK_BITS - top + blocks {
            let mut carry = 0;
            for word in power.as_flattened_mut() {
                (*word, carry) = (*word << 1 | carry, *word >> 63);
            }
            self.subtract_once(&mut power, carry);
        }
        for _ in 0..BLOCK_BITS.ilog2() {
            self.square(&mut power);
        }
        power
    }

    /// a b / R modulo the modulus, in place of `a`.
    fn multiply(&self, a: &mut [[u64; WORDS]], b: &[[u64; WORDS]]) {
        let blocks = self.modulus.len();
        let mut product = [[0; WORDS]; 2 * BLOCKS];
        let mut sum = Sum::ZERO;
        for (k, block) in product[..2 * blocks].iter_mut().enumerate() {
            for i in (k + 1).saturating_sub(blocks)..blocks.min(k + 1) {
                sum.add_product(&a[i], &b[k - i]);
            }
            *block = sum.take();
        }
        self.reduce(&mut product[..2 * blocks], a);
    }

    /// a a / R modulo the modulus, in place of `a`.
    fn square(&self, a: &mut [[u64; WORDS]]) {
        let blocks = self.modulus.len();
        let mut product = [[0; WORDS]; 2 * BLOCKS];
        let mut sum = Sum::ZERO;
        for (k, block) in product[..2 * blocks].iter_mut().enumerate() {
            // The products of two different blocks stand in it twice.
            let mut mixed = Sum::ZERO;
            for i in (k + 1).saturating_sub(blocks)..k.div_ceil(2) {
                mixed.add_product(&a[i], &a[k - i]);
            }
            mixed.double();
            sum.add(&mixed);
            if k.is_multiple_of(2) {
                sum.add_square(&a[k / 2]);
            }
            *block = sum.take();
        }
        self.reduce(&mut product[..2 * blocks], a);
    }

    /// A number of twice the length divided by R, modulo the modulus. Multiples of the modulus that make its lower half
    /// zero are added to it; their factors take the place of that half.
    fn reduce(&self, number: &mut [[u64; WORDS]], result: &mut [[u64; WORDS]]) {
        let modulus = &self.modulus;
        let (factors, upper) = number.split_at_mut(modulus.len());
        let mut sum = Sum::ZERO;
        for k in 0..modulus.len() {
            sum.add_block(&factors[k]);
            for i in 0..k {
                sum.add_product(&factors[i], &modulus[k - i]);
            }
            factors[k] = sum.cancel(&modulus[0], self.inverse);
            sum.take();
        }
        for k in 0..modulus.len() {
            sum.add_block(&upper[k]);
            for i in k + 1..modulus.len() {
                sum.add_product(&factors[i], &modulus[k + modulus.len() - i]);
            }
            result[k] = sum.take();
        }
        let [carry, ..] = sum.take();
        self.subtract_once(result, carry);
    }

    /// A number with one bit more than its blocks, below twice the modulus, becomes one below the modulus.
    fn subtract_once(&self, number: &mut [[u64; WORDS]], carry: u64) {
        if carry == 0 && is_less(number, &self.modulus) {
            return;
        }
        let mut borrow = false;
        let words = number.as_flattened_mut().iter_mut();
        for (word, other) in words.zip(self.modulus.as_flattened()) {
            (*word, borrow) = word.borrowing_sub(*other, borrow);
        }
    }
}

/// The inverse of an odd word modulo 2^64 by Newton's method: an odd number is its own inverse modulo 8, and each step
/// doubles the bits that are right (Handbook of Applied Cryptography, note 14.83 in spirit).
fn inverse(odd: u64) -> u64 {
    let step = |found: u64| found.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(found)));
    (0..5).fold(odd, |found, _| step(found))
}

fn is_less(a: &[[u64; WORDS]], b: &[[u64; WORDS]]) -> bool {
    a.as_flattened()
        .iter()
        .rev()
        .lt(b.as_flattened().iter().rev())
}

/// Reads big-endian bytes, at most as many as the number has room for.
fn read(bytes: &[u8], number: &mut [[u64; WORDS]]) {
    let words = number.as_flattened_mut().iter_mut();
    for (word, chunk) in words.zip(bytes.rchunks(8)) {
        *word = chunk
            .iter()
            .fold(0, |word, &byte| word << 8 | u64::from(byte));
    }
}

/// Writes big-endian bytes, as many as there is room for.
fn write(number: &[[u64; WORDS]], bytes: &mut [u8]) {
    for (chunk, word) in bytes.rchunks_mut(8).zip(number.as_flattened()) {
        let all = word.to_be_bytes();
        chunk.copy_from_slice(&all[8 - chunk.len()..]);
    }
}
