//! The compact serialization of a JWS (RFC 7515 section 7.1), split and nothing more.

use crate::base64url::{decode, decoded_len, is_all_base64url};
use crate::credentials::token68;
use crate::error::Code;
use crate::limits;

/// A token in three parts, none of them empty.
#[derive(Clone, Copy)]
pub struct Compact<'a> {
    token: &'a [u8],
    header: &'a [u8],
    payload: &'a [u8],
    signature: &'a [u8],
}

impl<'a> Compact<'a> {
    /// Splits a token. Refuses an empty part, and any count of parts but three, five of them (a JWE) with a code of
    /// its own. What is not base64url (RFC 8725bis 3.14) is refused in the signature here, and where header and
    /// payload are decoded.
    pub fn split(token: &'a str) -> Result<Self, Code> {
        if token.len() > limits::TOKEN_BYTES {
            return Err(Code::TokenTooLarge);
        }
        let token = token.as_bytes();
        match dots(token) {
            2 => {}
            4 => return Err(Code::EncryptedToken),
            _ => return Err(Code::MalformedToken),
        }
        let found = Self::between_dots(token).ok_or(Code::MalformedToken)?;
        // The other two are decoded before anything comes of them, the signature only when a key was found.
        if !is_all_base64url(found.signature) {
            return Err(Code::MalformedToken);
        }
        if found.header.len() > limits::HEADER_BYTES {
            return Err(Code::TokenTooLarge);
        }
        Ok(found)
    }

    /// What is before the first dot, between it and the last, and behind that, if there is something everywhere.
    fn between_dots(token: &'a [u8]) -> Option<Self> {
        let (header, rest) = token.split_at_checked(first_dot(token)?)?;
        let rest = &rest[1..];
        let (payload, signature) = rest.split_at_checked(last_dot(rest)?)?;
        let signature = &signature[1..];
        let is_whole = !header.is_empty() && !payload.is_empty() && !signature.is_empty();
        is_whole.then_some(Self {
            token,
            header,
            payload,
            signature,
        })
    }

    /// The encoded header.
    pub const fn header(&self) -> &'a [u8] {
        self.header
    }

    /// The encoded payload.
    pub const fn payload(&self) -> &'a [u8] {
        self.payload
    }

    /// The encoded signature.
    pub const fn signature(&self) -> &'a [u8] {
        self.signature
    }

    /// What the signature covers: header, dot, payload, as they were sent.
    pub fn signing_input(&self) -> &'a [u8] {
        &self.token[..self.header.len() + 1 + self.payload.len()]
    }
}

/// What stands behind `Bearer`, taken for a token in three parts: it is one as soon as they are decoded.
///
/// What decodes is base64url, so in a good token no byte is looked at for nothing. Where something is wrong, all is looked
/// at again, to say the same as [`token68`] and [`Compact::split`] would.
#[derive(Clone, Copy)]
pub struct Parts<'a> {
    unchecked: Compact<'a>,
}

impl<'a> Parts<'a> {
    /// Takes apart what [`bearer`](crate::credentials::bearer) has found.
    pub fn split(bearer: &'a [u8]) -> Result<Self, Code> {
        let is_small = |found: &Compact<'_>| found.header.len() <= limits::HEADER_BYTES;
        let found = (bearer.len() <= limits::TOKEN_BYTES).then(|| Compact::between_dots(bearer));
        match found.flatten().filter(is_small) {
            Some(unchecked) => Ok(Self { unchecked }),
            None => Err(fault(bearer, Code::MalformedToken)),
        }
    }

    /// Bytes that header and payload decode to.
    pub const fn decoded_len(&self) -> usize {
        decoded_len(self.unchecked.header) + decoded_len(self.unchecked.payload)
    }

    /// Decodes header and payload, in this order, into the front of `buffer`. A buffer that is too small for them is
    /// [`Code::TokenTooLarge`].
    pub fn decode<'b>(
        self,
        buffer: &'b mut [u8],
    ) -> Result<(Compact<'a>, &'b [u8], &'b [u8]), Code> {
        let jws = self.unchecked;
        let Some(buffer) = buffer.get_mut(..self.decoded_len()) else {
            return Err(fault(jws.token, Code::TokenTooLarge));
        };
        let (header, payload) = buffer.split_at_mut(decoded_len(jws.header));
        match (decode(jws.header, header), decode(jws.payload, payload)) {
            (Ok(header), Ok(payload)) if is_all_base64url(jws.signature) => {
                Ok((jws, header, payload))
            }
            _ => Err(fault(jws.token, Code::MalformedToken)),
        }
    }
}

/// What is wrong with the form, or that code.
#[cold]
fn fault(bearer: &[u8], otherwise: Code) -> Code {
    let split = token68(bearer).and_then(Compact::split);
    split.err().unwrap_or(otherwise)
}

/// How many dots there are, counted in pieces for which a byte suffices: so the compiler takes many bytes at once.
fn dots(token: &[u8]) -> usize {
    let count = |piece: &[u8]| {
        piece
            .iter()
            .fold(0, |count, &byte| count + u8::from(byte == b'.'))
    };
    let pieces = token.chunks(128);
    pieces.map(|piece| usize::from(count(piece))).sum()
}

/// Where the first dot is. Many bytes are passed over at once.
fn first_dot(token: &[u8]) -> Option<usize> {
    let (blocks, _) = token.as_chunks();
    let blocks = blocks.iter().take_while(|block| !has_dot(block)).count();
    let start = blocks * BLOCK;
    let found = token[start..].iter().position(|&byte| byte == b'.')?;
    Some(start + found)
}

/// Where the last dot is.
fn last_dot(token: &[u8]) -> Option<usize> {
    let (_, blocks) = token.as_rchunks();
    let blocks = blocks.iter().rev().take_while(|block| !has_dot(block));
    let end = token.len() - blocks.count() * BLOCK;
    token[..end].iter().rposition(|&byte| byte == b'.')
}

fn has_dot(block: &[u8; BLOCK]) -> bool {
    block
        .iter()
        .fold(false, |so_far, &byte| so_far | (byte == b'.'))
}

const BLOCK: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_found_wherever_they_are() {
        for length in 0..100 {
            let mut token = std::vec![b'a'; length];
            assert_eq!((first_dot(&token), last_dot(&token)), (None, None));
            for one in 0..length {
                token[one] = b'.';
                for two in one..length {
                    token[two] = b'.';
                    let found = (first_dot(&token), last_dot(&token));
                    assert_eq!(found, (Some(one), Some(two)));
                    token[two] = b'a';
                    token[one] = b'.';
                }
                token[one] = b'a';
            }
        }
    }

    /// Every text of up to seven telling characters: what is said of it is what was to be said before anything is decoded.
    #[test]
    fn parts_are_refused_as_the_whole_is() {
        let telling = b"AQB.=~\xc3";
        let mut texts = std::vec![std::vec![]];
        for start in 0..150_000 {
            let text: std::vec::Vec<u8> = texts[start].clone();
            texts.extend(telling.iter().map(|&next| [&text[..], &[next]].concat()));
            if texts.len() > 400_000 {
                break;
            }
        }
        for size in [0, 4, 64] {
            for text in &texts {
                let (mut one, mut two) = ([0; 64], [0; 64]);
                let ours = Parts::split(text).and_then(|parts| parts.decode(&mut one[..size]));
                let ours = ours.map(|(jws, header, payload)| (jws.signature, header, payload));
                assert_eq!(ours, in_steps(text, &mut two[..size]), "{text:?}");
            }
        }
    }

    #[test]
    fn parts_are_refused_by_their_size_as_the_whole_is() {
        for (header, payload, last) in [
            (limits::HEADER_BYTES, 4, "AQ"),
            (limits::HEADER_BYTES + 1, 4, "AQ"),
            (limits::HEADER_BYTES + 4, 4, "AQ"),
            (limits::HEADER_BYTES + 4, 4, "AQ~"),
            (limits::HEADER_BYTES + 4, 4, "AQ!"),
            (4, limits::TOKEN_BYTES - 8, "AQ"),
            (4, limits::TOKEN_BYTES - 7, "AQ"),
            (4, limits::TOKEN_BYTES, "AQ"),
            (4, limits::TOKEN_BYTES, "AQ="),
            (4, limits::TOKEN_BYTES, "AQ!"),
        ] {
            let (header, payload) = ("A".repeat(header), "A".repeat(payload));
            let text = std::format!("{header}.{payload}.{last}");
            let (mut one, mut two) = ([0; limits::TOKEN_BYTES], [0; limits::TOKEN_BYTES]);
            let ours = Parts::split(text.as_bytes()).and_then(|parts| parts.decode(&mut one));
            let ours = ours.map(|(jws, header, payload)| (jws.signature, header, payload));
            assert_eq!(ours, in_steps(text.as_bytes(), &mut two), "{}", text.len());
        }
    }

    type Read<'a> = Result<(&'a [u8], &'a [u8], &'a [u8]), Code>;

    fn in_steps<'a>(bearer: &'a [u8], buffer: &'a mut [u8]) -> Read<'a> {
        let jws = Compact::split(token68(bearer)?)?;
        let lengths = [jws.header, jws.payload].map(decoded_len);
        let (header, rest) = buffer
            .split_at_mut_checked(lengths[0])
            .ok_or(Code::TokenTooLarge)?;
        let payload = rest.get_mut(..lengths[1]).ok_or(Code::TokenTooLarge)?;
        let malformed = |_| Code::MalformedToken;
        let header = decode(jws.header, header).map_err(malformed)?;
        let payload = decode(jws.payload, payload).map_err(malformed)?;
        Ok((jws.signature, header, payload))
    }
}
