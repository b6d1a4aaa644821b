//! The one bearer token of a request (RFC 6750 section 2.1, RFC 9110 section 11.4).

use crate::error::Code;
use crate::request::Request;

/// The token of the request's only `Authorization` header. Tokens in a query or a body are never read
/// (OAuth 2.1 section 5.1).
pub fn bearer_token<'a>(request: &Request<'a>) -> Result<&'a str, Code> {
    token68(bearer(request)?)
}

/// What stands behind `Bearer` in the request's only `Authorization` header, whatever that is: [`token68`] says what is
/// wrong with it, or the parts of a JWS ([`jws`](super::jws)), where it is decoded anyway.
pub fn bearer<'a>(request: &Request<'a>) -> Result<&'a [u8], Code> {
    let mut values = request.values("authorization");
    let value = values.next().unwrap_or_default();
    if values.next().is_some() {
        return Err(Code::MultipleCredentials);
    }
    if value.is_empty() {
        return Err(Code::MissingAuthorization);
    }
    let scheme_end = value
        .iter()
        .position(|&byte| byte == b' ')
        .unwrap_or(value.len());
    let (scheme, rest) = value.split_at(scheme_end);
    if !scheme.eq_ignore_ascii_case(b"bearer") {
        return Err(Code::UnsupportedScheme);
    }
    let spaces = rest.iter().take_while(|&&byte| byte == b' ').count();
    Ok(&rest[spaces..])
}

/// The token that stands there.
pub fn token68(bytes: &[u8]) -> Result<&str, Code> {
    match core::str::from_utf8(bytes) {
        Ok("") => Err(Code::MissingToken),
        Ok(token) if is_token68(bytes) => Ok(token),
        _ => Err(Code::MalformedCredentials),
    }
}

/// `token68 = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="`
fn is_token68(text: &[u8]) -> bool {
    let padding = text.iter().rev().take_while(|&&byte| byte == b'=').count();
    let body = &text[..text.len() - padding];
    // Every token is walked over here: without an early exit inside a chunk the compiler takes many bytes at once.
    let is_allowed = |chunk: &[u8]| {
        chunk
            .iter()
            .fold(true, |so_far, &byte| so_far & is_token68_byte(byte))
    };
    !body.is_empty() && body.chunks(64).all(is_allowed)
}

/// A character that may stand before the padding. Each run is moved to the end of the positive signed bytes: one
/// comparison tells it from all else, also where a target compares many bytes at once, but only signed ones.
const fn is_token68_byte(byte: u8) -> bool {
    let last = i8::MAX as u8;
    let letter = (byte | 0x20).wrapping_add(last - b'z') as i8 > i8::MAX - 26;
    let from_dash_to_nine = byte.wrapping_add(last - b'9') as i8 > i8::MAX - 13; // "-", ".", "/" and the digits.
    letter | from_dash_to_nine | (byte == b'_') | (byte == b'~') | (byte == b'+')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token68_is_the_grammar_byte_by_byte() {
        for byte in 0..=u8::MAX {
            let expected = byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
            assert_eq!(is_token68_byte(byte), expected, "{byte:#x}");
        }
        assert!(
            is_token68(b"a==") && !is_token68(b"==") && !is_token68(b"a=a") && !is_token68(b"")
        );
    }
}
