//! Where the one pass stands, and how it takes one token after the other.

use super::JsonError;
use super::text::{unescape_byte, unescape_unicode};
use crate::limits;

/// A place in JSON text. It is small, so that a loop keeps it in registers.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
    /// How many may still come.
    pub(super) escapes: usize,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(bytes: &'a [u8], escapes: usize) -> Self {
        Self {
            bytes,
            at: 0,
            escapes,
        }
    }

    /// The same place in a text that ends after a string of this many bytes.
    #[inline(always)]
    pub(super) fn up_to(self, length: usize) -> Self {
        let end = self.at.saturating_add(length).saturating_add(1);
        Self {
            bytes: &self.bytes[..end.min(self.bytes.len())],
            ..self
        }
    }

    /// Goes on where one that `up_to` has made stands.
    #[inline(always)]
    pub(super) fn go_on_from(&mut self, other: Self) {
        (self.at, self.escapes) = (other.at, other.escapes);
    }

    /// The next byte that is no white space, which is passed over.
    #[inline(always)]
    pub(super) fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    /// Takes the next byte that is no white space.
    #[inline(always)]
    pub(super) fn take(&mut self) -> Result<u8, JsonError> {
        let byte = self.peek().ok_or(JsonError)?;
        self.at += 1;
        Ok(byte)
    }

    #[inline(always)]
    pub(super) fn expect(&mut self, expected: u8) -> Result<(), JsonError> {
        if self.take()? == expected {
            Ok(())
        } else {
            Err(JsonError)
        }
    }

    /// Takes the rest of a literal.
    #[inline(always)]
    pub(super) fn literal(&mut self, rest: &[u8]) -> Result<(), JsonError> {
        if !self.bytes[self.at..].starts_with(rest) {
            return Err(JsonError);
        }
        self.at += rest.len();
        Ok(())
    }

    /// Takes the rest of a string. Of a long one many bytes are passed over at once, up to the first that does not mean
    /// itself.
    #[inline(always)]
    pub(super) fn skip_string(&mut self) -> Result<(), JsonError> {
        if special(self.eight()) == 0 {
            self.at += 8;
            while let Some(block) = self.bytes[self.at..].first_chunk()
                && is_plain(block)
            {
                self.at += block.len();
            }
        }
        self.string(|_, _| ())
    }

    /// Takes the rest of a string and tells what it means: up to eight bytes at once, the first one lowest and zeros
    /// behind the last, and how many.
    #[inline(always)]
    pub(super) fn string(&mut self, mut means: impl FnMut(u64, usize)) -> Result<(), JsonError> {
        loop {
            let eight = self.eight();
            let special = special(eight);
            if special == 0 {
                means(eight, 8);
                self.at += 8;
                continue;
            }
            let start = self.at;
            self.at += special.trailing_zeros() as usize / 8;
            if self.at > start {
                let lowest = special & special.wrapping_neg();
                means(eight & ((lowest >> 7) - 1), self.at - start);
            }
            if self.skip(b'"') {
                return Ok(());
            }
            if self.bytes.get(self.at) != Some(&b'\\') {
                return Err(JsonError); // A control character, or the end.
            }
            // Where one escape is, more are near: eight bytes at once would mostly be for one.
            loop {
                match self.bytes.get(self.at..) {
                    Some([b'\\', ..]) => self.at += 1,
                    Some([plain, b'\\', ..]) if PLAIN[usize::from(*plain)] => {
                        means(u64::from(*plain), 1);
                        self.at += 2;
                    }
                    _ => break,
                }
                self.escape(&mut means)?;
            }
        }
    }

    /// Takes what follows a backslash.
    #[inline(always)]
    fn escape(&mut self, means: &mut impl FnMut(u64, usize)) -> Result<(), JsonError> {
        self.escapes = self.escapes.checked_sub(1).ok_or(JsonError)?;
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let (&byte, rest) = rest.split_first().ok_or(JsonError)?;
        if byte != b'u' {
            self.at += 1;
            means(u64::from(unescape_byte(byte).ok_or(JsonError)?), 1);
            return Ok(());
        }
        let (character, length) = unescape_unicode(rest).ok_or(JsonError)?;
        self.at += 1 + length;
        if character.is_ascii() {
            means(u64::from(character), 1);
            return Ok(());
        }
        let mut utf8 = [0; 8];
        let count = character.encode_utf8(&mut utf8).len();
        means(u64::from_le_bytes(utf8), count);
        Ok(())
    }

    /// The next eight bytes, the first one lowest. Zeros stand for those behind the end.
    #[inline(always)]
    fn eight(&self) -> u64 {
        let rest = &self.bytes[self.at..];
        let eight = rest.first_chunk::<8>().copied().unwrap_or_else(|| {
            let mut eight = [0; 8];
            eight[..rest.len()].copy_from_slice(rest);
            eight
        });
        u64::from_le_bytes(eight)
    }

    /// Takes the rest of a number, of which the first byte was taken (RFC 8259 section 6).
    #[inline(always)]
    pub(super) fn number(&mut self, first: u8) -> Result<(), JsonError> {
        // Most numbers of a forger are as short as they may be.
        if first.is_ascii_digit() && matches!(self.bytes.get(self.at), Some(b',' | b']' | b'}')) {
            return Ok(());
        }
        let start = self.at - 1;
        if first != b'-' {
            self.at = start;
        }
        // A zero before the point is no digit of the mantissa: 0.9e309 is larger than 1e308.
        let is_below_one = self.skip(b'0');
        let mantissa = self.at;
        if !is_below_one && self.digits() == 0 {
            return Err(JsonError);
        }
        if matches!(self.bytes.get(self.at), Some(b'.' | b'e' | b'E')) {
            *self = self.fraction_and_exponent(mantissa)?;
        }
        if self.at - start > limits::NUMBER_BYTES {
            return Err(JsonError);
        }
        Ok(())
    }

    /// Takes what follows the whole digits of a number, whose mantissa begins at `mantissa`. Where that ends.
    #[inline(always)]
    fn fraction_and_exponent(mut self, mantissa: usize) -> Result<Self, JsonError> {
        let whole_digits = self.at - mantissa;
        if self.skip(b'.') && self.digits() == 0 {
            return Err(JsonError);
        }
        let mantissa = &self.bytes[mantissa..self.at];
        if !self.skip(b'e') && !self.skip(b'E') {
            return Ok(self);
        }
        let is_negative = self.skip(b'-');
        if !is_negative {
            self.skip(b'+');
        }
        let digits = self.digits();
        if !(1..=limits::EXPONENT_DIGITS).contains(&digits) {
            return Err(JsonError);
        }
        let exponent = &self.bytes[self.at - digits..self.at];
        // As many whole digits as a number may have do not get too large by less than a hundred.
        if !is_negative && digits > 2 && is_too_large(mantissa, whole_digits, exponent) {
            return Err(JsonError);
        }
        Ok(self)
    }

    /// Passes over digits. How many there were.
    #[inline(always)]
    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        self.at - start
    }

    /// Passes over a byte if it comes next.
    #[inline(always)]
    fn skip(&mut self, byte: u8) -> bool {
        let comes = self.bytes.get(self.at) == Some(&byte);
        if comes {
            self.at += 1;
        }
        comes
    }
}

/// Other languages read 1e400 as infinity, or as something else again.
fn is_too_large(mantissa: &[u8], whole_digits: usize, exponent: &[u8]) -> bool {
    let exponent = exponent
        .iter()
        .fold(0, |sum, &digit| sum * 10 + usize::from(digit - b'0'));
    let digits = mantissa.iter().filter(|byte| byte.is_ascii_digit());
    match (whole_digits + exponent).cmp(&limits::NUMBER_WHOLE_DIGITS) {
        core::cmp::Ordering::Less => false,
        core::cmp::Ordering::Equal => digits.ge(limits::NUMBER_TOO_LARGE),
        core::cmp::Ordering::Greater => true,
    }
}

/// Of eight bytes the highest bit of each that does not mean itself inside a string. Those above the lowest such byte
/// may be told wrongly.
#[inline(always)]
const fn special(eight: u64) -> u64 {
    smaller(eight, 0x20) | equal(eight, b'"') | equal(eight, b'\\')
}

#[inline(always)]
const fn equal(eight: u64, byte: u8) -> u64 {
    smaller(eight ^ (ONES * byte as u64), 1)
}

/// What is borrowed from one byte spoils no more than those above it.
#[inline(always)]
const fn smaller(eight: u64, than: u8) -> u64 {
    eight.wrapping_sub(ONES * than as u64) & !eight & (ONES * 0x80)
}

/// Whether all bytes mean themselves inside a string. Without an early exit the compiler takes many at once.
#[inline(always)]
fn is_plain(block: &[u8; 32]) -> bool {
    block.iter().fold(true, |so_far, &byte| {
        so_far & (byte >= 0x20) & (byte != b'"') & (byte != b'\\')
    })
}

/// The bytes that mean themselves inside a string.
static PLAIN: [bool; 256] = {
    let mut plain = [true; 256];
    let mut control = 0;
    while control < 0x20 {
        plain[control] = false;
        control += 1;
    }
    plain[b'"' as usize] = false;
    plain[b'\\' as usize] = false;
    plain
};

const ONES: u64 = u64::from_ne_bytes([1; 8]);
