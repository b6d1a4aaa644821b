//! The arithmetic of blocks with MULX, ADCX and ADOX: two chains of carries run beside each other, which no compiler makes
//! of Rust (E. Ozturk, J. Guilford, V. Gopal, W. Feghali, "New Instructions Supporting Large Integer Arithmetic on Intel
//! Architecture Processors", Intel 2012).

use std::arch::asm;

use mcpauth_core::signature::rsa::{Blocks, Comba, WORDS};

/// The proof that the processor has BMI2 and ADX.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Adx(());

impl Adx {
    pub(crate) fn detect() -> Option<Self> {
        (is_x86_feature_detected!("bmi2") && is_x86_feature_detected!("adx")).then_some(Self(()))
    }
}

/// Adds rdx times a word at rsi to two words: the lower half in one chain of carries, the upper half in the other.
macro_rules! step {
    ($at:literal, $low:literal, $high:literal) => {
        concat!(
            concat!("mulx rcx, rax, [rsi + ", $at, "]\n"),
            concat!("adcx ", $low, ", rax\n"),
            concat!("adox ", $high, ", rcx\n"),
        )
    };
}

/// Adds rdx times the block at rsi to eight words, in registers from the least significant on. Their lowest word is then
/// done: `store` may store it, and its register takes the new highest word, which cannot overflow.
macro_rules! row {
    ($store:expr, $w0:literal, $w1:literal, $w2:literal, $w3:literal, $w4:literal, $w5:literal, $w6:literal, $w7:literal) => {
        concat!(
            "xor eax, eax\n", // clears both carries
            step!("0", $w0, $w1),
            $store,
            step!("8", $w1, $w2),
            step!("16", $w2, $w3),
            step!("24", $w3, $w4),
            step!("32", $w4, $w5),
            step!("40", $w5, $w6),
            step!("48", $w6, $w7),
            concat!("mulx ", $w0, ", rax, [rsi + 56]\n"),
            concat!("adcx ", $w7, ", rax\n"),
            "mov eax, 0\n", // leaves both carries
            concat!("adcx ", $w0, ", rax\n"),
            concat!("adox ", $w0, ", rax\n"),
        )
    };
}

/// A row of a product: the factor is a word of the block that `{other}` points to.
macro_rules! product_row {
    ($at:literal, $w0:literal, $($w:literal),*) => {
        concat!(
            "movq rdx, {other}\n",
            concat!("mov rdx, [rdx + ", $at, "]\n"),
            row!(concat!("mov [rdi + ", $at, "], ", $w0, "\n"), $w0, $($w),*),
        )
    };
}

/// A row that makes the lowest word zero: the factor is that word times `{other}`, and is stored in its place.
macro_rules! cancel_row {
    ($at:literal, $w0:literal, $($w:literal),*) => {
        concat!(
            "movq rdx, {other}\n",
            concat!("imul rdx, ", $w0, "\n"),
            concat!("mov [rdi + ", $at, "], rdx\n"),
            row!("", $w0, $($w),*),
        )
    };
}

/// Eight rows between the lower block of the sum, which they take in, and its upper block, to which they are added.
macro_rules! rows {
    ($row:ident, $sum:expr, $block:expr, $other:expr, $below:expr) => {{
        let carry: u64;
        // SAFETY: the value of type `Adx` proves that the processor has MULX, ADCX and ADOX. rdi points to the 16 words
        // of `sum`, of which all are read and written, rsi to the 8 of the block, and so does `other` where it is read
        // as a pointer: `product_row` reads 8 words there. All are borrowed for longer than this. The stack is left alone.
        unsafe {
            asm!(
                "mov r8, [rdi]",
                "mov r9, [rdi + 8]",
                "mov r10, [rdi + 16]",
                "mov r11, [rdi + 24]",
                "mov r12, [rdi + 32]",
                "mov r13, [rdi + 40]",
                "mov r14, [rdi + 48]",
                "mov r15, [rdi + 56]",
                $row!("0", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"),
                $row!("8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "r8"),
                $row!("16", "r10", "r11", "r12", "r13", "r14", "r15", "r8", "r9"),
                $row!("24", "r11", "r12", "r13", "r14", "r15", "r8", "r9", "r10"),
                $row!("32", "r12", "r13", "r14", "r15", "r8", "r9", "r10", "r11"),
                $row!("40", "r13", "r14", "r15", "r8", "r9", "r10", "r11", "r12"),
                $row!("48", "r14", "r15", "r8", "r9", "r10", "r11", "r12", "r13"),
                $row!("56", "r15", "r8", "r9", "r10", "r11", "r12", "r13", "r14"),
                "movq rax, {below}",
                "add rax, -1", // what was carried out below is the first carry here
                "adc r8, [rdi + 64]",
                "mov [rdi + 64], r8",
                "adc r9, [rdi + 72]",
                "mov [rdi + 72], r9",
                "adc r10, [rdi + 80]",
                "mov [rdi + 80], r10",
                "adc r11, [rdi + 88]",
                "mov [rdi + 88], r11",
                "adc r12, [rdi + 96]",
                "mov [rdi + 96], r12",
                "adc r13, [rdi + 104]",
                "mov [rdi + 104], r13",
                "adc r14, [rdi + 112]",
                "mov [rdi + 112], r14",
                "adc r15, [rdi + 120]",
                "mov [rdi + 120], r15",
                "mov eax, 0",
                "adc rax, 0",
                other = in(xmm_reg) $other,
                below = in(xmm_reg) $below as i64,
                in("rdi") $sum.as_mut_ptr(),
                in("rsi") $block.as_ptr(),
                out("rax") carry, out("rcx") _, out("rdx") _,
                out("r8") _, out("r9") _, out("r10") _, out("r11") _,
                out("r12") _, out("r13") _, out("r14") _, out("r15") _,
                options(nostack),
            );
        }
        carry
    }};
}

impl Blocks for Adx {
    #[inline(never)]
    fn add_product(
        self,
        sum: &mut [u64; 2 * WORDS],
        a: &[u64; WORDS],
        b: &[u64; WORDS],
        carry: u64,
    ) -> u64 {
        rows!(
            product_row,
            sum,
            b,
            a.as_ptr().expose_provenance() as i64,
            carry
        )
    }

    // A square in Rust has half the products, which is worth more.
    fn add_square(self, sum: &mut [u64; 2 * WORDS], a: &[u64; WORDS], carry: u64) -> u64 {
        Comba.add_square(sum, a, carry)
    }

    #[inline(never)]
    fn cancel(self, sum: &mut [u64; 2 * WORDS], odd: &[u64; WORDS], inverse: u64) -> u64 {
        rows!(cancel_row, sum, odd, inverse as i64, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sums that carry all the way, none of the way, and from every word.
    #[test]
    fn blocks_are_added_as_in_portable_code() {
        let Some(adx) = Adx::detect() else { return };
        let mut words = (1_u64..).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29));
        let mut blocks = vec![[0; WORDS], [u64::MAX; WORDS], [1; WORDS], [1 << 63; WORDS]];
        for at in 0..WORDS {
            let mut block = [u64::MAX; WORDS];
            block[at] = words.next().unwrap_or(0);
            blocks.push(block);
        }
        for a in &blocks {
            for b in &blocks {
                for low in &blocks {
                    for high in [[0; WORDS], [u64::MAX; WORDS]] {
                        let mut start = [0; 2 * WORDS];
                        start[..WORDS].copy_from_slice(low);
                        start[WORDS..].copy_from_slice(&high);
                        for below in [0, 1] {
                            let (mut ours, mut expected) = (start, start);
                            let carry = adx.add_product(&mut ours, a, b, below);
                            assert_eq!(carry, Comba.add_product(&mut expected, a, b, below));
                            assert_eq!(ours, expected);
                        }
                        let inverse = a[0] | 1;
                        let (mut ours, mut expected) = (start, start);
                        let carry = adx.cancel(&mut ours, b, inverse);
                        assert_eq!(carry, Comba.cancel(&mut expected, b, inverse));
                        assert_eq!(ours, expected);
                    }
                }
            }
        }
    }
}
