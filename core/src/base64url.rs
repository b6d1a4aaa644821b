//! Strict base64url without padding (RFC 7515 section 2): one text for one byte string, so a token has
//! one spelling.
//!
//! Tokens are public to whoever sends them, so this need not run in constant time, and a table is what makes a
//! flood of large forgeries cheap to refuse.

/// The text is not canonical base64url, or decodes to more than the buffer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Base64UrlError;

/// Bytes that `text` decodes to when it is valid.
pub const fn decoded_len(text: &[u8]) -> usize {
    text.len() / 4 * 3 + (text.len() % 4 * 3) / 4
}

/// Whether all bytes are of the alphabet. Each run of it is moved to the end of the positive signed bytes: one
/// comparison tells it from all else, also where a target compares many bytes at once, but only signed ones.
pub fn is_all_base64url(text: &[u8]) -> bool {
    let last = i8::MAX as u8;
    text.iter().fold(true, |so_far, &byte| {
        let letter = (byte | 0x20).wrapping_add(last - b'z') as i8 > i8::MAX - 26;
        let digit = byte.wrapping_add(last - b'9') as i8 > i8::MAX - 10;
        so_far & (letter | digit | (byte == b'-') | (byte == b'_'))
    })
}

/// Decodes into the front of `buffer`. Refuses padding, blanks, `+`, `/`, a length of 1 modulo 4 and
/// non-zero trailing bits (RFC 4648 section 3.5).
pub fn decode<'b>(text: &[u8], buffer: &'b mut [u8]) -> Result<&'b [u8], Base64UrlError> {
    let decoded = buffer.get_mut(..decoded_len(text)).ok_or(Base64UrlError)?;
    let whole = text.len() / 4;
    let (threes, last) = decoded.split_at_mut(whole * 3);
    let mut seen = 0;
    let (quads, rest) = text.as_chunks::<4>();
    let (pairs, odd) = quads.as_chunks::<2>();
    let (sixes, odd_three) = threes.as_chunks_mut::<6>();
    for (&[one, two], six) in pairs.iter().zip(sixes) {
        let (one, two) = (bits(one), bits(two));
        seen |= one | two;
        let both = u64::from(one) | u64::from(two) << 24;
        let [bytes @ .., _, _] = both.to_le_bytes();
        *six = bytes;
    }
    for (&quad, three) in odd.iter().zip(odd_three.as_chunks_mut::<3>().0) {
        let bits = bits(quad);
        seen |= bits;
        let [bytes @ .., _] = bits.to_le_bytes();
        *three = bytes;
    }
    let mut quad = [b'A'; 4]; // `A` stands for 0.
    quad[..rest.len()].copy_from_slice(rest);
    let bits = bits(quad);
    seen |= bits;
    let bytes = bits.to_le_bytes();
    let (bytes, trailing) = bytes[..3].split_at(last.len());
    last.copy_from_slice(bytes);
    let has_no_byte = rest.len() == 1;
    if seen & INVALID != 0 || has_no_byte || trailing.iter().any(|&byte| byte != 0) {
        return Err(Base64UrlError);
    }
    Ok(decoded)
}

/// The three bytes that four characters stand for, the first one lowest.
fn bits([a, b, c, d]: [u8; 4]) -> u32 {
    let [first, second, third, fourth] = &VALUES;
    first[usize::from(a)] | second[usize::from(b)] | third[usize::from(c)] | fourth[usize::from(d)]
}

/// No three bytes have this bit.
const INVALID: u32 = 1 << 31;

/// The value of each character (RFC 4648 section 5), shifted to where it stands as the first, second, third and fourth
/// of four.
static VALUES: [[u32; 256]; 4] = {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut values = [[INVALID; 256]; 4];
    let mut value = 0;
    while value < alphabet.len() {
        let mut place = 0;
        while place < 4 {
            let bits = (value as u32) << (26 - 6 * place);
            values[place][alphabet[value] as usize] = bits.swap_bytes();
            place += 1;
        }
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
        assert_eq!(decode(b"AQI", &mut buffer), Ok(&[1, 2][..]));
        assert_eq!(decode(b"", &mut buffer), Ok(&[][..]));
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
                decode(refused.as_bytes(), &mut buffer),
                Err(Base64UrlError),
                "{refused:?}"
            );
        }
        assert_eq!(decoded_len(b"AQI"), 2);
    }

    #[test]
    fn the_alphabet_is_told_from_all_else() {
        for character in '\0'..='\u{ff}' {
            let is_of_it = character.is_ascii_alphanumeric() || "-_".contains(character);
            for length in 0..40 {
                let text = std::format!("{}{character}A", "z".repeat(length));
                assert_eq!(is_all_base64url(text.as_bytes()), is_of_it, "{text:?}");
            }
        }
        assert!(is_all_base64url(b""));
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
            assert_eq!(decode(text.as_bytes(), &mut ours).ok(), other, "{text:?}");
        }
    }
}
