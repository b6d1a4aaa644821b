//! Strict base64url without padding (RFC 7515 section 2): one text for one byte string, so a token has
//! one spelling.

use base64ct::{Base64UrlUnpadded, Encoding};

/// The text is not canonical base64url, or decodes to more than the buffer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Base64UrlError;

/// Bytes that `text` decodes to when it is valid.
pub const fn decoded_len(text: &str) -> usize {
    text.len() / 4 * 3 + (text.len() % 4 * 3) / 4
}

/// Decodes into the front of `buffer`. Refuses padding, blanks, `+`, `/`, a length of 1 modulo 4 and
/// non-zero trailing bits (RFC 4648 section 3.5).
pub fn decode<'b>(text: &str, buffer: &'b mut [u8]) -> Result<&'b [u8], Base64UrlError> {
    Base64UrlUnpadded::decode(text, buffer).map_err(|_| Base64UrlError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_string_has_one_text() {
        let mut buffer = [0; 4];
        assert_eq!(decode("AQI", &mut buffer), Ok(&[1, 2][..]));
        for refused in [
            "AQI=", "AQJ", "AQ I", "AQ\n", "A", "AQIDB", "+/+/", "AQIDBAU",
        ] {
            assert_eq!(
                decode(refused, &mut buffer),
                Err(Base64UrlError),
                "{refused:?}"
            );
        }
        assert_eq!(decoded_len("AQI"), 2);
    }
}
