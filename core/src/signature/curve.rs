//! The curves: numbers of SP 800-186 section 3.2.1, as limbs of 64 bits with the lowest first.

use core::fmt::Debug;

use once_cell::race::OnceBox;

use super::field::Element;
use super::point::Affine;
use super::table::Table;

/// A curve y^2 = x^3 - 3x + b of prime order over a prime field. The formulas do not need b.
pub(super) trait Curve<const L: usize>: Copy + Eq + Debug + Send + Sync + 'static {
    /// The field's prime p, odd.
    const PRIME: [u64; L];
    /// The number of points n, a prime.
    const ORDER: [u64; L];
    /// The generator's coordinates.
    const GENERATOR: [[u64; L]; 2];
    /// Of how many rows of a table one is kept, so that it stays under 64 KiB.
    const STRIDE: usize;

    /// The table of the generator. It is a constant, and made when it is first asked for.
    fn generator_table() -> &'static Table<Self, L>;

    /// Adds that multiple of p which makes the lowest limb zero, and drops this limb. `high` is the limb above the number;
    /// the result's bit above its limbs comes with it.
    #[inline(always)]
    fn divide(number: [u64; L], high: u64) -> ([u64; L], bool) {
        let multiple = number[0].wrapping_mul(Element::<Self, L>::INVERSE);
        let (_, mut carry) = multiple.carrying_mul_add(Self::PRIME[0], number[0], 0);
        let mut quotient = [0; L];
        for limb in 1..L {
            (quotient[limb - 1], carry) =
                multiple.carrying_mul_add(Self::PRIME[limb], number[limb], carry);
        }
        let (top, over) = high.overflowing_add(carry);
        quotient[L - 1] = top;
        (quotient, over)
    }

    /// The generator.
    fn generator() -> Affine<Self, L> {
        let [x, y] = Self::GENERATOR.map(Element::from_limbs);
        Affine { x, y }
    }
}

/// P-256 (SP 800-186 section 3.2.1.3), for ES256.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct P256;

impl Curve<4> for P256 {
    const PRIME: [u64; 4] = [
        0xffff_ffff_ffff_ffff,
        0x0000_0000_ffff_ffff,
        0x0000_0000_0000_0000,
        0xffff_ffff_0000_0001,
    ];
    const ORDER: [u64; 4] = [
        0xf3b9_cac2_fc63_2551,
        0xbce6_faad_a717_9e84,
        0xffff_ffff_ffff_ffff,
        0xffff_ffff_0000_0000,
    ];
    const GENERATOR: [[u64; 4]; 2] = [
        [
            0xf4a1_3945_d898_c296,
            0x7703_7d81_2deb_33a0,
            0xf8bc_e6e5_63a4_40f2,
            0x6b17_d1f2_e12c_4247,
        ],
        [
            0xcbb6_4068_37bf_51f5,
            0x2bce_3357_6b31_5ece,
            0x8ee7_eb4a_7c0f_9e16,
            0x4fe3_42e2_fe1a_7f9b,
        ],
    ];
    const STRIDE: usize = 2;

    /// p is -1 modulo 2^64, so the multiple is the lowest limb m itself; and m (p + 1) / 2^64, where p + 1 is
    /// 2^256 - 2^224 + 2^192 + 2^96, needs no product.
    #[inline(always)]
    fn divide([m, a, b, c]: [u64; 4], high: u64) -> ([u64; 4], bool) {
        let (low, borrow) = m.overflowing_sub(m << 32);
        let top = m - (m >> 32) - u64::from(borrow);
        let (a, carry) = a.carrying_add(m << 32, false);
        let (b, carry) = b.carrying_add(m >> 32, carry);
        let (c, carry) = c.carrying_add(low, carry);
        let (d, over) = high.carrying_add(top, carry);
        ([a, b, c, d], over)
    }

    fn generator_table() -> &'static Table<Self, 4> {
        static TABLE: OnceBox<Table<P256, 4>> = OnceBox::new();
        TABLE.get_or_init(|| Table::new(Self::generator()).into())
    }
}

/// P-384 (SP 800-186 section 3.2.1.4), for ES384.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct P384;

impl Curve<6> for P384 {
    const PRIME: [u64; 6] = [
        0x0000_0000_ffff_ffff,
        0xffff_ffff_0000_0000,
        0xffff_ffff_ffff_fffe,
        0xffff_ffff_ffff_ffff,
        0xffff_ffff_ffff_ffff,
        0xffff_ffff_ffff_ffff,
    ];
    const ORDER: [u64; 6] = [
        0xecec_196a_ccc5_2973,
        0x581a_0db2_48b0_a77a,
        0xc763_4d81_f437_2ddf,
        0xffff_ffff_ffff_ffff,
        0xffff_ffff_ffff_ffff,
        0xffff_ffff_ffff_ffff,
    ];
    const GENERATOR: [[u64; 6]; 2] = [
        [
            0x3a54_5e38_7276_0ab7,
            0x5502_f25d_bf55_296c,
            0x59f7_41e0_8254_2a38,
            0x6e1d_3b62_8ba7_9b98,
            0x8eb1_c71e_f320_ad74,
            0xaa87_ca22_be8b_0537,
        ],
        [
            0x7a43_1d7c_90ea_0e5f,
            0x0a60_b1ce_1d7e_819d,
            0xe9da_3113_b5f0_b8c0,
            0xf8f4_1dbd_289a_147c,
            0x5d9e_98bf_9292_dc29,
            0x3617_de4a_9626_2c6f,
        ],
    ];
    const STRIDE: usize = 4;

    fn generator_table() -> &'static Table<Self, 6> {
        static TABLE: OnceBox<Table<P384, 6>> = OnceBox::new();
        TABLE.get_or_init(|| Table::new(Self::generator()).into())
    }
}
