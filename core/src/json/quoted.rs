//! Writing a string as JSON.

use core::fmt::{self, Write};

/// Displays as a JSON string, quotes included (RFC 8259 section 7). Nothing is escaped that need not be.
#[derive(Clone, Copy)]
pub struct Quoted<'a>(pub &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for character in self.0.chars() {
            match character {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                control if control < ' ' => write!(f, "\\u{:04x}", u32::from(control))?,
                plain => f.write_char(plain)?,
            }
        }
        f.write_char('"')
    }
}

/// Displays as an accepted JSON text without the white space between its tokens.
#[derive(Clone, Copy)]
pub struct Unspaced<'a>(pub &'a str);

impl fmt::Display for Unspaced<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut in_string, mut is_escaped) = (false, false);
        for character in self.0.chars() {
            if in_string || !matches!(character, ' ' | '\t' | '\r' | '\n') {
                f.write_char(character)?;
            }
            in_string ^= character == '"' && !is_escaped;
            is_escaped = in_string && character == '\\' && !is_escaped;
        }
        Ok(())
    }
}

/// Displays as a JSON array of strings.
#[derive(Clone, Copy)]
pub struct QuotedList<'a, S>(pub &'a [S]);

impl<S: AsRef<str>> fmt::Display for QuotedList<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('[')?;
        for (index, text) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_char(',')?;
            }
            Quoted(text.as_ref()).fmt(f)?;
        }
        f.write_char(']')
    }
}
