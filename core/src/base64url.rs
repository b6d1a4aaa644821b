//! Strict base64url without padding (RFC 7515 section 2): one text for one byte string, so a token has
//! one spelling.
//!
//! Tokens are public to whoever sends them, so this need not run in constant time, and a table is what makes a
//! flood of large forgeries cheap to refuse.

/// The text is not canonical base64url, or decodes to more than the buffer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Base64UrlError;

/// Bytes that `text` decodes to when it is valid.
pub const fn decoded_len(text: &str) -> usize {
    text.len() / 4 * 3 + (text.len() % 4 * 3) / 4
}

/// Whether a byte is of the alphabet.
pub const fn is_base64url(byte: u8) -> bool {
    VALUES[byte as usize] != INVALID
}

/// Decodes into the front of `buffer`. Refuses padding, blanks, `+`, `/`, a length of 1 modulo 4 and
/// non-zero trailing bits (RFC 4648 section 3.5).
pub fn decode<'b>(text: &str, buffer: &'b mut [u8]) -> Result<&'b [u8], Base64UrlError> {
    let decoded = buffer.get_mut(..decoded_len(text)).ok_or(Base64UrlError)?;
    let (quads, rest) = text.as_bytes().as_chunks::<4>();
    let (threes, last) = decoded.split_at_mut(quads.len() * 3);
    let mut seen = 0;
    for (quad, three) in quads.iter().zip(threes.as_chunks_mut::<3>().0) {
        let [a, b, c, d] = quad.map(|byte| VALUES[usize::from(byte)]);
        seen |= a | b | c | d;
        *three = [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d];
    }
    let [a, b, c] = [0, 1, 2].map(|at| rest.get(at).map_or(0, |&byte| VALUES[usize::from(byte)]));
    seen |= a | b | c;
    let trailing_bits = match last {
        [] => rest.len(), // A single character holds no whole byte.
        [one] => {
            *one = a << 2 | b >> 4;
            usize::from(b & 0x0f)
        }
        two => {
            two.copy_from_slice(&[a << 2 | b >> 4, b << 4 | c >> 2]);
            usize::from(c & 0x03)
        }
    };
    if seen & INVALID != 0 || trailing_bits != 0 {
        return Err(Base64UrlError);
    }
    Ok(decoded)
}

/// No value has this bit.
const INVALID: u8 = 0x80;

/// The value of each character (RFC 4648 section 5).
static VALUES: [u8; 256] = {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut values = [INVALID; 256];
    let mut value = 0;
    while value < alphabet.len() {
        values[alphabet[value] as usize] = value as u8;
        value += 1;
    }
    values
};

#[cfg(test)]
mod tests {
    use super::*;
    use base64ct::{Base64UrlUnpadded, Encoding};
    use std::string::String;

    #[test]
    fn each_byte_string_has_one_text() {
        let mut buffer = [0; 4];
        assert_eq!(decode("AQI", &mut buffer), Ok(&[1, 2][..]));
        assert_eq!(decode("", &mut buffer), Ok(&[][..]));
        for refused in [
            "AQI=",
            "AQJ",
            "AR",
            "AQ I",
            "AQ\n",
            "A",
            "AQIDB",
            "+/+/",
            "AQIDBAU",
            "AQI\u{e9}",
        ] {
            assert_eq!(
                decode(refused, &mut buffer),
                Err(Base64UrlError),
                "{refused:?}"
            );
        }
        assert_eq!(decoded_len("AQI"), 2);
    }

    /// Every text of up to three characters out of a telling alphabet, and many longer ones, as another decoder
    /// reads them.
    #[test]
    fn another_decoder_reads_the_same() {
        let telling = ['A', 'Q', 'g', 'w', '8', '_', '-', '=', '+', '.', '\u{7f}'];
        let mut texts: std::vec::Vec<String> = std::vec![String::new()];
        for start in 0..4000 {
            let text = texts[start].clone();
            texts.extend(telling.iter().map(|next| std::format!("{text}{next}")));
        }
        let (mut ours, mut theirs) = ([0; 64], [0; 64]);
        for text in texts {
            let other = Base64UrlUnpadded::decode(&text, &mut theirs).ok();
            assert_eq!(decode(&text, &mut ours).ok(), other, "{text:?}");
        }
    }
}
