//! Whether bytes are UTF-8 (RFC 3629), found out for many bytes at once.
//!
//! A validator that goes from character to character guesses wrong where each is of another width, and whoever sends
//! 16 KiB chooses the widths. Here every byte is judged by itself and the three before it, without a branch, so a
//! compiler judges as many at once as the target has lanes. The rules are those of Keiser and Lemire, "Validating UTF-8
//! In Less Than One Instruction Per Byte" (2021), written as comparisons, because no safe code looks up lanes in a table.

/// Bytes that are judged between two looks at whether there is anything but ASCII.
const BLOCK: usize = 64;

/// Bytes before the one that is judged.
const BEFORE: usize = 3;

/// Whether all of it is UTF-8.
pub(super) fn is_utf8(bytes: &[u8]) -> bool {
    let mut window = [0; BEFORE + BLOCK];
    let start = &bytes[..bytes.len().min(BLOCK)];
    window[BEFORE..][..start.len()].copy_from_slice(start);
    if bytes.len() < BLOCK {
        return is_good_block(&window);
    }
    if !is_good_block(&window) {
        return false;
    }
    // From here on there is something before each block.
    let mut rest = &bytes[BLOCK - BEFORE..];
    while let Some(next) = rest.first_chunk() {
        if !is_good_block(next) {
            return false;
        }
        rest = &rest[BLOCK..];
    }
    // The zeros behind the end are no continuation of a character that was cut off.
    window = [0; BEFORE + BLOCK];
    window[..rest.len()].copy_from_slice(rest);
    is_good_block(&window)
}

/// Whether the bytes behind the first three may stand behind what is before each.
#[inline(always)]
fn is_good_block(window: &[u8; BEFORE + BLOCK]) -> bool {
    let (before, block) = window.split_at(BEFORE);
    if block.is_ascii() && before.is_ascii() {
        return true;
    }
    let mut wrong = 0;
    for at in 0..BLOCK {
        let [third, second, first, byte] = [0, 1, 2, 3].map(|back| window[at + back]);
        wrong |= wrong_byte(third, second, first, byte);
    }
    wrong == 0
}

/// Not zero where a byte may not stand behind the one before it, the second and the third before it.
#[inline(always)]
fn wrong_byte(third: u8, second: u8, first: u8, byte: u8) -> u8 {
    // A continuation stands behind 0xc0.. and one byte behind 0xe0.., two behind 0xf0.., and nowhere else.
    let is_due =
        first.saturating_sub(0xbf) | second.saturating_sub(0xdf) | third.saturating_sub(0xef);
    let is_continuation = (byte as i8) < -0x40;
    let misplaced = when((is_due != 0) != is_continuation, 0xff);
    // What 0xc0 and 0xc1 begin could be written shorter, and what 0xf5.. begin lies behind the last character.
    let never = when(byte & 0xfe == 0xc0, 0xff) | byte.saturating_sub(0xf4);
    // So could what these two begin with a small second byte.
    let least = when(first == 0xe0, 0xa0) | when(first == 0xf0, 0x90);
    // With a large one these two begin a surrogate and what lies behind the last character.
    let above_most = when(first == 0xed, 0x60) | when(first == 0xf4, 0x70);
    misplaced | never | least.saturating_sub(byte) | byte.saturating_sub(!above_most)
}

/// The bits, where the condition holds.
#[inline(always)]
const fn when(condition: bool, bits: u8) -> u8 {
    (condition as u8).wrapping_neg() & bits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same_as_the_standard_library(bytes: &[u8]) {
        assert_eq!(is_utf8(bytes), str::from_utf8(bytes).is_ok(), "{bytes:x?}");
    }

    /// Every two bytes, with what may and may not follow.
    #[test]
    fn every_sequence_is_judged_as_the_standard_library_does() {
        let edges = [0x7f, 0x80, 0xbf, 0xc0];
        for first in 0..=0xff {
            for second in 0..=0xff {
                same_as_the_standard_library(&[first, second]);
                for third in edges {
                    same_as_the_standard_library(&[first, second, third]);
                    if first >= 0xe0 && second >= 0x80 {
                        for fourth in edges {
                            same_as_the_standard_library(&[first, second, third, fourth]);
                        }
                    }
                }
            }
            same_as_the_standard_library(&[first]);
        }
    }

    /// Every length up to three blocks, every byte at every place, and characters across every place.
    #[test]
    fn every_place_is_judged() {
        let characters = ["a", "\u{e9}", "\u{20ac}", "\u{1f600}"];
        for length in 0..=135 {
            let ascii = std::vec![b'a'; length];
            assert!(is_utf8(&ascii));
            for at in 0..length {
                for character in characters {
                    let mut text = ascii.clone();
                    let end = length.min(at + character.len());
                    text[at..end].copy_from_slice(&character.as_bytes()[..end - at]);
                    same_as_the_standard_library(&text);
                    for other in [0x00, 0x7f, 0x80, 0xbf, 0xc0, 0xc3, 0xed, 0xf0, 0xf4, 0xff] {
                        let mut text = text.clone();
                        text[at] = other;
                        same_as_the_standard_library(&text);
                    }
                }
            }
        }
        for byte in 0..=0xff {
            for at in 0..70 {
                let mut text = std::vec![b'a'; 70];
                text[at] = byte;
                same_as_the_standard_library(&text);
            }
        }
    }

    /// Good texts of characters of all widths, and each with one byte changed.
    #[test]
    fn texts_of_all_widths_are_judged() {
        let mut random = 0x2545_f491_4f6c_dd1d_u64;
        let mut next = move || {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random
        };
        for _ in 0..5_000 {
            let mut text = std::string::String::new();
            while text.len() < 180 {
                let bits = [7, 11, 16, 21][next() as usize % 4];
                text.extend(char::from_u32(next() as u32 % (1 << bits)));
            }
            let mut bytes = text.into_bytes();
            let length = next() as usize % bytes.len();
            bytes.truncate(length);
            same_as_the_standard_library(&bytes);
            if length > 0 {
                bytes[next() as usize % length] = next() as u8;
                same_as_the_standard_library(&bytes);
            }
        }
    }
}
