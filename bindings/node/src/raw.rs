//! Text of JavaScript, read straight into a buffer of ours. napi's own `JsString` makes a vector for each string, after
//! it has asked for the length of each.

use std::string::FromUtf8Error;

use napi::bindgen_prelude::{JsValue, Result};
use napi::{JsString, check_status, sys};

/// What a string is most likely to fit into, in bytes.
const ROOM: usize = 256;

/// The most bytes that a character takes and the NUL behind the text: where fewer are left, there may be more to come.
const MARGIN: usize = 5;

/// Appends the characters of a string as latin1 bytes, which gives back the bytes of whatever Node has read off the wire.
pub(crate) fn latin1(string: JsString<'_>, into: &mut Vec<u8>) -> Result<()> {
    append(string, into, Encoding::Latin1)
}

/// A text, of which `room` bytes will do for most. Nearly always it is ASCII, which Node writes much faster as latin1; what is
/// no character becomes U+FFFD.
pub(crate) fn text(string: JsString<'_>, room: usize) -> Result<String> {
    let mut bytes = Vec::with_capacity(room);
    append(string, &mut bytes, Encoding::Latin1)?;
    // A character beyond ASCII is more bytes in UTF-8, and in latin1 always one.
    if string.utf8_len()? != bytes.len() {
        bytes.clear();
        append(string, &mut bytes, Encoding::Utf8)?;
    }
    let lossy = |error: FromUtf8Error| String::from_utf8_lossy(error.as_bytes()).into_owned();
    Ok(String::from_utf8(bytes).unwrap_or_else(lossy))
}

#[derive(Clone, Copy)]
enum Encoding {
    Latin1,
    Utf8,
}

fn append(string: JsString<'_>, into: &mut Vec<u8>, encoding: Encoding) -> Result<()> {
    let value = string.value();
    into.reserve(ROOM);
    loop {
        let spare = into.spare_capacity_mut();
        let (room, mut written) = (spare.len(), 0);
        let bytes = spare.as_mut_ptr().cast();
        // SAFETY: `string` holds its environment and a value that is alive for the call that gave it to us; Node writes at
        // most `room` bytes, which are there to be written.
        let status = unsafe {
            match encoding {
                Encoding::Latin1 => sys::napi_get_value_string_latin1(
                    value.env,
                    value.value,
                    bytes,
                    room,
                    &mut written,
                ),
                Encoding::Utf8 => sys::napi_get_value_string_utf8(
                    value.env,
                    value.value,
                    bytes,
                    room,
                    &mut written,
                ),
            }
        };
        check_status!(status)?;
        if written + MARGIN <= room {
            // SAFETY: Node has written that many bytes, and there was room for them.
            unsafe { into.set_len(into.len() + written) };
            return Ok(());
        }
        into.reserve(2 * room);
    }
}
