//! Writing strings out where they stand: no string is longer than the JSON it is written as.

use super::text::unescape;

/// What accepted JSON text is to be written out as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The inside of one string.
    Text,
    /// The inside of one string: its words, each once, separated by single spaces.
    Words,
    /// An array of strings without spaces, each once, separated by single spaces.
    Array,
}

/// Writes accepted JSON text out at the front of its own bytes, and says how many bytes that takes.
pub fn write_out(bytes: &mut [u8], form: Form) -> usize {
    let (mut from, mut to) = (0, 0);
    let mut is_inside = form != Form::Array;
    let mut is_gap = false;
    while let Some(&byte) = bytes.get(from) {
        from += 1;
        let plain = [byte];
        let mut character = [0; 4];
        let written = match byte {
            b'"' => {
                is_inside = !is_inside;
                is_gap = true;
                continue;
            }
            b' ' if form == Form::Words => {
                is_gap = true;
                continue;
            }
            _ if !is_inside => continue,
            b'\\' => match unescape(&bytes[from..]) {
                None => break, // Never of accepted text.
                Some((meant, length)) => {
                    from += length;
                    meant.encode_utf8(&mut character).as_bytes()
                }
            },
            _ => &plain[..],
        };
        if is_gap && to > 0 {
            bytes[to] = b' ';
            to += 1;
        }
        is_gap = false;
        bytes[to..to + written.len()].copy_from_slice(written);
        to += written.len();
    }
    match form {
        Form::Text => to,
        Form::Words | Form::Array => keep_first(&mut bytes[..to]),
    }
}

/// Of words that are the same keeps the first. How many bytes are left.
fn keep_first(words: &mut [u8]) -> usize {
    let (mut from, mut kept) = (0, 0);
    while from < words.len() {
        let rest = &words[from..];
        let length = rest
            .iter()
            .position(|&byte| byte == b' ')
            .unwrap_or(rest.len());
        let is_new = !words[..kept]
            .split(|&byte| byte == b' ')
            .any(|word| *word == rest[..length]);
        if is_new {
            if kept > 0 {
                words[kept] = b' ';
                kept += 1;
            }
            words.copy_within(from..from + length, kept);
            kept += length;
        }
        from += length + 1;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::String;

    fn written(text: &str, form: Form) -> String {
        let mut bytes = text.as_bytes().to_vec();
        let length = write_out(&mut bytes, form);
        String::from_utf8(bytes[..length].to_vec()).unwrap_or_default()
    }

    #[test]
    fn a_string_is_what_it_means() {
        let escaped = r#" a\"\\\/\n\u0000\u00e9\u20ac\ud83d\ude00é€😀\b "#;
        let text = " a\"\\/\n\0é€😀é€😀\u{8} ";
        assert_eq!(written(escaped, Form::Text), text);
        assert_eq!(written("", Form::Text), "");
    }

    #[test]
    fn words_are_separated_by_one_space() {
        assert_eq!(written("  a  b\\u002Fc ", Form::Words), "a b/c");
        assert_eq!(written("a", Form::Words), "a");
        assert_eq!(written("ab a ab abc a c", Form::Words), "ab a abc c");
        assert_eq!(written("[\"b\",\"b\",\"a\"]", Form::Array), "b a");
        assert_eq!(
            written("[ \"\", \"a\" ,\"b\\\"\",\"\",\"c\"]", Form::Array),
            "a b\" c"
        );
        assert_eq!(written("[]", Form::Array), "");
        // The least room that there can be.
        assert_eq!(written("[\"a\",\"b\"]", Form::Array), "a b");
    }
}
