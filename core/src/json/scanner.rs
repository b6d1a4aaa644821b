//! The one pass over the bytes.

use super::cursor::Cursor;
use super::names::{Hasher, Names};
use super::utf8::is_utf8;
use super::{Bounds, JsonError, Text, Value};
use crate::limits;

/// Walks over JSON text, checking all of it. Nesting lives in a bounded array, not on the call stack. Up to `OPEN` names of
/// objects that are open at once are kept, and half as many of one object.
pub(super) struct Scanner<'a, 'n, const OPEN: usize> {
    bytes: &'a [u8],
    cursor: Cursor<'a>,
    /// What may still come.
    bounds: Bounds,
    open: heapless::Vec<Open, { limits::JSON_DEPTH }>,
    /// Without them nothing is said about duplicates.
    names: Option<Names<'n, OPEN>>,
}

/// An array or object that has begun.
#[derive(Clone, Copy)]
struct Open {
    closing: u8,
    first_name: usize,
}

/// A member of an object: where in the scanned bytes its name is, without the quotes, and its value.
#[derive(Clone, Copy)]
pub(super) struct Member {
    name: Span,
    value: Span,
    /// What the hash of the name's meaning ends in.
    pub(super) hash: u32,
    /// Whether there are escapes in the name, and in the value.
    is_escaped: [bool; 2],
}

impl Member {
    const NONE: Self = Self {
        name: Span { start: 0, end: 0 },
        value: Span { start: 0, end: 0 },
        hash: 0,
        is_escaped: [false; 2],
    };

    /// The name, out of the bytes that were scanned.
    pub(super) fn name<'a>(&self, bytes: &'a [u8]) -> Text<'a> {
        Text::new(self.name.of(bytes), self.is_escaped[0])
    }

    /// The value, out of the bytes that were scanned.
    pub(super) fn value<'a>(&self, bytes: &'a [u8]) -> Value<'a> {
        Value::accepted(self.value.of(bytes), self.is_escaped[1])
    }
}

/// A part of a text. Small, for objects hold many.
#[derive(Clone, Copy)]
struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// The part itself.
    fn of(self, bytes: &[u8]) -> &[u8] {
        &bytes[self.start as usize..self.end as usize]
    }
}

impl<'a, 'n, const OPEN: usize> Scanner<'a, 'n, OPEN> {
    /// Starts on bytes from outside.
    pub(super) fn new(
        bytes: &'a [u8],
        bounds: Bounds,
        names: Names<'n, OPEN>,
    ) -> Result<Self, JsonError> {
        if u32::try_from(bytes.len()).is_err() || !is_utf8(bytes) {
            return Err(JsonError);
        }
        Ok(Self::on(bytes, bounds, Some(names)))
    }

    /// Starts on bytes that another scanner has accepted, though maybe with the same name twice in an inner object.
    pub(super) const fn accepted(bytes: &'a [u8], names: Option<Names<'n, OPEN>>) -> Self {
        Self::on(bytes, Bounds::ACCEPTED, names)
    }

    const fn on(bytes: &'a [u8], bounds: Bounds, names: Option<Names<'n, OPEN>>) -> Self {
        Self {
            bytes,
            cursor: Cursor::new(bytes, bounds.escapes),
            bounds,
            open: heapless::Vec::new(),
            names,
        }
    }

    /// Whether a name was refused because there was no room for it.
    pub(super) fn overflowed(&self) -> bool {
        self.names.as_ref().is_some_and(|names| names.overflowed)
    }

    /// Goes into the array that must come next. Whether it holds anything.
    pub(super) fn enter_array(&mut self) -> Result<bool, JsonError> {
        self.cursor.expect(b'[')?;
        let closing = self.open(b'[')?;
        if self.cursor.peek() == Some(closing) {
            return self.more();
        }
        Ok(true)
    }

    /// After an element: whether another one follows in the array that was entered, which is else closed.
    pub(super) fn more(&mut self) -> Result<bool, JsonError> {
        match self.cursor.take()? {
            b',' => Ok(true),
            closing => self.close(closing).map(|_| false),
        }
    }

    /// Accepts the end of the text.
    pub(super) fn end(&mut self) -> Result<(), JsonError> {
        match self.cursor.peek() {
            None => Ok(()),
            Some(_) => Err(JsonError),
        }
    }

    /// Takes one value with everything inside it. Of an object, though of none inside it, each member is told.
    pub(super) fn value(
        &mut self,
        tell: &mut dyn FnMut(&Member) -> Result<(), JsonError>,
    ) -> Result<&'a [u8], JsonError> {
        let outside = self.open.len();
        let mut cursor = self.cursor;
        cursor.peek();
        let start = cursor.at;
        let mut closing = 0; // What closes the innermost array or object.
        let mut member = Member::NONE;
        let mut escapes = cursor.escapes; // As many were left before the member's value.
        loop {
            self.bounds.values = self.bounds.values.checked_sub(1).ok_or(JsonError)?;
            let first = cursor.take()?;
            if self.open.len() == outside + 1 {
                member.value.start = cursor.at as u32 - 1;
                escapes = cursor.escapes;
            }
            let mut is_whole = true;
            match first {
                b'"' => cursor.skip_string()?,
                bracket @ (b'{' | b'[') => {
                    closing = self.open(bracket)?;
                    is_whole = cursor.peek() == Some(closing);
                    if is_whole {
                        cursor.at += 1;
                        closing = self.close(closing)?;
                    }
                }
                b't' => cursor.literal(b"rue")?,
                b'f' => cursor.literal(b"alse")?,
                b'n' => cursor.literal(b"ull")?,
                first => cursor.number(first)?,
            }
            while is_whole {
                if self.open.len() == outside {
                    self.cursor = cursor;
                    return Ok(&self.bytes[start..cursor.at]);
                }
                if closing == b'}' && self.open.len() == outside + 1 {
                    member.value.end = cursor.at as u32;
                    member.is_escaped[1] = cursor.escapes != escapes;
                    tell(&member)?;
                }
                match cursor.take()? {
                    b',' => is_whole = false,
                    byte => closing = self.close(byte)?,
                }
            }
            if closing == b'}' {
                let escapes = cursor.escapes;
                let (name, hash) = self.name(&mut cursor)?;
                if self.open.len() == outside + 1 {
                    (member.name, member.hash) = (name, hash as u32);
                    member.is_escaped[0] = cursor.escapes != escapes;
                }
            }
        }
    }

    /// Takes a name and its colon. Where the name is, and its hash.
    #[inline(always)]
    fn name(&mut self, cursor: &mut Cursor<'a>) -> Result<(Span, u64), JsonError> {
        self.bounds.names = self.bounds.names.checked_sub(1).ok_or(JsonError)?;
        cursor.expect(b'"')?;
        let start = cursor.at as u32;
        let mut hasher = Hasher::new();
        let mut name = cursor.up_to(self.bounds.name_bytes);
        name.string(|bytes, count| hasher.write(bytes, count))?;
        cursor.go_on_from(name);
        let end = cursor.at as u32 - 1;
        self.bounds.name_bytes -= (end - start) as usize;
        cursor.expect(b':')?;
        let hash = hasher.finish();
        if let Some(names) = &mut self.names
            && (names.everywhere || self.open.len() == 1)
        {
            let first = self.open.last().map_or(0, |object| object.first_name);
            names.push(first, hash)?;
        }
        Ok((Span { start, end }, hash))
    }

    /// Behind an opening bracket: what will close it.
    fn open(&mut self, bracket: u8) -> Result<u8, JsonError> {
        if self.open.len() == self.bounds.depth {
            return Err(JsonError);
        }
        let closing = bracket + 2; // In ASCII, of both kinds.
        let first_name = self.names.as_ref().map_or(0, |names| names.len());
        let open = Open {
            closing,
            first_name,
        };
        self.open.push(open).map_err(|_| JsonError)?;
        Ok(closing)
    }

    /// Behind a closing bracket, which must be that of the innermost array or object: what will close the one around it.
    fn close(&mut self, closing: u8) -> Result<u8, JsonError> {
        match self.open.pop() {
            Some(open) if open.closing == closing => {
                // Nothing is named behind the outermost.
                if let Some(names) = &mut self.names
                    && !self.open.is_empty()
                {
                    names.close(open.first_name);
                }
            }
            _ => return Err(JsonError),
        }
        Ok(self.open.last().map_or(0, |open| open.closing))
    }
}
