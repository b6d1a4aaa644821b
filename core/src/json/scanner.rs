//! The one pass over the bytes.

use super::{Array, Bounds, JsonError, Nested, Number, Text, Value};
use crate::limits;

/// Walks over JSON text, checking all of it. Nesting lives in a bounded array, not on the call stack.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    values: usize,
    named: usize,
    bounds: Bounds,
    /// Names of the objects that are open, innermost last.
    names: heapless::Vec<Text<'a>, { limits::OPEN_NAMES }>,
    /// Their hashes, in the same order.
    hashes: heapless::Vec<u32, { limits::OPEN_NAMES }>,
    open: heapless::Vec<Open, { limits::JSON_DEPTH }>,
}

/// An array or object inside the value that is being read.
#[derive(Clone, Copy)]
struct Open {
    is_object: bool,
    first_name: usize,
}

impl<'a> Scanner<'a> {
    /// Starts on bytes from outside.
    pub(super) fn new(bytes: &'a [u8], bounds: Bounds) -> Result<Self, JsonError> {
        let text = core::str::from_utf8(bytes).map_err(|_| JsonError)?;
        Ok(Self {
            bounds,
            ..Self::accepted(text)
        })
    }

    /// Starts on text that another scanner has accepted.
    pub(super) const fn accepted(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            values: 0,
            named: 0,
            bounds: Bounds::ACCEPTED,
            names: heapless::Vec::new(),
            hashes: heapless::Vec::new(),
            open: heapless::Vec::new(),
        }
    }

    /// Takes an opening bracket.
    pub(super) fn open(&mut self, bracket: u8) -> Result<(), JsonError> {
        self.skip_space();
        self.take(bracket)
    }

    /// Takes a closing bracket if it comes next.
    pub(super) fn closes(&mut self, bracket: u8) -> bool {
        self.skip_space();
        self.take(bracket).is_ok()
    }

    /// Takes the comma between two members or elements.
    pub(super) fn comma(&mut self) -> Result<(), JsonError> {
        self.skip_space();
        self.take(b',')
    }

    /// Takes a member's name and its colon.
    pub(super) fn name(&mut self) -> Result<Text<'a>, JsonError> {
        self.named += 1;
        if self.named > self.bounds.names {
            return Err(JsonError);
        }
        self.skip_space();
        let name = self.string()?;
        self.skip_space();
        self.take(b':')?;
        Ok(name)
    }

    /// Accepts the end of the text.
    pub(super) fn end(&mut self) -> Result<(), JsonError> {
        self.skip_space();
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(JsonError),
        }
    }

    /// Takes one value with everything inside it.
    pub(super) fn value(&mut self) -> Result<Value<'a>, JsonError> {
        self.skip_space();
        let start = self.at;
        loop {
            self.skip_space();
            match self.scalar_or_open()? {
                Some(scalar) if self.open.is_empty() => return Ok(scalar),
                Some(_) => {}
                None if self.closes_innermost() => {}
                None => {
                    self.member_name()?;
                    continue;
                }
            }
            while !self.open.is_empty() && self.closes_innermost() {}
            if self.open.is_empty() {
                return Ok(self.container(start));
            }
            self.comma()?;
            self.member_name()?;
        }
    }

    /// Takes a scalar whole, or the opening bracket of a container.
    fn scalar_or_open(&mut self) -> Result<Option<Value<'a>>, JsonError> {
        self.values += 1;
        if self.values > self.bounds.values {
            return Err(JsonError);
        }
        match self.peek().ok_or(JsonError)? {
            bracket @ (b'{' | b'[') => {
                self.at += 1;
                let is_object = bracket == b'{';
                let first_name = self.names.len();
                if self.open.len() + 1 >= self.bounds.depth {
                    return Err(JsonError);
                }
                self.open
                    .push(Open {
                        is_object,
                        first_name,
                    })
                    .map_err(|_| JsonError)?;
                Ok(None)
            }
            b'"' => self.string().map(|text| Some(Value::String(text))),
            b't' => self.literal("true", Value::Bool(true)),
            b'f' => self.literal("false", Value::Bool(false)),
            b'n' => self.literal("null", Value::Null),
            _ => self.number().map(|number| Some(Value::Number(number))),
        }
    }

    /// Takes the closing bracket of the innermost container if it comes next.
    fn closes_innermost(&mut self) -> bool {
        let Some(open) = self.open.last().copied() else {
            return false;
        };
        let closes = self.closes(if open.is_object { b'}' } else { b']' });
        if closes {
            self.names.truncate(open.first_name);
            self.hashes.truncate(open.first_name);
            self.open.pop();
        }
        closes
    }

    /// Takes a member's name if the innermost container is an object.
    fn member_name(&mut self) -> Result<(), JsonError> {
        let Some(Open {
            is_object: true,
            first_name,
        }) = self.open.last().copied()
        else {
            return Ok(());
        };
        let name = self.name()?;
        if self.bounds.unique_everywhere {
            let hash = name.hash();
            let (siblings, hashes) = (&self.names[first_name..], &self.hashes[first_name..]);
            let is_duplicate = hashes.contains(&hash) && siblings.contains(&name);
            if siblings.len() == limits::OBJECT_MEMBERS || is_duplicate {
                return Err(JsonError);
            }
            self.hashes.push(hash).map_err(|_| JsonError)?;
            self.names.push(name).map_err(|_| JsonError)?;
        }
        Ok(())
    }

    fn container(&self, start: usize) -> Value<'a> {
        let raw = &self.text[start..self.at];
        if raw.starts_with('{') {
            Value::Object(Nested { raw })
        } else {
            Value::Array(Array { raw })
        }
    }

    fn string(&mut self) -> Result<Text<'a>, JsonError> {
        self.take(b'"')?;
        let start = self.at;
        let mut escaped = false;
        loop {
            self.skip_plain();
            let byte = self.peek().ok_or(JsonError)?;
            self.at += 1;
            match byte {
                b'"' => return Ok(Text::new(&self.text[start..self.at - 1], escaped)),
                b'\\' => {
                    escaped = true;
                    self.escape()?;
                }
                0..=0x1f => return Err(JsonError),
                _ => {}
            }
        }
    }

    /// Passes over characters that mean themselves: one by one, and in a long run many at once.
    fn skip_plain(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let short = rest.len().min(16);
        let mut plain = rest[..short]
            .iter()
            .take_while(|&&byte| PLAIN[usize::from(byte)])
            .count();
        if plain == 16 {
            let is_special = |byte: u8| (byte < 0x20) | (byte == b'"') | (byte == b'\\');
            let (chunks, _) = rest[16..].as_chunks::<16>();
            let is_plain = |chunk: &&[u8; 16]| {
                !chunk
                    .iter()
                    .fold(false, |so_far, &byte| so_far | is_special(byte))
            };
            plain += 16 * chunks.iter().take_while(is_plain).count();
        }
        self.at += plain;
    }

    fn escape(&mut self) -> Result<(), JsonError> {
        let byte = self.peek().ok_or(JsonError)?;
        self.at += 1;
        match byte {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(()),
            b'u' => match self.hex4()? {
                0xd800..=0xdbff => {
                    self.take(b'\\')?;
                    self.take(b'u')?;
                    match self.hex4()? {
                        0xdc00..=0xdfff => Ok(()),
                        _ => Err(JsonError),
                    }
                }
                0xdc00..=0xdfff => Err(JsonError),
                _ => Ok(()),
            },
            _ => Err(JsonError),
        }
    }

    fn hex4(&mut self) -> Result<u16, JsonError> {
        let digits = self
            .text
            .as_bytes()
            .get(self.at..self.at + 4)
            .ok_or(JsonError)?;
        let mut unit = 0;
        for &digit in digits {
            let value = char::from(digit).to_digit(16).ok_or(JsonError)?;
            unit = unit * 16 + value as u16;
        }
        self.at += 4;
        Ok(unit)
    }

    /// RFC 8259 section 6.
    fn number(&mut self) -> Result<Number<'a>, JsonError> {
        let start = self.at;
        let _ = self.take(b'-');
        let whole_digits = if self.take(b'0').is_ok() {
            0
        } else {
            self.digits()? as i64
        };
        if self.take(b'.').is_ok() {
            self.digits()?;
        }
        if self.take(b'e').is_ok() || self.take(b'E').is_ok() {
            let mantissa = start..self.at - 1;
            let sign = if self.take(b'-').is_ok() { -1 } else { 1 };
            if sign == 1 {
                let _ = self.take(b'+');
            }
            let start = self.at;
            if self.digits()? > limits::EXPONENT_DIGITS {
                return Err(JsonError);
            }
            let exponent: i64 = self.text[start..self.at].parse().map_err(|_| JsonError)?;
            self.check_magnitude(mantissa, whole_digits + sign * exponent)?;
        }
        if self.at - start > limits::NUMBER_BYTES {
            return Err(JsonError);
        }
        Ok(Number {
            raw: &self.text[start..self.at],
        })
    }

    /// Other languages read 1e400 as infinity, or as something else again.
    fn check_magnitude(
        &self,
        mantissa: core::ops::Range<usize>,
        whole_digits: i64,
    ) -> Result<(), JsonError> {
        let digits = self.text.as_bytes()[mantissa]
            .iter()
            .filter(|byte| byte.is_ascii_digit());
        let is_below = digits.lt(limits::NUMBER_TOO_LARGE);
        match whole_digits.cmp(&limits::NUMBER_WHOLE_DIGITS) {
            core::cmp::Ordering::Greater => Err(JsonError),
            core::cmp::Ordering::Equal if !is_below => Err(JsonError),
            _ => Ok(()),
        }
    }

    fn digits(&mut self) -> Result<usize, JsonError> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        match self.at - start {
            0 => Err(JsonError),
            count => Ok(count),
        }
    }

    fn literal(&mut self, word: &str, value: Value<'a>) -> Result<Option<Value<'a>>, JsonError> {
        if !self.text[self.at..].starts_with(word) {
            return Err(JsonError);
        }
        self.at += word.len();
        Ok(Some(value))
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, expected: u8) -> Result<(), JsonError> {
        match self.peek() {
            Some(byte) if byte == expected => {
                self.at += 1;
                Ok(())
            }
            _ => Err(JsonError),
        }
    }
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
