//! The one pass over the bytes.

use super::cursor::Cursor;
use super::names::{Hasher, Names};
use super::{Bounds, JsonError};
use crate::limits;

/// Walks over JSON text, checking all of it. Nesting lives in a bounded array, not on the call stack.
pub(super) struct Scanner<'a> {
    text: &'a str,
    cursor: Cursor<'a>,
    /// What may still come.
    bounds: Bounds,
    open: heapless::Vec<Open, { limits::JSON_DEPTH }>,
    names: Names,
}

/// An array or object that has begun.
#[derive(Clone, Copy)]
struct Open {
    closing: u8,
    first_name: usize,
}

/// A member of an object: where in the scanner's text its name is, without the quotes, and its value.
#[derive(Clone, Copy)]
pub(super) struct Member {
    pub(super) name: Span,
    pub(super) value: Span,
    /// The hash of what the name means.
    pub(super) hash: u64,
}

impl Member {
    const NONE: Self = Self {
        name: Span { start: 0, end: 0 },
        value: Span { start: 0, end: 0 },
        hash: 0,
    };
}

/// A part of a text. Small, for objects hold many.
#[derive(Clone, Copy)]
pub(super) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// The part itself.
    pub(super) fn of(self, text: &str) -> &str {
        &text[self.start as usize..self.end as usize]
    }
}

impl<'a> Scanner<'a> {
    /// Starts on bytes from outside.
    pub(super) fn new(bytes: &'a [u8], bounds: Bounds) -> Result<Self, JsonError> {
        if u32::try_from(bytes.len()).is_err() {
            return Err(JsonError);
        }
        let text = core::str::from_utf8(bytes).map_err(|_| JsonError)?;
        Ok(Self::on(text, bounds))
    }

    /// Starts on text that another scanner has accepted.
    pub(super) const fn accepted(text: &'a str) -> Self {
        Self::on(text, Bounds::ACCEPTED)
    }

    const fn on(text: &'a str, bounds: Bounds) -> Self {
        Self {
            text,
            cursor: Cursor::new(text.as_bytes(), bounds.escapes),
            bounds,
            open: heapless::Vec::new(),
            names: Names::new(),
        }
    }

    /// The text that is scanned.
    pub(super) const fn text(&self) -> &'a str {
        self.text
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
        tell: &mut dyn FnMut(Member) -> Result<(), JsonError>,
    ) -> Result<&'a str, JsonError> {
        let outside = self.open.len();
        let mut cursor = self.cursor;
        cursor.peek();
        let start = cursor.at;
        let mut closing = 0; // What closes the innermost array or object.
        let mut member = Member::NONE;
        loop {
            self.bounds.values = self.bounds.values.checked_sub(1).ok_or(JsonError)?;
            let first = cursor.take()?;
            if self.open.len() == outside + 1 {
                member.value.start = cursor.at as u32 - 1;
            }
            let mut is_whole = true;
            match first {
                b'"' => cursor.string(|_, _| ())?,
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
                    return Ok(&self.text[start..cursor.at]);
                }
                if closing == b'}' && self.open.len() == outside + 1 {
                    member.value.end = cursor.at as u32;
                    tell(member)?;
                }
                match cursor.take()? {
                    b',' => is_whole = false,
                    byte => closing = self.close(byte)?,
                }
            }
            if closing == b'}' {
                let (name, hash) = self.name(&mut cursor)?;
                if self.open.len() == outside + 1 {
                    (member.name, member.hash) = (name, hash);
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
        if self.bounds.unique_everywhere || self.open.len() == 1 {
            let first = self.open.last().map_or(0, |object| object.first_name);
            self.names.push(first, hash)?;
        }
        Ok((Span { start, end }, hash))
    }

    /// Behind an opening bracket: what will close it.
    fn open(&mut self, bracket: u8) -> Result<u8, JsonError> {
        if self.open.len() == self.bounds.depth {
            return Err(JsonError);
        }
        let closing = bracket + 2; // In ASCII, of both kinds.
        let first_name = self.names.len();
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
            Some(open) if open.closing == closing => self.names.close(open.first_name),
            _ => return Err(JsonError),
        }
        Ok(self.open.last().map_or(0, |open| open.closing))
    }
}
