//! A JSON string as it was written, compared and copied by what it means.

use core::fmt::{self, Write};

use super::text_of;

/// The inside of a JSON string that a scanner has accepted.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    raw: &'a [u8],
    escaped: bool,
}

impl<'a> Text<'a> {
    /// The inside of a string, and whether there may be an escape in it.
    pub(super) const fn new(raw: &'a [u8], escaped: bool) -> Self {
        Self { raw, escaped }
    }

    /// A text that was not written in JSON.
    pub const fn plain(text: &'a str) -> Self {
        Self::new(text.as_bytes(), false)
    }

    /// The string as it was written, escapes and all.
    pub const fn raw(&self) -> &'a str {
        text_of(self.raw)
    }

    /// The string itself, when it was written without escapes.
    pub fn as_plain(&self) -> Option<&'a str> {
        self.plain_bytes().map(text_of)
    }

    fn plain_bytes(&self) -> Option<&'a [u8]> {
        (!self.escaped).then_some(self.raw)
    }

    /// Whether it was written with escapes.
    pub(crate) const fn is_escaped(&self) -> bool {
        self.escaped
    }

    /// Whether the string is empty.
    pub const fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }

    /// The characters that the string stands for.
    pub fn chars(&self) -> impl Iterator<Item = char> + use<'a> {
        let mut rest = self.raw().chars();
        let escaped = self.escaped;
        core::iter::from_fn(move || match rest.next()? {
            '\\' if escaped => {
                let (character, length) = unescape(rest.as_str().as_bytes())?;
                rest = rest.as_str()[length..].chars();
                Some(character)
            }
            plain => Some(plain),
        })
    }

    /// The bytes of the string in UTF-8, one after the other: who only compares pays for no more than he compares.
    pub(crate) fn utf8(&self) -> impl Iterator<Item = u8> + use<'a> {
        let mut rest = self.raw;
        let escaped = self.escaped;
        let mut begun = 0; // What follows of a character that was written as an escape, the next byte lowest.
        core::iter::from_fn(move || {
            if begun != 0 {
                let next = begun as u8;
                begun >>= 8;
                return Some(next);
            }
            let (&byte, behind) = rest.split_first()?;
            rest = behind;
            if byte != b'\\' || !escaped {
                return Some(byte);
            }
            let (character, length) = unescape(rest)?;
            rest = &rest[length..];
            let mut utf8 = [0; 4];
            character.encode_utf8(&mut utf8);
            begun = u32::from_le_bytes(utf8) >> 8;
            Some(utf8[0])
        })
    }

    /// The parts between spaces, without empty ones. A space written as an escape does not separate.
    pub fn tokens(&self) -> impl Iterator<Item = Self> + use<'a> {
        let escaped = self.escaped;
        let parts = self.raw.split(|&byte| byte == b' ');
        let parts = parts.filter(|part| !part.is_empty());
        parts.map(move |raw| Self { raw, escaped })
    }

    /// Bytes of the string in UTF-8.
    pub fn utf8_len(&self) -> usize {
        match self.plain_bytes() {
            Some(plain) => plain.len(),
            None => self.utf8().count(),
        }
    }

    /// The string, written out.
    #[cfg(feature = "alloc")]
    pub fn to_owned(&self) -> alloc::string::String {
        match self.as_plain() {
            Some(plain) => plain.into(),
            None => self.chars().collect(),
        }
    }
}

/// The character that is written behind a backslash, and in how many bytes (RFC 8259 section 7). A surrogate without its
/// other half is no character.
#[inline(always)]
pub(super) fn unescape(bytes: &[u8]) -> Option<(char, usize)> {
    match *bytes.first()? {
        b'u' => unescape_unicode(&bytes[1..]).map(|(character, length)| (character, 1 + length)),
        byte => unescape_byte(byte).map(|byte| (char::from(byte), 1)),
    }
}

/// What one byte behind a backslash stands for.
#[inline(always)]
pub(super) fn unescape_byte(byte: u8) -> Option<u8> {
    let meant = MEANT[usize::from(byte)];
    (meant != 0).then_some(meant)
}

/// The character that is written behind `\u`, and in how many bytes.
#[inline(always)]
pub(super) fn unescape_unicode(bytes: &[u8]) -> Option<(char, usize)> {
    let unit = hex4(bytes)?;
    if !matches!(unit, 0xd800..=0xdbff) {
        return Some((char::from_u32(unit)?, 4));
    }
    let low = hex4(bytes[4..].strip_prefix(b"\\u")?)?;
    if !matches!(low, 0xdc00..=0xdfff) {
        return None;
    }
    let above = (unit - 0xd800) << 10 | (low - 0xdc00);
    Some((char::from_u32(0x10000 + above)?, 10))
}

#[inline(always)]
fn hex4(bytes: &[u8]) -> Option<u32> {
    let [a, b, c, d] = *bytes.first_chunk()?;
    let value = |digit: u8| HEX[usize::from(digit)];
    let [a, b, c, d] = [value(a), value(b), value(c), value(d)];
    let is_hex = (a | b | c | d) != NO_DIGIT;
    let unit = u32::from(a) << 12 | u32::from(b) << 8 | u32::from(c) << 4 | u32::from(d);
    is_hex.then_some(unit)
}

/// What a byte behind a backslash stands for, 0 for nothing.
static MEANT: [u8; 256] = {
    let mut meant = [0; 256];
    let pairs = b"\"\"\\\\//b\x08f\x0cn\nr\rt\t";
    let mut at = 0;
    while at < pairs.len() {
        meant[pairs[at] as usize] = pairs[at + 1];
        at += 2;
    }
    meant
};

/// All bits, as those of no digit together.
const NO_DIGIT: u8 = 0xff;

/// The value of each hexadecimal digit.
static HEX: [u8; 256] = {
    let mut values = [NO_DIGIT; 256];
    let (lower, upper) = (b"0123456789abcdef", b"0123456789ABCDEF");
    let mut value = 0;
    while value < 16 {
        values[lower[value] as usize] = value as u8;
        values[upper[value] as usize] = value as u8;
        value += 1;
    }
    values
};

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self.plain_bytes(), other.plain_bytes()) {
            (Some(one), Some(two)) => one == two,
            _ => self.utf8().eq(other.utf8()),
        }
    }
}

impl Eq for Text<'_> {}

impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        *self == Text::plain(other)
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_plain() {
            Some(plain) => f.write_str(plain),
            None => self
                .chars()
                .try_for_each(|character| f.write_char(character)),
        }
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text(..)") // A claim's value never reaches a log by way of `{:?}`.
    }
}
