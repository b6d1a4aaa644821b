//! Products of blocks of 512 bits, of which the numbers of RSA are made: so long that they are nearly all of the work,
//! so short that one body of code, without a loop, serves keys of every size.
//!
//! They are computed column by column (P. G. Comba, "Exponentiation cryptosystems on the IBM PC", IBM Systems
//! Journal 29 (1990)): all products of one weight are summed up before a word of the result is stored.

/// Words of a block, the least significant first.
pub(super) const WORDS: usize = 8;

/// A sum of products of two blocks: two blocks, and a word for the carries.
#[derive(Clone, Copy)]
pub(super) struct Sum([u64; 2 * WORDS + 1]);

/// Calls a function for each column of a product of two blocks.
macro_rules! for_each_column {
    ($function:ident, $($argument:expr),*) => {
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

impl Sum {
    pub(super) const ZERO: Self = Self([0; 2 * WORDS + 1]);

    /// Adds a block.
    pub(super) fn add_block(&mut self, block: &[u64; WORDS]) {
        let mut carry = false;
        let (low, high) = self.0.split_at_mut(WORDS);
        for (word, other) in low.iter_mut().zip(block) {
            (*word, carry) = word.carrying_add(*other, carry);
        }
        for word in high {
            (*word, carry) = word.carrying_add(0, carry);
        }
    }

    /// Adds another sum.
    pub(super) fn add(&mut self, other: &Self) {
        let mut carry = false;
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            (*word, carry) = word.carrying_add(*other, carry);
        }
    }

    /// Doubles what is there.
    pub(super) fn double(&mut self) {
        let mut carry = 0;
        for word in &mut self.0 {
            (*word, carry) = (*word << 1 | carry, *word >> 63);
        }
    }

    /// Adds the product of two blocks.
    #[inline(never)]
    pub(super) fn add_product(&mut self, a: &[u64; WORDS], b: &[u64; WORDS]) {
        let mut column = Column::ZERO;
        for_each_column!(product_column, &mut column, &mut self.0, a, b);
        self.add_rest(column);
    }

    /// Adds the square of a block.
    #[inline(never)]
    pub(super) fn add_square(&mut self, a: &[u64; WORDS]) {
        let mut column = Column::ZERO;
        for_each_column!(square_column, &mut column, &mut self.0, a);
        self.add_rest(column);
    }

    /// Adds such a multiple of an odd block that the lowest block becomes zero, and returns the factor. `inverse` is
    /// the negative inverse of the odd block's lowest word.
    #[inline(never)]
    pub(super) fn cancel(&mut self, odd: &[u64; WORDS], inverse: u64) -> [u64; WORDS] {
        let mut column = Column::ZERO;
        let mut factor = [0; WORDS];
        for_each_column!(
            cancel_column,
            &mut column,
            &mut self.0,
            odd,
            inverse,
            &mut factor
        );
        self.add_rest(column);
        factor
    }

    fn add_rest(&mut self, mut column: Column) {
        column.add_word(self.0[2 * WORDS - 1]);
        self.0[2 * WORDS - 1] = column.take();
        // The caller adds far fewer than 2^64 products.
        self.0[2 * WORDS] = self.0[2 * WORDS].wrapping_add(column.take());
    }

    /// Takes the lowest block out: the rest moves down by a block.
    pub(super) fn take(&mut self) -> [u64; WORDS] {
        let mut block = [0; WORDS];
        block.copy_from_slice(&self.0[..WORDS]);
        self.0.copy_within(WORDS.., 0);
        self.0[WORDS + 1..].fill(0);
        block
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
    sum: &mut [u64; 2 * WORDS + 1],
    a: &[u64; WORDS],
    b: &[u64; WORDS],
) {
    column.add_word(sum[K]);
    for i in (K + 1).saturating_sub(WORDS)..WORDS.min(K + 1) {
        column.add_product(a[i], b[K - i]);
    }
    sum[K] = column.take();
}

/// The products of two different words stand in it twice.
#[inline(always)]
fn square_column<const K: usize>(
    column: &mut Column,
    sum: &mut [u64; 2 * WORDS + 1],
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
    sum: &mut [u64; 2 * WORDS + 1],
    odd: &[u64; WORDS],
    inverse: u64,
    factor: &mut [u64; WORDS],
) {
    column.add_word(sum[K]);
    for i in (K + 1).saturating_sub(WORDS)..WORDS.min(K) {
        column.add_product(factor[i], odd[K - i]);
    }
    if K < WORDS {
        factor[K] = column.0.wrapping_mul(inverse);
        column.add_product(factor[K], odd[0]);
    }
    sum[K] = column.take();
}
