//! The encodings of a message that a signature must give back: EMSA-PKCS1-v1_5 and EMSA-PSS (RFC 8017 section 9). They
//! are as long as the modulus, so at least 256 bytes; two of the longest hash and what goes with them need 194.

use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::limits;

/// Bytes of the longest encoding.
pub(super) const LONGEST: usize = limits::RSA_MODULUS_BITS.end().div_ceil(8);

/// The hashes of RSA signatures (RFC 7518 sections 3.3 and 3.5).
pub(super) trait Hash: Digest {
    /// The end of its object identifier, 2.16.840.1.101.3.4.2.x (RFC 8017 appendix B.1)
    const LAST_ARC: u8;
}

impl Hash for Sha256 {
    const LAST_ARC: u8 = 1;
}

impl Hash for Sha384 {
    const LAST_ARC: u8 = 2;
}

impl Hash for Sha512 {
    const LAST_ARC: u8 = 3;
}

/// Whether these bytes are the encoding of a message by EMSA-PKCS1-v1_5. There is only one, so it is made and compared
/// whole (RFC 8017 section 8.2.2); nothing is parsed.
pub(super) fn is_pkcs1<H: Hash>(encoded: &[u8], message: &[u8]) -> bool {
    is_pkcs1_of(encoded, H::LAST_ARC, &H::digest(message))
}

fn is_pkcs1_of(encoded: &[u8], last_arc: u8, hash: &[u8]) -> bool {
    let length = hash.len() as u8;
    // RFC 8017 section 9.2, note 1: the parameters are NULL.
    #[rustfmt::skip]
    let digest_info = [
        0x30, 17 + length, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, last_arc, 5, 0, 4, length,
    ];
    let mut buffer = [0xff; LONGEST];
    let expected = &mut buffer[..encoded.len()];
    let (rest, end) = expected.split_at_mut(encoded.len() - hash.len());
    end.copy_from_slice(hash);
    let (padding, end) = rest.split_at_mut(rest.len() - digest_info.len());
    end.copy_from_slice(&digest_info);
    padding[..2].copy_from_slice(&[0, 1]);
    padding[padding.len() - 1] = 0;
    expected == encoded
}

/// Whether these bytes, which are changed, are an encoding of a message by EMSA-PSS, with MGF1 of the same hash and a
/// salt as long as the hash (RFC 7518 section 3.5). The steps are those of RFC 8017 section 9.1.2.
pub(super) fn is_pss<H: Hash>(encoded: &mut [u8], modulus_bits: usize, message: &[u8]) -> bool {
    let hash_length = <H as Digest>::output_size();
    // The encoding has a bit less than the modulus, and maybe a byte less.
    let bits = modulus_bits - 1;
    let (surplus, encoded) = encoded.split_at_mut(encoded.len() - bits.div_ceil(8));
    let Some((&mut 0xbc, rest)) = encoded.split_last_mut() else {
        return false;
    };
    let (masked, hash) = rest.split_at_mut(rest.len() - hash_length);
    let unused = (0xff00_u16 >> ((8 - bits % 8) % 8)) as u8;
    if surplus.iter().any(|&byte| byte != 0) || masked[0] & unused != 0 {
        return false;
    }
    // RFC 8017 appendix B.2.1
    for (counter, chunk) in (0_u32..).zip(masked.chunks_mut(hash_length)) {
        let mask = H::new_with_prefix(&hash)
            .chain_update(counter.to_be_bytes())
            .finalize();
        for (byte, mask) in chunk.iter_mut().zip(mask) {
            *byte ^= mask;
        }
    }
    masked[0] &= !unused;
    let (padding, salt) = masked.split_at(masked.len() - hash_length);
    let Some((1, zeros)) = padding.split_last() else {
        return false;
    };
    let again = H::new_with_prefix([0; 8])
        .chain_update(H::digest(message))
        .chain_update(salt)
        .finalize();
    zeros.iter().all(|&byte| byte == 0) && again[..] == *hash
}
