//! A strict JSON reader (RFC 8259) without recursion or heap.
//!
//! Everything that two parsers could read differently is refused: duplicate names, invalid UTF-8, lone
//! surrogates, trailing bytes, over-long numbers, over-deep nesting. One pass accepts or refuses a whole
//! object and notes where its members are, so nothing is read twice with two results.

use core::fmt;

use crate::limits;

mod cursor;
mod in_place;
mod names;
mod quoted;
mod scanner;
mod text;
mod utf8;

pub use in_place::{Form, write_out};
use names::{Hashes, Names, Table};
pub use quoted::{Quoted, QuotedList, Unspaced};
use scanner::{Member, Scanner};
pub use text::Text;

/// The bytes are not JSON that this reader accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonError;

/// Why an object was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It is not JSON that this reader accepts.
    Malformed,
    /// It has more members than there is room for.
    TooManyMembers,
}

/// How much a reader takes before it refuses.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Nesting of arrays and objects.
    pub depth: usize,
    /// Values in all.
    pub values: usize,
    /// Member names in all.
    pub names: usize,
    /// Bytes of all names together, as they are written.
    pub name_bytes: usize,
    /// Escapes in all strings together.
    pub escapes: usize,
    /// Whether nested objects must have unique names too. The members of the outermost always must.
    pub unique_everywhere: bool,
}

impl Bounds {
    /// For a token's header and payload.
    pub const TOKEN: Self = Self {
        depth: limits::JSON_DEPTH,
        values: limits::PAYLOAD_VALUES,
        names: limits::PAYLOAD_NAMES,
        name_bytes: limits::PAYLOAD_NAME_BYTES,
        escapes: limits::PAYLOAD_ESCAPES,
        unique_everywhere: true,
    };

    /// For documents: JWK Sets, metadata, configuration.
    pub const DOCUMENT: Self = Self {
        depth: limits::JSON_DEPTH,
        values: limits::DOCUMENT_VALUES,
        names: limits::DOCUMENT_VALUES,
        name_bytes: usize::MAX,
        escapes: usize::MAX,
        unique_everywhere: true,
    };

    /// For text that was accepted before.
    const ACCEPTED: Self = Self {
        depth: limits::JSON_DEPTH,
        values: usize::MAX,
        names: usize::MAX,
        name_bytes: usize::MAX,
        escapes: usize::MAX,
        unique_everywhere: false,
    };

    /// For JSON-RPC bodies, whose arguments are the application's to judge.
    pub const BODY: Self = Self {
        depth: limits::JSON_DEPTH,
        values: limits::BODY_VALUES,
        names: limits::BODY_VALUES,
        name_bytes: usize::MAX,
        escapes: usize::MAX,
        unique_everywhere: false,
    };
}

/// A JSON object with up to `N` members, all of it checked. It notes where they are and reads them on demand.
#[derive(Clone)]
pub struct Object<'a, const N: usize = { limits::OBJECT_MEMBERS }> {
    bytes: &'a [u8],
    /// For what names' hashes end in: one more than the index of the first such member, or of one before it, or 0 where
    /// there is none, as for most names that are asked for and absent.
    first: [u8; SLOTS],
    members: heapless::Vec<Member, N>,
}

impl<'a, const N: usize> Object<'a, N> {
    /// Reads bytes that hold one object and nothing else but white space.
    #[inline(always)] // It is large: so it is made where it stays.
    pub fn parse(bytes: &'a [u8], bounds: Bounds) -> Result<Self, JsonError> {
        Self::parse_as(bytes, bounds, JsonError, |object| object)
    }

    /// The same as a part of something else, or that error: as large as it is, it is moved but once.
    #[inline(always)]
    pub(crate) fn parse_as<T, E>(
        bytes: &'a [u8],
        bounds: Bounds,
        error: E,
        whole: impl FnOnce(Self) -> T,
    ) -> Result<T, E> {
        let mut object = Self::unread(bytes);
        match object.fill::<{ limits::OPEN_NAMES }>(bounds) {
            Ok(()) => Ok(whole(object)),
            Err(_) => Err(error),
        }
    }

    /// Reads the same with room for `OPEN` names of objects that are open at once, half of them in one object: who has
    /// little memory takes less than [`limits::OPEN_NAMES`].
    #[inline(always)]
    pub fn parse_within<const OPEN: usize>(
        bytes: &'a [u8],
        bounds: Bounds,
    ) -> Result<Self, Unread> {
        const { assert!(N <= limits::OBJECT_MEMBERS && OPEN <= limits::OPEN_NAMES) };
        let mut object = Self::unread(bytes);
        match object.fill::<OPEN>(bounds) {
            Ok(()) => Ok(object),
            Err(error) => Err(error),
        }
    }

    /// The object before [`fill`](Self::fill) has read its members: who makes it where it stays moves nothing.
    #[inline(always)]
    pub(crate) const fn unread(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            first: [0; SLOTS],
            members: heapless::Vec::new(),
        }
    }

    /// Reads the members, as [`parse_within`](Self::parse_within) does.
    #[inline(never)]
    pub(crate) fn fill<const OPEN: usize>(&mut self, bounds: Bounds) -> Result<(), Unread> {
        let malformed = |JsonError| Unread::Malformed;
        let (mut hashes, mut places) = (Hashes::<OPEN>::new(), Table::new());
        let names = Names::new(&mut hashes, &mut places, bounds.unique_everywhere);
        let mut scanner = Scanner::new(self.bytes, bounds, names).map_err(malformed)?;
        self.read(&mut scanner)?;
        scanner.end().map_err(malformed)
    }

    fn read<const OPEN: usize>(
        &mut self,
        scanner: &mut Scanner<'a, '_, OPEN>,
    ) -> Result<(), Unread> {
        let mut overflowed = false;
        let raw = scanner.value(&mut |member| {
            let first = &mut self.first[member.hash as usize % SLOTS];
            if *first == 0 {
                *first = u8::try_from(self.members.len() + 1).unwrap_or(u8::MAX);
            }
            let pushed = self.members.push(*member);
            overflowed = pushed.is_err();
            pushed.map_err(|_| JsonError)
        });
        match raw {
            Ok(raw) if raw.starts_with(b"{") => Ok(()),
            Err(JsonError) if overflowed || scanner.overflowed() => Err(Unread::TooManyMembers),
            _ => Err(Unread::Malformed),
        }
    }

    /// The value of a member, `null` included.
    #[inline(always)] // The hash of a name that is known beforehand is then, too.
    pub fn find(&self, name: &str) -> Option<Value<'a>> {
        let hash = names::hash(name) as u32;
        let first = self.first[hash as usize % SLOTS];
        let start = usize::from(first.checked_sub(1)?);
        self.find_hashed(name, hash, start)
    }

    #[inline(never)]
    fn find_hashed(&self, name: &str, hash: u32, start: usize) -> Option<Value<'a>> {
        // Whoever chose the names could have had this hash in mind.
        let is_named = |member: &&Member| member.hash == hash && member.name(self.bytes) == *name;
        let member = self.members.get(start..)?.iter().find(is_named)?;
        Some(member.value(self.bytes))
    }

    /// Every member, in the order written.
    pub fn members(&self) -> impl Iterator<Item = (Text<'a>, Value<'a>)> + '_ {
        self.members
            .iter()
            .map(|member| (member.name(self.bytes), member.value(self.bytes)))
    }
}

/// Kinds of hashes, so many that most members of a usual object are alone.
const SLOTS: usize = 64;

impl<const N: usize> fmt::Debug for Object<'_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Object(..)") // As of `Text`.
    }
}

/// One JSON value. Arrays and objects keep their text and are read further on demand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as written.
    Number(Number<'a>),
    /// A string.
    String(Text<'a>),
    /// An array.
    Array(Array<'a>),
    /// An object.
    Object(Nested<'a>),
}

impl<'a> Value<'a> {
    /// Reads bytes that hold one value and nothing else but white space.
    pub fn parse(bytes: &'a [u8], bounds: Bounds) -> Result<Self, JsonError> {
        let (mut hashes, mut places) = (Hashes::<{ limits::OPEN_NAMES }>::new(), Table::new());
        let names = Names::new(&mut hashes, &mut places, bounds.unique_everywhere);
        let mut scanner = Scanner::new(bytes, bounds, names)?;
        let raw = scanner.value(&mut |_| Ok(()))?;
        scanner.end()?;
        Ok(Self::accepted(raw, raw.contains(&b'\\')))
    }

    /// The value that a scanner has accepted, and whether there is an escape in it.
    fn accepted(raw: &'a [u8], escaped: bool) -> Self {
        match raw.first() {
            Some(b'{') => Self::Object(Nested { raw }),
            Some(b'[') => Self::Array(Array { raw }),
            Some(b'"') => Self::String(Text::new(&raw[1..raw.len() - 1], escaped)),
            Some(b't') => Self::Bool(true),
            Some(b'f') => Self::Bool(false),
            Some(b'n') => Self::Null,
            _ => Self::Number(Number { raw }),
        }
    }

    /// The string, if this is one.
    pub const fn as_text(self) -> Option<Text<'a>> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }
}

/// Displays as it was written.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Number(number) => f.write_str(number.raw()),
            Self::String(text) => write!(f, "\"{}\"", text.raw()),
            Self::Array(array) => f.write_str(text_of(array.raw)),
            Self::Object(object) => f.write_str(object.raw()),
        }
    }
}

/// The text of an array that a scanner has accepted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Array<'a> {
    raw: &'a [u8],
}

impl<'a> Array<'a> {
    /// The text as it was written.
    pub const fn raw(&self) -> &'a str {
        text_of(self.raw)
    }

    /// The elements in order. The text was accepted before, so no element can be an error in practice;
    /// a reader that meets one refuses the whole.
    pub fn elements(&self) -> impl Iterator<Item = Result<Value<'a>, JsonError>> + use<'a> {
        let mut scanner = Scanner::<0>::accepted(self.raw, None);
        let mut more = scanner.enter_array();
        core::iter::from_fn(move || {
            let element = match more {
                Ok(false) => return None,
                Ok(true) => scanner
                    .value(&mut |_| Ok(()))
                    .map(|raw| Value::accepted(raw, raw.contains(&b'\\'))),
                Err(error) => Err(error),
            };
            more = match element {
                Ok(_) => scanner.more(),
                Err(_) => Ok(false),
            };
            Some(element)
        })
    }
}

/// The text of a nested object that a scanner has accepted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nested<'a> {
    raw: &'a [u8],
}

impl<'a> Nested<'a> {
    /// The object with its members.
    pub fn object<const N: usize>(&self) -> Result<Object<'a, N>, JsonError> {
        self.object_within::<N, { limits::OPEN_NAMES }>()
            .map_err(|_| JsonError)
    }

    /// The same within less memory ([`Object::parse_within`]).
    pub fn object_within<const N: usize, const OPEN: usize>(
        &self,
    ) -> Result<Object<'a, N>, Unread> {
        let mut object = Object::unread(self.raw);
        let (mut hashes, mut places) = (Hashes::<OPEN>::new(), Table::new());
        let names = Names::new(&mut hashes, &mut places, false);
        object.read(&mut Scanner::accepted(self.raw, Some(names)))?;
        Ok(object)
    }

    /// The text as it was written.
    pub const fn raw(&self) -> &'a str {
        text_of(self.raw)
    }
}

/// A number as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number<'a> {
    raw: &'a [u8],
}

impl<'a> Number<'a> {
    /// The text as it was written.
    pub const fn raw(&self) -> &'a str {
        text_of(self.raw)
    }

    /// The value rounded up to a whole number; `None` below zero, `u64::MAX` when it is larger.
    ///
    /// For whole `now`, `now >= 12.5` is `now >= 13`, so rounding up loses nothing when times are compared.
    pub fn ceiling(&self) -> Option<u64> {
        if let Some(whole) = whole(self.raw) {
            return Some(whole);
        }
        let raw = self.raw();
        let (mantissa, exponent) = match raw.find(['e', 'E']) {
            Some(at) => (&raw[..at], raw[at + 1..].parse::<i64>().ok()?),
            None => (raw, 0),
        };
        let negative = mantissa.starts_with('-');
        let mantissa = mantissa.trim_start_matches('-');
        let point = mantissa.find('.').unwrap_or(mantissa.len()) as i64 + exponent;
        let mut whole: u64 = 0;
        let mut fraction = false;
        let mut digits = 0;
        for digit in mantissa.bytes().filter(u8::is_ascii_digit) {
            if digits < point {
                whole = whole
                    .saturating_mul(10)
                    .saturating_add(u64::from(digit - b'0'));
            } else {
                fraction |= digit != b'0';
            }
            digits += 1;
        }
        if whole != 0 {
            for _ in digits..point.min(digits + 20) {
                whole = whole.saturating_mul(10);
            }
        }
        let value = whole.saturating_add(u64::from(fraction));
        if negative && value != 0 {
            None
        } else {
            Some(value)
        }
    }
}

/// Digits that no `u64` is too small for.
const SHORT: usize = 19;

/// The number that so few digits stand for, if there is nothing else.
fn whole(raw: &[u8]) -> Option<u64> {
    if raw.len() > SHORT {
        return None;
    }
    let (eights, rest) = raw.as_chunks();
    let mut value = 0;
    for eight in eights {
        value = value * 100_000_000 + eight_digits(*eight)?;
    }
    for byte in rest {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + u64::from(digit);
    }
    Some(value)
}

/// The number that eight digits stand for, if all are digits. Neighbours are put together, then pairs, then fours.
fn eight_digits(bytes: [u8; 8]) -> Option<u64> {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let digits = u64::from_le_bytes(bytes) ^ (ONES * b'0' as u64);
    // What is added makes the highest bit of each byte that is larger than nine.
    let larger = (digits.wrapping_add(ONES * (0x7f - 9)) | digits) & (ONES * 0x80);
    if larger != 0 {
        return None;
    }
    let pairs = (digits * 10 + (digits >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    Some((fours * 10_000 + (fours >> 32)) & 0xffff_ffff)
}

/// A part of a text that a scanner has accepted. Only where it leaves this reader must it be a `str`.
const fn text_of(raw: &[u8]) -> &str {
    match core::str::from_utf8(raw) {
        Ok(text) => text,
        Err(_) => "", // The scanner has seen that it is UTF-8, and parts of it end at ASCII.
    }
}

#[cfg(test)]
mod tests;
