//! The compact serialization of a JWS (RFC 7515 section 7.1), split and nothing more.

use crate::base64url::is_all_base64url;
use crate::error::Code;
use crate::limits;

/// A token in three parts, none of them empty.
#[derive(Clone, Copy)]
pub struct Compact<'a> {
    token: &'a str,
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
}

impl<'a> Compact<'a> {
    /// Splits a token. Refuses an empty part, and any count of parts but three, five of them (a JWE) with a code of
    /// its own. What is not base64url (RFC 8725bis 3.14) is refused in the signature here, and where header and
    /// payload are decoded.
    pub fn split(token: &'a str) -> Result<Self, Code> {
        if token.len() > limits::TOKEN_BYTES {
            return Err(Code::TokenTooLarge);
        }
        match dots(token) {
            2 => {}
            4 => return Err(Code::EncryptedToken),
            _ => return Err(Code::MalformedToken),
        }
        let (header, rest) = token.split_once('.').unwrap_or_default();
        let (payload, signature) = rest.rsplit_once('.').unwrap_or_default();
        if header.is_empty() || payload.is_empty() || signature.is_empty() {
            return Err(Code::MalformedToken);
        }
        // The other two are decoded before anything comes of them, the signature only when a key was found.
        if !is_all_base64url(signature) {
            return Err(Code::MalformedToken);
        }
        if header.len() > limits::HEADER_BYTES {
            return Err(Code::TokenTooLarge);
        }
        Ok(Self {
            token,
            header,
            payload,
            signature,
        })
    }

    /// The encoded header.
    pub const fn header(&self) -> &'a str {
        self.header
    }

    /// The encoded payload.
    pub const fn payload(&self) -> &'a str {
        self.payload
    }

    /// The encoded signature.
    pub const fn signature(&self) -> &'a str {
        self.signature
    }

    /// What the signature covers: header, dot, payload, as they were sent.
    pub fn signing_input(&self) -> &'a [u8] {
        &self.token.as_bytes()[..self.header.len() + 1 + self.payload.len()]
    }
}

/// How many dots there are, counted in pieces for which a byte suffices: so the compiler takes many bytes at once.
fn dots(token: &str) -> usize {
    let count = |piece: &[u8]| {
        piece
            .iter()
            .fold(0, |count, &byte| count + u8::from(byte == b'.'))
    };
    let pieces = token.as_bytes().chunks(128);
    pieces.map(|piece| usize::from(count(piece))).sum()
}
