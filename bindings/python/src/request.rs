//! A request as the engine must see it, read once from where the server keeps it.

use mcpauth_core as core;
use pyo3::exceptions::PyKeyError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};

use crate::boundary::Headers;

/// The request line and the headers, as they came in.
#[pyclass(frozen, module = "mcpauth._mcpauth")]
pub(crate) struct RequestFacts {
    method: Py<PyString>,
    target: String,
    headers: Py<PyAny>,
}

#[pymethods]
impl RequestFacts {
    #[new]
    fn new(method: Py<PyString>, target: String, headers: Py<PyAny>) -> Self {
        Self {
            method,
            target,
            headers,
        }
    }

    /// Reads them from an ASGI scope; the handshake of a WebSocket is a GET (RFC 6455 section 4.1).
    #[staticmethod]
    fn of(scope: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = scope.py();
        let method = match member(scope, intern!(py, "method"))? {
            Some(method) => method.cast_into::<PyString>()?,
            None => PyString::intern(py, "GET"),
        };
        let headers = required(scope, intern!(py, "headers"))?;
        Ok(Self {
            method: method.unbind(),
            target: target(scope)?,
            headers: headers.unbind(),
        })
    }

    #[getter]
    fn method(&self, py: Python<'_>) -> Py<PyString> {
        self.method.clone_ref(py)
    }

    #[getter]
    fn target(&self) -> &str {
        &self.target
    }

    #[getter]
    fn headers(&self, py: Python<'_>) -> Py<PyAny> {
        self.headers.clone_ref(py)
    }
}

impl RequestFacts {
    /// Runs with the request as the engine knows it.
    pub(crate) fn with<T>(
        &self,
        py: Python<'_>,
        body: Option<&[u8]>,
        run: impl FnOnce(&core::Request<'_>) -> PyResult<T>,
    ) -> PyResult<T> {
        let headers = Headers::new(self.headers.bind(py))?;
        let headers = headers.slices();
        run(&core::Request {
            method: self.method.to_str(py)?,
            target: &self.target,
            headers: &headers,
            body,
        })
    }
}

/// Path and query, as they came.
fn target(scope: &Bound<'_, PyAny>) -> PyResult<String> {
    let py = scope.py();
    // `raw_path` is optional in ASGI, and not every server cuts the query off.
    let mut target = match member(scope, intern!(py, "raw_path"))? {
        Some(path) => latin1(
            path.cast::<PyBytes>()?
                .as_bytes()
                .split(|&byte| byte == b'?')
                .next(),
        ),
        None => String::new(),
    };
    if target.is_empty() {
        encode(
            required(scope, intern!(py, "path"))?.extract()?,
            &mut target,
        );
    }
    if let Some(query) = member(scope, intern!(py, "query_string"))? {
        let query = query.cast::<PyBytes>()?.as_bytes();
        if !query.is_empty() {
            target.push('?');
            target.push_str(&latin1(Some(query)));
        }
    }
    Ok(target)
}

/// One character for each byte.
fn latin1(bytes: Option<&[u8]>) -> String {
    let bytes = bytes.unwrap_or_default();
    match str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => text.to_owned(),
        _ => bytes.iter().copied().map(char::from).collect(),
    }
}

/// Writes a decoded path as a URL has it (RFC 3986 section 3.3).
fn encode(path: &str, target: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/:@!$&'()*+,;=-._~".contains(&byte) {
            target.push(char::from(byte));
        } else {
            target.push('%');
            target.push(char::from(HEX[usize::from(byte >> 4)]));
            target.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

/// A member of a scope; `None` where it is absent or null.
fn member<'py>(
    scope: &Bound<'py, PyAny>,
    name: &Bound<'py, PyString>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let found = match scope.cast_exact::<PyDict>() {
        Ok(scope) => scope.get_item(name)?,
        Err(_) => Some(scope.call_method1(intern!(scope.py(), "get"), (name,))?),
    };
    Ok(found.filter(|value| !value.is_none()))
}

fn required<'py>(
    scope: &Bound<'py, PyAny>,
    name: &Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyAny>> {
    member(scope, name)?.ok_or_else(|| PyKeyError::new_err(name.clone().unbind()))
}
