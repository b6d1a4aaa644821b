//! Who may read our answers from a browser (Fetch standard, CORS protocol), and which origins may ask at all.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::answer::Response;
use crate::error::Code;
use crate::event::Event;
use crate::request::{Request, is_token_byte};

/// What an answer of ours says about being shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sharing<'r> {
    /// Nothing: the application says it.
    Unsaid,
    /// Any origin may read it.
    Any,
    /// The origin that asked may read it, being on the list.
    With(&'r str),
    /// Origins are listed, and none asked.
    Listed,
}

impl<'r> Sharing<'r> {
    /// Judges the `Origin` of a request. Present and not listed means refused (MCP, Streamable HTTP: Security
    /// Warning), whether or not we speak CORS.
    pub(crate) fn of(
        request: &Request<'r>,
        cors: bool,
        allowed: Option<&[String]>,
    ) -> Result<Self, Code> {
        let sharing = match (allowed, request.values("origin").next()) {
            (None, _) => Self::Any,
            (Some(_), None) => Self::Listed,
            (Some(allowed), Some(_)) => match request.value("origin") {
                Some(origin) if allowed.iter().any(|one| one == origin) => Self::With(origin),
                _ => return Err(Code::OriginNotAllowed),
            },
        };
        Ok(if cors { sharing } else { Self::Unsaid })
    }

    /// Adds what an answer of ours says.
    pub(crate) fn add_to(self, headers: &mut Vec<(&'static str, String)>) {
        self.add_origin(headers);
        if matches!(self, Self::Any | Self::With(_)) {
            headers.push((
                "Access-Control-Expose-Headers",
                "WWW-Authenticate".to_owned(),
            ));
        }
    }

    fn add_origin(self, headers: &mut Vec<(&'static str, String)>) {
        match self {
            Self::Unsaid => {}
            Self::Any => headers.push(("Access-Control-Allow-Origin", "*".to_owned())),
            Self::With(origin) => {
                headers.push(("Access-Control-Allow-Origin", origin.to_owned()));
                headers.push(("Vary", "Origin".to_owned()));
            }
            Self::Listed => headers.push(("Vary", "Origin".to_owned())),
        }
    }

    /// The answer to a preflight. What was asked for is repeated when it is made of tokens, so that nothing else
    /// gets into our headers.
    pub(crate) fn preflight(self, request: &Request<'_>, methods: &str) -> Response {
        let mut headers = vec![];
        self.add_origin(&mut headers);
        headers.push(("Access-Control-Allow-Methods", methods.to_owned()));
        let is_token_list = |text: &&str| {
            text.bytes()
                .all(|byte| is_token_byte(byte) || b", ".contains(&byte))
        };
        if let Some(asked) = request
            .value("access-control-request-headers")
            .filter(is_token_list)
        {
            headers.push(("Access-Control-Allow-Headers", asked.to_owned()));
        }
        headers.push(("Access-Control-Max-Age", "600".to_owned()));
        Response {
            status: 204,
            headers,
            body: Vec::new(),
            code: None,
            cause: None,
            event: Event::default(),
            problem: None,
        }
    }
}
