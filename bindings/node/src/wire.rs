//! A request as Node has read it off the wire.

use std::borrow::Cow;
use std::ops::Range;

use mcpauth_core as core;
use napi::bindgen_prelude::{Array, Result};
use napi::{Error, JsString};

use crate::raw;

/// The request line and the headers that matter in most requests.
const ROOM: usize = 4096;

/// The bytes of a request line and of those headers that decide something. Node decodes what it reads as latin1, so latin1
/// gives the bytes back.
pub(crate) struct Wire {
    bytes: Vec<u8>,
    method: Range<usize>,
    target: Range<usize>,
    headers: Vec<[Range<usize>; 2]>,
}

impl Wire {
    /// `headers` is name, value, name, value: every header of the request.
    pub(crate) fn new(
        method: JsString<'_>,
        target: JsString<'_>,
        headers: &Array<'_>,
    ) -> Result<Self> {
        let mut bytes = Vec::with_capacity(ROOM);
        let method = appended(method, &mut bytes)?;
        let target = appended(target, &mut bytes)?;
        Self::read(bytes, method, target, headers)
    }

    /// Of a request of which nothing else matters.
    pub(crate) fn of_headers(headers: &Array<'_>) -> Result<Self> {
        Self::read(Vec::with_capacity(ROOM), 0..0, 0..0, headers)
    }

    fn read(
        mut bytes: Vec<u8>,
        method: Range<usize>,
        target: Range<usize>,
        headers: &Array<'_>,
    ) -> Result<Self> {
        let mut read = Vec::with_capacity(8);
        for at in (1..headers.len()).step_by(2) {
            let name = appended(element(headers, at - 1)?, &mut bytes)?;
            if core::request::is_read(&bytes[name.clone()]) {
                read.push([name, appended(element(headers, at)?, &mut bytes)?]);
            } else {
                bytes.truncate(name.start);
            }
        }
        Ok(Self {
            bytes,
            method,
            target,
            headers: read,
        })
    }

    /// What `judge` makes of the request.
    pub(crate) fn judged<T>(
        &self,
        body: Option<&[u8]>,
        judge: impl FnOnce(&core::Request<'_>) -> T,
    ) -> T {
        let bytes = |range: &Range<usize>| &self.bytes[range.clone()];
        let pairs = self.headers.iter();
        let headers: Vec<_> = pairs
            .map(|[name, value]| (bytes(name), bytes(value)))
            .collect();
        judge(&core::Request {
            method: &text(bytes(&self.method)),
            target: &text(bytes(&self.target)),
            headers: &headers,
            body,
        })
    }
}

/// The header lines of a document as latin1 bytes: name, value, name, value.
pub(crate) fn lines(headers: &Array<'_>) -> Result<Vec<Vec<u8>>> {
    (0..headers.len())
        .map(|at| {
            let mut line = Vec::new();
            raw::latin1(element(headers, at)?, &mut line)?;
            Ok(line)
        })
        .collect()
}

/// The same in pairs.
pub(crate) fn pairs(flat: &[Vec<u8>]) -> Vec<(&[u8], &[u8])> {
    flat.chunks_exact(2)
        .map(|pair| (&pair[0][..], &pair[1][..]))
        .collect()
}

fn element<'a>(array: &Array<'a>, at: u32) -> Result<JsString<'a>> {
    let element = array.get(at)?;
    element.ok_or_else(|| Error::from_reason("a header without a value"))
}

fn appended(string: JsString<'_>, bytes: &mut Vec<u8>) -> Result<Range<usize>> {
    let start = bytes.len();
    raw::latin1(string, bytes)?;
    Ok(start..bytes.len())
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}
