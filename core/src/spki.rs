//! A public key as X.509 writes it: DER of SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).
//!
//! DER has one encoding for each value (X.690 section 10), and all that differs between two keys of one kind is the key
//! itself. So what comes before it is known to the byte, and comparing it is the strictest way to read it.

use crate::algorithm::KeyKind;

/// A kind of key, what stands before the key, and the bytes of the key.
const FORMS: [(KeyKind, &[u8], usize); 3] = [
    // RFC 5480 section 2.1.1: id-ecPublicKey with the curve's name, and section 2.2: an uncompressed point.
    (
        KeyKind::P256,
        b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00",
        65,
    ),
    (
        KeyKind::P384,
        b"\x30\x76\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22\x03\x62\x00",
        97,
    ),
    // RFC 8410 sections 3 and 4: id-Ed25519 without parameters.
    (
        KeyKind::Ed25519,
        b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00",
        32,
    ),
];

/// Why a key was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpkiError {
    /// It is no DER of a SubjectPublicKeyInfo, or another length than its kind has.
    Malformed,
    /// A key of another kind, or a point that is written in another form.
    UnknownKind,
}

/// The kind of a key and its bytes: an uncompressed point (SEC 1 section 2.3.3), or those of Ed25519 (RFC 8032 section
/// 5.1.5). Whether they are a key at all, `PortableKey::from_bytes` tells.
pub fn read(der: &[u8]) -> Result<(KeyKind, &[u8]), SpkiError> {
    let known = FORMS.iter().find_map(|&(kind, before, length)| {
        let key = der.strip_prefix(before)?;
        (key.len() == length).then_some((kind, key))
    });
    known.ok_or_else(|| {
        let is_known = FORMS.iter().any(|(_, before, _)| der.starts_with(before));
        if is_whole_sequence(der) && !is_known {
            SpkiError::UnknownKind
        } else {
            SpkiError::Malformed
        }
    })
}

/// Whether the bytes are one DER sequence and nothing else (X.690 sections 8.1.3 and 10.1), whatever it holds.
fn is_whole_sequence(der: &[u8]) -> bool {
    let length = match *der {
        [0x30, short, ..] if short < 0x80 => Some((2, usize::from(short))),
        [0x30, 0x81, one, ..] if one >= 0x80 => Some((3, usize::from(one))),
        [0x30, 0x82, high, low, ..] if high > 0 => {
            Some((4, usize::from(u16::from_be_bytes([high, low]))))
        }
        _ => None,
    };
    length.is_some_and(|(before, length)| der.len() == before + length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn der(of: usize) -> Vec<u8> {
        let (_, before, length) = FORMS[of];
        let mut der = before.to_vec();
        der.extend((0..length).map(|byte| byte as u8));
        der
    }

    #[test]
    fn each_kind_is_read_and_its_parts_agree_on_their_lengths() {
        for (at, &(kind, before, length)) in FORMS.iter().enumerate() {
            let der = der(at);
            assert_eq!(read(&der), Ok((kind, &der[before.len()..])));
            assert_eq!(der.len() - before.len(), length);
            assert!(is_whole_sequence(&der));
            assert_eq!(usize::from(before[before.len() - 2]), length + 1); // The bit string.
        }
    }

    #[test]
    fn no_other_byte_is_taken_for_the_same_key() {
        for (at, &(_, before, _)) in FORMS.iter().enumerate() {
            for place in 0..before.len() {
                let mut changed = der(at);
                changed[place] ^= 1;
                assert!(read(&changed).is_err(), "byte {place}");
            }
            let (mut long, mut short) = (der(at), der(at));
            long.push(0);
            short.pop();
            assert_eq!(read(&long), Err(SpkiError::Malformed));
            assert_eq!(read(&short), Err(SpkiError::Malformed));
        }
        assert_eq!(read(b""), Err(SpkiError::Malformed));
        assert_eq!(read(b"\x30\x00"), Err(SpkiError::UnknownKind));
        assert_eq!(read(b"\x30\x81\x01\x00"), Err(SpkiError::Malformed)); // Not the shortest length.
        let mut rsa = std::vec![0; 300];
        rsa[..4].copy_from_slice(b"\x30\x82\x01\x28");
        assert_eq!(read(&rsa), Err(SpkiError::UnknownKind));
    }
}
