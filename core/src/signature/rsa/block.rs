//! Products of blocks of 512 bits, of which the numbers of RSA are made: so long that they are nearly all of the work,
//! so short that one body of code, without a loop, serves keys of every size.
//!
//! They are computed column by column (P. G. Comba, "Exponentiation cryptosystems on the IBM PC", IBM Systems
//! Journal 29 (1990)): all products of one weight are summed up before a word of the result is stored.

/// Words of a block, the least significant first.
pub const WORDS: usize = 8;

/// Arithmetic with blocks. Each operation adds something to two blocks and returns what is carried out of them, 0 or 1.
pub trait Blocks: Copy + Send + Sync {
    /// Adds the product of two blocks, and to the upper block of the sum what was carried out of the blocks one below.
    fn add_product(
        self,
        sum: &mut [u64; 2 * WORDS],
        a: &[u64; WORDS],
        b: &[u64; WORDS],
        carry: u64,
    ) -> u64;

    /// Adds the square of a block, and what was carried out of the two blocks below.
    fn add_square(self, sum: &mut [u64; 2 * WORDS], a: &[u64; WORDS], carry: u64) -> u64;

    /// Adds such a multiple of an odd block that the lower block becomes zero, and puts the factor in its place. `inverse`
    /// is the negative inverse of the odd block's lowest word modulo 2^64.
    fn cancel(self, sum: &mut [u64; 2 * WORDS], odd: &[u64; WORDS], inverse: u64) -> u64;
}

/// Blocks in safe Rust, for every processor.
#[derive(Clone, Copy, Debug)]
pub struct Comba;

/// Calls a function for each column of a product of two blocks.
macro_rules! for_each_column {
    ($function:ident($($argument:expr),*)) => {
        $function::<0>($($argument),*);
        $function::<1>($($argument),*);
        $function::<2>($($argument),*);
        $function::<3>($($argument),*);
        $function::<4>($($argument),*);
        $function::<5>($($argument),*);
        $function::<6>($($argument),*);
        $function::<7>($($argument),*);
        $function::<8>($($argument),*);
        $function::<9>($($argument),*);
        $function::<10>($($argument),*);
        $function::<11>($($argument),*);
        $function::<12>($($argument),*);
        $function::<13>($($argument),*);
        $function::<14>($($argument),*);
    };
}

impl Blocks for Comba {
    #[inline(never)]
    fn add_product(
        self,
        sum: &mut [u64; 2 * WORDS],
        a: &[u64; WORDS],
        b: &[u64; WORDS],
        carry: u64,
    ) -> u64 {
        let mut column = Column::ZERO;
        for_each_column!(product_column(&mut column, sum, a, b, carry));
        column.finish(sum)
    }

    #[inline(never)]
    fn add_square(self, sum: &mut [u64; 2 * WORDS], a: &[u64; WORDS], carry: u64) -> u64 {
        let mut column = Column(carry, 0, 0);
        for_each_column!(square_column(&mut column, sum, a));
        column.finish(sum)
    }

    #[inline(never)]
    fn cancel(self, sum: &mut [u64; 2 * WORDS], odd: &[u64; WORDS], inverse: u64) -> u64 {
        let mut column = Column::ZERO;
        for_each_column!(cancel_column(&mut column, sum, odd, inverse));
        column.finish(sum)
    }
}

/// The sum of one column, and what is carried into the next two.
struct Column(u64, u64, u64);

impl Column {
    const ZERO: Self = Self(0, 0, 0);

    #[inline(always)]
    fn add(&mut self, other: &Self) {
        let (low, carry) = self.0.overflowing_add(other.0);
        let (middle, carry) = self.1.carrying_add(other.1, carry);
        let (high, _) = self.2.carrying_add(other.2, carry);
        *self = Self(low, middle, high);
    }

    #[inline(always)]
    fn add_word(&mut self, word: u64) {
        self.add(&Self(word, 0, 0));
    }

    #[inline(always)]
    fn add_product(&mut self, a: u64, b: u64) {
        let (low, high) = a.carrying_mul(b, 0);
        self.add(&Self(low, high, 0));
    }

    #[inline(always)]
    fn doubled(&self) -> Self {
        Self(
            self.0 << 1,
            self.1 << 1 | self.0 >> 63,
            self.2 << 1 | self.1 >> 63,
        )
    }

    /// Adds the last word, of which no product is.
    #[inline(always)]
    fn finish(mut self, sum: &mut [u64; 2 * WORDS]) -> u64 {
        self.add_word(sum[2 * WORDS - 1]);
        sum[2 * WORDS - 1] = self.take();
        self.0
    }

    /// Takes the word of this column out, and goes on to the next one.
    #[inline(always)]
    fn take(&mut self) -> u64 {
        let word = self.0;
        *self = Self(self.1, self.2, 0);
        word
    }
}

#[inline(always)]
fn product_column<const K: usize>(
    column: &mut Column,
    sum: &mut [u64; 2 * WORDS],
    a: &[u64; WORDS],
    b: &[u64; WORDS],
    carry: u64,
) {
    column.add_word(sum[K]);
    if K == WORDS {
        column.add_word(carry);
    }
    for i in (K + 1).saturating_sub(WORDS)..WORDS.min(K + 1) {
        column.add_product(a[i], b[K - i]);
    }
    sum[K] = column.take();
}

/// The products of two different words stand in it twice.
#[inline(always)]
fn square_column<const K: usize>(
    column: &mut Column,
    sum: &mut [u64; 2 * WORDS],
    a: &[u64; WORDS],
) {
    let mut mixed = Column::ZERO;
    for i in (K + 1).saturating_sub(WORDS)..K.div_ceil(2) {
        mixed.add_product(a[i], a[K - i]);
    }
    let mut whole = mixed.doubled();
    if K.is_multiple_of(2) {
        whole.add_product(a[K / 2], a[K / 2]);
    }
    column.add_word(sum[K]);
    column.add(&whole);
    sum[K] = column.take();
}

/// In the lower columns the next word of the factor is the one that makes the column zero.
#[inline(always)]
fn cancel_column<const K: usize>(
    column: &mut Column,
    sum: &mut [u64; 2 * WORDS],
    odd: &[u64; WORDS],
    inverse: u64,
) {
    column.add_word(sum[K]);
    for i in (K + 1).saturating_sub(WORDS)..WORDS.min(K) {
        column.add_product(sum[i], odd[K - i]);
    }
    if K < WORDS {
        let factor = column.0.wrapping_mul(inverse);
        column.add_product(factor, odd[0]);
        column.take();
        sum[K] = factor;
    } else {
        sum[K] = column.take();
    }
}
