//! The answers of the engine, as frozen Python objects.

use mcpauth_core as core;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyList};

use crate::boundary::broken;

/// Let the request pass, with the identity of its caller.
#[pyclass(frozen, module = "mcpauth._mcpauth")]
pub(crate) struct Allow(core::Allow);

impl Allow {
    /// Who calls, apart from the token.
    pub(crate) fn principal(&self) -> Option<core::Principal<'_>> {
        self.0.caller.as_deref().map(core::AuthInfo::principal)
    }
}

#[pymethods]
impl Allow {
    #[getter]
    fn anonymous(&self) -> bool {
        self.0.caller.is_none()
    }

    #[getter]
    fn token(&self) -> Option<&str> {
        self.0.token.as_deref()
    }

    #[getter]
    fn issuer(&self) -> Option<&str> {
        Some(&self.0.caller.as_ref()?.issuer)
    }

    #[getter]
    fn kid(&self) -> Option<&str> {
        self.0.event.kid.as_deref()
    }

    #[getter]
    fn algorithm(&self) -> Option<&'static str> {
        self.0.event.algorithm
    }

    /// Whether the token's signature was verified for an earlier request, and only the rest was judged anew.
    #[getter]
    fn cached(&self) -> bool {
        self.0.event.cached
    }

    #[getter]
    fn subject(&self) -> Option<&str> {
        Some(&self.0.caller.as_ref()?.subject)
    }

    #[getter]
    fn client_id(&self) -> Option<&str> {
        self.0.caller.as_ref()?.client_id.as_deref()
    }

    #[getter]
    fn scopes(&self) -> &[String] {
        self.0.caller.as_ref().map_or(&[], |caller| &caller.scopes)
    }

    #[getter]
    fn audience(&self) -> &[String] {
        self.0
            .caller
            .as_ref()
            .map_or(&[], |caller| &caller.audience)
    }

    #[getter]
    fn expires_at(&self) -> Option<u64> {
        self.0.caller.as_ref()?.expires_at
    }

    /// By how many seconds `expires_at` may lie in the past; for checks that know no leeway of their own.
    #[getter]
    fn leeway(&self) -> Option<u64> {
        self.0.caller.as_ref().map(|_| self.0.leeway)
    }

    /// The claims as they were signed; the host's JSON parser reads them, and only when someone looks.
    #[getter]
    fn claims<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        Some(PyBytes::new(py, &self.0.caller.as_ref()?.claims))
    }

    /// Puts the members of the caller into a dict, but for the claims and what is there already, with lists of its own.
    ///
    /// The interpreter is held throughout: two threads that fill one dict agree on what is in it.
    fn fill(&self, members: &Bound<'_, PyDict>) -> PyResult<()> {
        let Some(caller) = &self.0.caller else {
            return Ok(());
        };
        let py = members.py();
        let filled = if members.is_empty() {
            members.clone()
        } else {
            PyDict::new(py)
        };
        filled.set_item(intern!(py, "token"), &self.0.token)?;
        filled.set_item(intern!(py, "issuer"), &caller.issuer)?;
        filled.set_item(intern!(py, "subject"), &caller.subject)?;
        filled.set_item(intern!(py, "client_id"), &caller.client_id)?;
        filled.set_item(intern!(py, "scopes"), PyList::new(py, &caller.scopes)?)?;
        filled.set_item(intern!(py, "audience"), PyList::new(py, &caller.audience)?)?;
        filled.set_item(intern!(py, "expires_at"), caller.expires_at)?;
        if filled.is(members) {
            return Ok(());
        }
        members.update_if_missing(filled.as_mapping())
    }

    /// The claims as values, made by the host's JSON parser: a new dict for whoever asks, however many requests have come
    /// with the token. Only the first of them pays for the parser.
    fn read_claims<'py>(&self, loads: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = loads.py();
        let claims = self.0.caller.as_ref();
        let claims = claims.map_or(&b"{}"[..], |caller| &caller.claims);
        let claims = str::from_utf8(claims).map_err(|_| broken())?; // the engine has read them
        let parse = || loads.call1((claims,));
        match self.0.host.as_deref().and_then(|host| host.downcast_ref()) {
            Some(Seen { claims }) => {
                let claims = claims.get_or_try_init(py, || parse().map(Bound::unbind))?;
                unshared(claims.bind(py))
            }
            None => parse(),
        }
    }

    #[getter]
    fn resource(&self) -> Option<&str> {
        self.0.resource.as_deref()
    }

    /// Method and name of every JSON-RPC message that was read.
    #[getter]
    fn operations(&self) -> Vec<(String, Option<String>)> {
        self.0.operations.clone()
    }

    /// The refusal that this would have been, where refusals are only reported.
    #[getter]
    fn report(&self) -> Option<&str> {
        self.0.report.as_deref()
    }

    /// The headers to add as ASGI sends them; most requests have none.
    #[getter]
    fn raw_headers<'py>(&self, py: Python<'py>) -> Vec<(Bound<'py, PyBytes>, Bound<'py, PyBytes>)> {
        let headers = self.0.headers.iter();
        headers.map(|(name, value)| raw(py, name, value)).collect()
    }

    #[getter]
    fn headers(&self) -> Vec<(&'static str, String)> {
        self.0.headers.clone()
    }
}

/// Answer the request with these bytes.
#[pyclass(frozen, module = "mcpauth._mcpauth")]
pub(crate) struct Respond(core::Response);

#[pymethods]
impl Respond {
    #[getter]
    fn status(&self) -> u16 {
        self.0.status
    }

    #[getter]
    fn headers(&self) -> Vec<(&'static str, String)> {
        self.0.headers.clone()
    }

    /// The headers as ASGI sends them: names in lower case (ASGI), with the length of a body, or servers send chunks.
    #[getter]
    fn raw_headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let headers = PyList::empty(py);
        for (name, value) in &self.0.headers {
            headers.append(raw(py, name, value))?;
        }
        if !self.0.body.is_empty() {
            headers.append(raw(py, "content-length", &self.0.body.len().to_string()))?;
        }
        Ok(headers)
    }

    #[getter]
    fn body<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.body)
    }

    #[getter]
    fn code(&self) -> &'static str {
        self.0.code.map_or("", |code| code.name())
    }

    /// The public text of the code.
    #[getter]
    fn text(&self) -> &'static str {
        self.0.code.map_or("", |code| code.text())
    }

    /// The `error` of the challenge.
    #[getter]
    fn challenge_error(&self) -> Option<&'static str> {
        self.0.code.and_then(core::error::Code::challenge_error)
    }

    /// The `error` of the body.
    #[getter]
    fn body_error(&self) -> Option<&'static str> {
        self.0.code.and_then(core::error::Code::body_error)
    }

    /// Whether something on our side is wrong, not the request.
    #[getter]
    fn is_server_error(&self) -> bool {
        self.0.is_server_error()
    }

    #[getter]
    fn log(&self) -> Option<String> {
        self.0.log()
    }

    #[getter]
    fn issuer(&self) -> Option<&str> {
        self.0.event.issuer.as_deref()
    }

    #[getter]
    fn kid(&self) -> Option<&str> {
        self.0.event.kid.as_deref()
    }

    #[getter]
    fn algorithm(&self) -> Option<&'static str> {
        self.0.event.algorithm
    }

    /// Whether the token's signature was verified for an earlier request, and only the rest was judged anew.
    #[getter]
    fn cached(&self) -> bool {
        self.0.event.cached
    }

    #[getter]
    fn resource(&self) -> Option<&str> {
        self.0.event.resource.as_deref()
    }
}

impl From<core::Response> for Respond {
    fn from(response: core::Response) -> Self {
        Self(response)
    }
}

/// Fetch a document, supply it, then ask again.
#[pyclass(frozen, module = "mcpauth._mcpauth")]
pub(crate) struct Fetch(core::Fetch);

#[pymethods]
impl Fetch {
    #[getter]
    fn id(&self) -> u64 {
        self.0.id
    }

    #[getter]
    fn method(&self) -> &'static str {
        self.0.method
    }

    #[getter]
    fn url(&self) -> &str {
        &self.0.url
    }

    #[getter]
    fn headers(&self) -> Vec<(&'static str, String)> {
        self.0.headers.clone()
    }

    #[getter]
    fn body<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.body)
    }

    #[getter]
    fn timeout_ms(&self) -> u32 {
        self.0.timeout_ms
    }

    #[getter]
    fn max_bytes(&self) -> usize {
        self.0.max_bytes
    }
}

impl From<core::Fetch> for Fetch {
    fn from(fetch: core::Fetch) -> Self {
        Self(fetch)
    }
}

/// Buffer the request body and ask again with it.
#[pyclass(frozen, module = "mcpauth._mcpauth")]
pub(crate) struct NeedBody {
    #[pyo3(get)]
    max: usize,
}

/// Let the application's own function verify the token and ask again with its verdict.
#[pyclass(frozen, module = "mcpauth._mcpauth")]
pub(crate) struct NeedVerdict(core::NeedVerdict);

#[pymethods]
impl NeedVerdict {
    #[getter]
    fn token(&self) -> &str {
        &self.0.token
    }
}

/// What is kept with a remembered token, so that it need not be made for every request. No request ever holds it.
pub(crate) struct Seen {
    /// Parsed when somebody has asked for the claims.
    claims: PyOnceLock<Py<PyAny>>,
}

impl Seen {
    pub(crate) const fn new() -> Self {
        let claims = PyOnceLock::new();
        Self { claims }
    }
}

/// The same JSON value, sharing nothing that can be changed. It is no deeper than the engine's reader allows.
fn unshared<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    if let Ok(members) = value.cast_exact::<PyDict>() {
        let own = members.copy()?;
        for (name, member) in members {
            if is_container(&member) {
                own.set_item(name, unshared(&member)?)?;
            }
        }
        return Ok(own.into_any());
    }
    if let Ok(values) = value.cast_exact::<PyList>() {
        let own = PyList::empty(value.py());
        for value in values {
            own.append(unshared(&value)?)?;
        }
        return Ok(own.into_any());
    }
    Ok(value.clone())
}

fn is_container(value: &Bound<'_, PyAny>) -> bool {
    value.is_exact_instance_of::<PyDict>() || value.is_exact_instance_of::<PyList>()
}

/// A header as ASGI sends it, with its name in lower case. The engine writes nothing but ASCII.
fn raw<'py>(
    py: Python<'py>,
    name: &str,
    value: &str,
) -> (Bound<'py, PyBytes>, Bound<'py, PyBytes>) {
    (
        PyBytes::new(py, name.to_ascii_lowercase().as_bytes()),
        PyBytes::new(py, value.as_bytes()),
    )
}

/// The engine's answer as the Python object of its kind.
pub(crate) fn object(py: Python<'_>, answer: core::Answer) -> PyResult<Py<PyAny>> {
    Ok(match answer {
        core::Answer::Allow(allow) => Py::new(py, Allow(allow))?.into_any(),
        core::Answer::Respond(response) => Py::new(py, Respond(response))?.into_any(),
        core::Answer::Fetch(fetch) => Py::new(py, Fetch(fetch))?.into_any(),
        core::Answer::NeedBody { max } => Py::new(py, NeedBody { max })?.into_any(),
        core::Answer::NeedVerdict(need) => Py::new(py, NeedVerdict(need))?.into_any(),
    })
}
