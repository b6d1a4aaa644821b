//! `s^e mod n` by Montgomery multiplication (P. L. Montgomery, "Modular multiplication without trial division",
//! Mathematics of Computation 44 (1985); Handbook of Applied Cryptography, section 14.3.2), on the stack.
//!
//! A number is a row of blocks, the least significant first, as many as the modulus has; R is the power of two just
//! above them.

use alloc::boxed::Box;
use alloc::vec;

use super::block::{Blocks, WORDS};
use super::{BadSignature, PublicOperation};
use crate::limits;

/// Bits of a block.
const BLOCK_BITS: usize = 64 * WORDS;

/// Blocks of the longest modulus.
const BLOCKS: usize = limits::RSA_MODULUS_BITS.end().div_ceil(BLOCK_BITS);

/// The public operation for every modulus and exponent within the limits, on top of some arithmetic of blocks.
#[derive(Debug)]
pub struct Montgomery<B> {
    blocks: B,
    modulus: Box<[[u64; WORDS]]>,
    /// The negative inverse of the modulus modulo 2^64
    inverse: u64,
    /// R^2 modulo the modulus
    square_of_r: Box<[[u64; WORDS]]>,
    exponent: u64,
}

impl<B: Blocks> PublicOperation for Montgomery<B> {
    fn apply(&self, signature: &[u8], encoded: &mut [u8]) -> Result<(), BadSignature> {
        let mut buffers = [[[0; WORDS]; BLOCKS]; 3];
        let [signed, base, power] = buffers
            .each_mut()
            .map(|buffer| &mut buffer[..self.modulus.len()]);
        let mut product = [[0; WORDS]; 2 * BLOCKS];
        let product = &mut product[..2 * self.modulus.len()];
        read(signature, signed);
        // RFC 8017 section 5.2.2, step 1
        if !is_less(signed, &self.modulus) {
            return Err(BadSignature);
        }
        power.copy_from_slice(signed);
        self.multiply(power, &self.square_of_r, product);
        base.copy_from_slice(power);
        for bit in (0..self.exponent.ilog2()).rev() {
            self.square(power, product);
            if bit == 0 {
                // The exponent is odd. A factor without R takes R out of the product.
                self.multiply(power, signed, product);
            } else if self.exponent >> bit & 1 == 1 {
                self.multiply(power, base, product);
            }
        }
        write(power, encoded);
        Ok(())
    }
}

impl<B: Blocks> Montgomery<B> {
    /// Prepares a key of a modulus and an exponent such as [`RsaKey::prepare`](super::RsaKey::prepare) gives.
    pub fn new(blocks: B, modulus: &[u8], exponent: u64) -> Self {
        let zero = vec![[0; WORDS]; (modulus.len() * 8).div_ceil(BLOCK_BITS)].into_boxed_slice();
        let mut number = zero.clone();
        read(modulus, &mut number);
        let mut key = Self {
            blocks,
            inverse: inverse(number[0][0]).wrapping_neg(),
            modulus: number,
            square_of_r: zero.clone(),
            exponent,
        };
        key.square_of_r = key.square_of_r(zero);
        key
    }

    /// R^2 modulo the modulus: one is doubled until it is 2^b R for b blocks; each squaring then doubles the exponent in
    /// front of R, and R is 2^(b BLOCK_BITS).
    fn square_of_r(&self, zero: Box<[[u64; WORDS]]>) -> Box<[[u64; WORDS]]> {
        let mut product = [&zero[..], &zero[..]].concat();
        let mut power = zero;
        power[0][0] = 1;
        for _ in 0..power.len() * (BLOCK_BITS + 1) {
            let carry = double(power.as_flattened_mut());
            self.subtract_once(&mut power, carry);
        }
        for _ in 0..BLOCK_BITS.ilog2() {
            self.square(&mut power, &mut product);
        }
        power
    }

    /// a b / R modulo the modulus, in place of `a`. `product` has twice as many blocks as the modulus; what stands in it
    /// does not matter.
    fn multiply(&self, a: &mut [[u64; WORDS]], b: &[[u64; WORDS]], product: &mut [[u64; WORDS]]) {
        product.as_flattened_mut().fill(0);
        for (i, a) in a.iter().enumerate() {
            let mut carry = 0;
            for (j, b) in b.iter().enumerate() {
                let sum = two_blocks(product, i + j);
                carry = self.blocks.add_product(sum, a, b, carry);
            }
            debug_assert_eq!(
                carry, 0,
                "what i blocks of a contribute has as many more than b"
            );
        }
        self.reduce(product, a);
    }

    /// a a / R modulo the modulus, in place of `a`.
    fn square(&self, a: &mut [[u64; WORDS]], product: &mut [[u64; WORDS]]) {
        product.as_flattened_mut().fill(0);
        // The products of two different blocks stand in it twice.
        for (i, first) in a.iter().enumerate() {
            let mut carry = 0;
            for (j, second) in a.iter().enumerate().skip(i + 1) {
                let sum = two_blocks(product, i + j);
                carry = self.blocks.add_product(sum, first, second, carry);
            }
            debug_assert_eq!(carry, 0, "as in a product");
        }
        double(product.as_flattened_mut());
        let mut carry = 0;
        for (i, a) in a.iter().enumerate() {
            carry = self.blocks.add_square(two_blocks(product, 2 * i), a, carry);
        }
        self.reduce(product, a);
    }

    /// A number of twice the length divided by R, modulo the modulus. Multiples of the modulus that make its lower half
    /// zero are added to it; their factors take the place of that half.
    fn reduce(&self, number: &mut [[u64; WORDS]], result: &mut [[u64; WORDS]]) {
        let blocks = self.modulus.len();
        let mut carried_out = 0;
        for i in 0..blocks {
            let sum = two_blocks(number, i);
            let mut carry = self.blocks.cancel(sum, &self.modulus[0], self.inverse);
            let factor = number[i];
            for (j, modulus) in self.modulus.iter().enumerate().skip(1) {
                let sum = two_blocks(number, i + j);
                carry = self.blocks.add_product(sum, &factor, modulus, carry);
            }
            carried_out += carry_on(number[i + blocks + 1..].as_flattened_mut(), carry);
        }
        result.copy_from_slice(&number[blocks..]);
        self.subtract_once(result, carried_out);
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

/// The two blocks at a place.
fn two_blocks(number: &mut [[u64; WORDS]], at: usize) -> &mut [u64; 2 * WORDS] {
    let words = number[at..].as_flattened_mut();
    words
        .first_chunk_mut()
        .expect("no product goes beyond the number")
}

/// Adds a carry to words, and returns what is carried out of them. It rarely goes beyond the first.
fn carry_on(words: &mut [u64], mut carry: u64) -> u64 {
    for word in words {
        let overflow;
        (*word, overflow) = word.overflowing_add(carry);
        carry = u64::from(overflow);
        if !overflow {
            break;
        }
    }
    carry
}

/// Doubles a number, and returns what is carried out of it.
fn double(words: &mut [u64]) -> u64 {
    let mut carry = 0;
    for word in words {
        (*word, carry) = (*word << 1 | carry, *word >> 63);
    }
    carry
}

/// The inverse of an odd word modulo 2^64 by Newton's method: an odd number is its own inverse modulo 8, and each step
/// doubles the bits that are right.
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
