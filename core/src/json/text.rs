//! A JSON string as it was written, compared and copied by what it means.

use core::fmt::{self, Write};

/// The inside of a JSON string that a scanner has accepted.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    raw: &'a str,
    escaped: bool,
}

impl<'a> Text<'a> {
    pub(super) const fn new(raw: &'a str, escaped: bool) -> Self {
        Self { raw, escaped }
    }

    /// A text that was not written in JSON.
    pub const fn plain(text: &'a str) -> Self {
        Self::new(text, false)
    }

    /// The string as it was written, escapes and all.
    pub const fn raw(&self) -> &'a str {
        self.raw
    }

    /// The string itself, when it was written without escapes.
    pub const fn as_plain(&self) -> Option<&'a str> {
        if self.escaped { None } else { Some(self.raw) }
    }

    /// Whether the string is empty.
    pub const fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }

    /// The characters that the string stands for.
    pub fn chars(&self) -> impl Iterator<Item = char> + use<'a> {
        let mut rest = self.raw.chars();
        let escaped = self.escaped;
        core::iter::from_fn(move || match rest.next()? {
            '\\' if escaped => unescape(&mut rest),
            plain => Some(plain),
        })
    }

    /// The parts between spaces, without empty ones. A space written as an escape does not separate.
    pub fn tokens(&self) -> impl Iterator<Item = Self> + use<'a> {
        let escaped = self.escaped;
        let parts = self.raw.split(' ').filter(|part| !part.is_empty());
        parts.map(move |part| Self::new(part, escaped))
    }

    /// A hash of what the string means (FNV-1a): unequal strings rarely share it, so that duplicate names are
    /// found by comparing numbers. Whoever makes names collide only brings back the comparisons.
    pub(super) fn hash(&self) -> u32 {
        let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        match self.as_plain() {
            Some(plain) => plain.bytes().fold(0x811c_9dc5, step),
            None => self.chars().fold(0x811c_9dc5, |hash, character| {
                character.encode_utf8(&mut [0; 4]).bytes().fold(hash, step)
            }),
        }
    }

    /// Bytes of the string in UTF-8.
    pub fn utf8_len(&self) -> usize {
        match self.as_plain() {
            Some(plain) => plain.len(),
            None => self.chars().map(char::len_utf8).sum(),
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

/// The character behind a backslash; the scanner has accepted what follows it.
fn unescape(rest: &mut core::str::Chars<'_>) -> Option<char> {
    Some(match rest.next()? {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => match hex4(rest)? {
            high @ 0xd800..=0xdbff => {
                rest.next()?; // The backslash and the `u` of the low surrogate.
                rest.next()?;
                let low = hex4(rest)?;
                char::from_u32(0x10000 + ((high - 0xd800) << 10) + low.checked_sub(0xdc00)?)?
            }
            unit => char::from_u32(unit)?,
        },
        same => same,
    })
}

fn hex4(rest: &mut core::str::Chars<'_>) -> Option<u32> {
    let mut unit = 0;
    for _ in 0..4 {
        unit = unit * 16 + rest.next()?.to_digit(16)?;
    }
    Some(unit)
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self.as_plain(), other.as_plain()) {
            (Some(one), Some(two)) => one == two,
            _ => self.chars().eq(other.chars()),
        }
    }
}

impl Eq for Text<'_> {}

impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        match self.as_plain() {
            Some(plain) => plain == other,
            None => self.chars().eq(other.chars()),
        }
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
