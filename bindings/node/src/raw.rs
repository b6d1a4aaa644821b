//! Text of JavaScript, read straight into a buffer of ours. napi's own `JsString` makes a vector for each string, after
//! it has asked for the length of each.

use std::ffi::c_char;

use napi::bindgen_prelude::{JsValue, Result};
use napi::{JsString, check_status, sys};

/// What a string is most likely to fit into, in characters.
const ROOM: usize = 256;

/// Appends the characters of a string as latin1 bytes, which gives back the bytes of whatever Node has read off the wire.
pub(crate) fn latin1(string: JsString<'_>, into: &mut Vec<u8>) -> Result<()> {
    append(string, into, |env, value, place, room, written| {
        // SAFETY: as `append` promises; a `c_char` is a byte.
        unsafe {
            sys::napi_get_value_string_latin1(env, value, place.cast::<c_char>(), room, written)
        }
    })
}

/// A text, of which room for `room` characters will do for most. What is no character becomes U+FFFD. Nearly always it is
/// ASCII, and Node writes UTF-16 much faster than UTF-8, or than it counts the bytes of that.
pub(crate) fn text(string: JsString<'_>, room: usize) -> Result<String> {
    let mut units: Vec<u16> = Vec::with_capacity(room);
    append(string, &mut units, |env, value, place, room, written| {
        // SAFETY: as `append` promises.
        unsafe { sys::napi_get_value_string_utf16(env, value, place, room, written) }
    })?;
    if units.iter().fold(0, |all, &unit| all | unit) < 0x80 {
        let ascii: Vec<u8> = units.iter().map(|&unit| unit as u8).collect();
        if let Ok(text) = String::from_utf8(ascii) {
            return Ok(text);
        }
    }
    Ok(String::from_utf16_lossy(&units))
}

/// How Node writes a string: into so many places from the first on, the last of them for a NUL, and how many it has written
/// before that.
type Write<T> = fn(sys::napi_env, sys::napi_value, *mut T, usize, *mut usize) -> sys::napi_status;

/// Promises to the function that its environment and value are alive and that all places may be written.
fn append<T>(string: JsString<'_>, into: &mut Vec<T>, write: Write<T>) -> Result<()> {
    let value = string.value();
    into.reserve(ROOM);
    loop {
        let spare = into.spare_capacity_mut();
        let (room, mut written) = (spare.len(), 0);
        // `string` holds its environment, and a value that is alive for the call that gave it to us.
        let status = write(
            value.env,
            value.value,
            spare.as_mut_ptr().cast(),
            room,
            &mut written,
        );
        check_status!(status)?;
        // Where the last place was needed, there may be more to come.
        if written + 1 < room {
            // SAFETY: Node has written that many, and there was room for them.
            unsafe { into.set_len(into.len() + written) };
            return Ok(());
        }
        into.reserve(2 * room);
    }
}
