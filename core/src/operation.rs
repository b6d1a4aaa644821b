//! Which MCP operations a request asks for: the JSON-RPC method, and the tool, prompt or resource it names.

use base64ct::{Base64, Encoding};

use crate::error::Code;
use crate::json::{Array, Bounds, JsonError, Nested, Object, Text, Value};
use crate::limits;
use crate::request::Request;

/// One JSON-RPC request or notification.
#[derive(Clone, Copy, Debug)]
pub struct Operation<'a> {
    /// `method`, such as `tools/call`.
    pub method: Text<'a>,
    /// `params.name`, or `params.uri` for a method of resources.
    pub name: Option<Name<'a>>,
    /// The revision of the protocol that `params._meta` declares.
    revision: Option<Text<'a>>,
}

/// The tool, prompt or resource that an operation names.
#[derive(Clone, Copy, Debug)]
pub enum Name<'a> {
    /// As it stands in the body.
    Body(Text<'a>),
    /// As it stands in `Mcp-Name`: plain, or `=?base64?...?=` around its UTF-8 bytes.
    Header(&'a str),
}

impl Name<'_> {
    /// Compares with a name, by what it means.
    pub fn is(&self, name: &str) -> bool {
        match self {
            Self::Body(text) => *text == *name,
            Self::Header(value) => is_header_for(value, Text::plain(name)),
        }
    }

    /// The name itself. A header that is no encoding of a name stands for no name of ours, and is given as it is.
    #[cfg(feature = "alloc")]
    pub fn to_owned(&self) -> alloc::string::String {
        match self {
            Self::Body(text) => text.to_owned(),
            Self::Header(value) => encoded_name(value)
                .and_then(decoded)
                .unwrap_or_else(|| (*value).into()),
        }
    }
}

impl<'a> Operation<'a> {
    /// The operation of this method on a tool, prompt or resource of this name.
    pub const fn named(method: &'a str, name: &'a str) -> Self {
        Self {
            method: Text::plain(method),
            name: Some(Name::Body(Text::plain(name))),
            revision: None,
        }
    }
}

/// A body that is a JSON-RPC message or a batch of them (batches exist in the revision 2025-03-26 only).
#[derive(Clone, Copy, Debug)]
pub enum Messages<'a> {
    /// One message.
    One(Nested<'a>),
    /// A batch.
    Batch(Array<'a>),
}

impl<'a> Messages<'a> {
    /// Reads a body. Names must be unique where the operation is read from; what lies deeper is the
    /// application's.
    pub fn parse(body: &'a [u8]) -> Result<Self, Code> {
        if body.len() > limits::BODY_BYTES {
            return Err(Code::BodyTooLarge);
        }
        match Value::parse(body, Bounds::BODY) {
            Ok(Value::Object(message)) => Ok(Self::One(message)),
            Ok(Value::Array(batch)) if (1..=limits::BATCH).contains(&batch.elements().count()) => {
                Ok(Self::Batch(batch))
            }
            _ => Err(Code::MalformedBody),
        }
    }

    /// The operations, in order. A message without a method, the answer to a request of ours, is none.
    pub fn operations(&self) -> impl Iterator<Item = Result<Operation<'a>, Code>> + use<'a> {
        let (one, batch) = match self {
            Self::One(message) => (Some(Ok(Value::Object(*message))), None),
            Self::Batch(batch) => (None, Some(batch.elements())),
        };
        let messages = one.into_iter().chain(batch.into_iter().flatten());
        messages.filter_map(|message| {
            operation(message)
                .map_err(|JsonError| Code::MalformedBody)
                .transpose()
        })
    }

    /// The `id` of one message, to be repeated in its answer; `null` where there is none to repeat
    /// (JSON-RPC 2.0 section 5).
    pub fn id(&self) -> Value<'a> {
        let Self::One(message) = self else {
            return Value::Null;
        };
        let message = message.object::<{ limits::HEADER_MEMBERS }>();
        match message.as_ref().map(|message| message.find("id")) {
            Ok(Some(id @ (Value::Number(_) | Value::String(_)))) => id,
            _ => Value::Null,
        }
    }

    /// Compares with the `Mcp-Method` and `Mcp-Name` headers (MCP 2026-07-28, Streamable HTTP, Server
    /// Validation): they must agree where they stand, and must stand from that revision on.
    pub fn check_headers(&self, request: &Request<'_>) -> Result<(), Code> {
        let headers = OperationHeaders::read(request)?;
        let mut operations = self.operations();
        let operation = match (operations.next().transpose()?, self) {
            (Some(operation), Self::One(_)) => operation,
            _ if headers.method.is_none() && headers.name.is_none() && !headers.required => {
                return Ok(());
            }
            _ if matches!(self, Self::One(_)) && headers.method.is_none() => return Ok(()),
            _ => return Err(Code::OperationMismatch),
        };
        let method_agrees = match headers.method {
            Some(method) => operation.method == *method,
            None => !headers.required,
        };
        let name_agrees = match (headers.name, operation.name) {
            (Some(sent), Some(Name::Body(name))) => is_header_for(sent, name),
            (Some(_), _) => false,
            (None, Some(_)) => !headers.required || !needs_name_header(operation.method),
            (None, None) => true,
        };
        let revision_agrees = match (headers.revision, operation.revision) {
            (Some(sent), Some(revision)) => revision == *sent,
            _ => true,
        };
        if method_agrees && name_agrees && revision_agrees {
            Ok(())
        } else {
            Err(Code::OperationMismatch)
        }
    }
}

/// What the headers of a request say about its operation.
#[derive(Clone, Copy, Debug)]
pub struct OperationHeaders<'a> {
    method: Option<&'a str>,
    name: Option<&'a str>,
    revision: Option<&'a str>,
    /// The revision of the protocol is one whose requests carry these headers.
    required: bool,
}

impl<'a> OperationHeaders<'a> {
    /// Reads the headers. One that stands twice agrees with nothing.
    pub fn read(request: &Request<'a>) -> Result<Self, Code> {
        let one = |name| match (request.values(name).next(), request.value(name)) {
            (Some(_), None) => Err(Code::OperationMismatch),
            (_, value) => Ok(value),
        };
        let revision = one("mcp-protocol-version")?;
        // Revisions are dates, so their order is that of their text.
        let required = revision.is_some_and(|revision| revision >= "2026-07-28");
        Ok(Self {
            method: one("mcp-method")?,
            name: one("mcp-name")?,
            revision,
            required,
        })
    }

    /// The operation, where the revision makes the server behind us compare these headers with the body.
    pub fn operation(&self) -> Option<Operation<'a>> {
        let method = Text::plain(self.method.filter(|_| self.required)?);
        let is_whole = self.name.is_some() || !needs_name_header(method);
        is_whole.then(|| Operation {
            method,
            name: self.name.map(Name::Header),
            revision: None,
        })
    }
}

/// Whether the body's bytes are what the application will read: UTF-8 (RFC 8259 section 8.1) without a content
/// coding. In UTF-7 another name would stand there for it than for us.
pub fn check_representation(request: &Request<'_>) -> Result<(), Code> {
    let coded = request
        .values("content-encoding")
        .any(|coding| !coding.eq_ignore_ascii_case(b"identity"));
    let mut types = request.values("content-type");
    let in_utf8 = types.next().is_none_or(is_in_utf8) && types.next().is_none();
    if coded || !in_utf8 {
        Err(Code::UnsupportedBody)
    } else {
        Ok(())
    }
}

/// A `charset` stands at most once in a content type, anywhere in it, and is UTF-8. Whatever is unusual is
/// refused, because the application may read it differently.
fn is_in_utf8(content_type: &[u8]) -> bool {
    let name = b"charset";
    let mut at = content_type
        .windows(name.len())
        .enumerate()
        .filter(|(_, window)| window.eq_ignore_ascii_case(name));
    let Some((first, _)) = at.next() else {
        return true;
    };
    let Some(value) = content_type[first + name.len()..].strip_prefix(b"=") else {
        return false;
    };
    let end = value
        .iter()
        .position(|&byte| byte == b';')
        .unwrap_or(value.len());
    let charset = match value[..end].trim_ascii() {
        [b'"', inside @ .., b'"'] => inside,
        plain => plain,
    };
    at.next().is_none()
        && [&b"utf-8"[..], b"utf8"]
            .iter()
            .any(|known| charset.eq_ignore_ascii_case(known))
}

fn operation(message: Result<Value<'_>, JsonError>) -> Result<Option<Operation<'_>>, JsonError> {
    let Value::Object(message) = message? else {
        return Err(JsonError);
    };
    let message: Object<'_, { limits::HEADER_MEMBERS }> = message.object()?;
    let method = match message.find("method") {
        None => return Ok(None),
        Some(Value::String(method)) => method,
        Some(_) => return Err(JsonError),
    };
    let (mut name, mut revision) = (None, None);
    if let Some(Value::Object(params)) = message.find("params") {
        let params: Object<'_> = params.object()?;
        let member = if is_of_resources(method) {
            "uri"
        } else {
            "name"
        };
        name = params.find(member).and_then(Value::as_text).map(Name::Body);
        if let Some(Value::Object(meta)) = params.find("_meta") {
            let meta: Object<'_> = meta.object()?;
            revision = meta
                .find("io.modelcontextprotocol/protocolVersion")
                .and_then(Value::as_text);
        }
    }
    Ok(Some(Operation {
        method,
        name,
        revision,
    }))
}

fn is_of_resources(method: Text<'_>) -> bool {
    method
        .chars()
        .take("resources/".len())
        .eq("resources/".chars())
}

/// The methods whose requests carry `Mcp-Name`.
fn needs_name_header(method: Text<'_>) -> bool {
    ["tools/call", "resources/read", "prompts/get"]
        .iter()
        .any(|named| method == **named)
}

#[cfg(feature = "alloc")]
fn decoded(encoded: &str) -> Option<alloc::string::String> {
    let (mut bytes, mut chunk) = (alloc::vec::Vec::new(), [0; 3]);
    for quad in encoded.as_bytes().chunks(4) {
        let quad = core::str::from_utf8(quad).ok()?;
        bytes.extend_from_slice(Base64::decode(quad, &mut chunk).ok()?);
    }
    alloc::string::String::from_utf8(bytes).ok()
}

/// What stands between `=?base64?` and `?=`.
fn encoded_name(value: &str) -> Option<&str> {
    value.strip_prefix("=?base64?")?.strip_suffix("?=")
}

/// Whether a header value stands for a name: as it is, or as `=?base64?...?=` around its UTF-8 bytes.
fn is_header_for(value: &str, name: Text<'_>) -> bool {
    match encoded_name(value) {
        None => name == *value,
        Some(encoded) => {
            let mut utf8 = [0; 4];
            let mut expected = name.chars().flat_map(|character| {
                let bytes: heapless::Vec<u8, 4> =
                    character.encode_utf8(&mut utf8).bytes().collect();
                bytes
            });
            let mut chunk = [0; 3];
            let same = encoded.as_bytes().chunks(4).all(|quad| {
                let decoded = core::str::from_utf8(quad)
                    .ok()
                    .and_then(|quad| Base64::decode(quad, &mut chunk).ok());
                decoded.is_some_and(|bytes| bytes.iter().all(|&byte| expected.next() == Some(byte)))
            });
            same && expected.next().is_none()
        }
    }
}
