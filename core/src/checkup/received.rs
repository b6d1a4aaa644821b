//! A reply, kept until everything is known that it is judged by.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::answer::Reply;
use crate::json::{Bounds, Object};

/// What came back for a request.
#[derive(Clone, Debug)]
pub(super) struct Received {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Received {
    /// The reply, unless there was none.
    pub(super) fn new(reply: Reply<'_>) -> Option<Self> {
        let Reply::Document {
            status,
            headers,
            body,
        } = reply
        else {
            return None;
        };
        // One character stands for one byte, as in every header.
        let latin1 = |bytes: &[u8]| {
            bytes
                .iter()
                .map(|&byte| char::from(byte))
                .collect::<String>()
        };
        let headers = headers
            .iter()
            .map(|(name, value)| (latin1(name), latin1(value)))
            .collect();
        Some(Self {
            status,
            headers,
            body: body.to_vec(),
        })
    }

    /// A header's values as one, in the way that clients see them (RFC 9110 section 5.3).
    pub(super) fn header(&self, name: &str) -> Option<String> {
        let values: Vec<&str> = self
            .headers
            .iter()
            .filter(|(one, _)| one.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// Whether a header's list of words holds one, in whatever case.
    pub(super) fn lists(&self, name: &str, word: &str) -> bool {
        self.header(name).is_some_and(|list| {
            list.split(',')
                .any(|one| one.trim().eq_ignore_ascii_case(word))
        })
    }

    /// Whether a page of this origin may read it.
    pub(super) fn is_shared_with(&self, origin: &str) -> bool {
        self.header("access-control-allow-origin")
            .is_some_and(|allowed| allowed == "*" || allowed == origin)
    }

    /// Whether its media type is one of these.
    pub(super) fn is_of_type(&self, types: &[&str]) -> bool {
        let given = self.header("content-type").unwrap_or_default();
        let essence = given.split(';').next().unwrap_or_default().trim();
        types.iter().any(|one| one.eq_ignore_ascii_case(essence))
    }

    /// The object of a document that was served well.
    pub(super) fn document(&self) -> Option<Object<'_>> {
        (self.status == 200)
            .then(|| Object::parse(&self.body, Bounds::DOCUMENT).ok())
            .flatten()
    }

    /// The status, for people.
    pub(super) fn told(&self) -> String {
        format!("status {}", self.status)
    }
}
