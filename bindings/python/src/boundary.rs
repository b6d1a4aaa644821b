//! What happens at the border: bytes in, errors out, panics stopped.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mcpauth_core::ConfigurationError;
use pyo3::exceptions::{PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};

/// Runs `decide` and turns a panic into a `RuntimeError`.
///
/// PyO3 would raise `PanicException`, which is no `Exception`: servers and task groups do not catch it.
pub(crate) fn guard<T>(decide: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    // Unwind safe: the lock around the engine is poisoned by a panic under a change, and a poisoned lock refuses.
    catch_unwind(AssertUnwindSafe(decide)).unwrap_or_else(|_| Err(broken()))
}

/// The engine met a bug of its own. The host lets it travel up: the request is not let through.
pub(crate) fn broken() -> PyErr {
    PyRuntimeError::new_err("internal error in the mcpauth engine")
}

/// The JSON report of a configuration that cannot be used; the Python package makes its exception from it.
pub(crate) fn refused(error: ConfigurationError) -> PyErr {
    PyValueError::new_err(error.to_json())
}

/// Request or response headers as they stand in an ASGI scope: pairs of byte strings, in order, duplicates kept.
pub(crate) struct Headers<'py>(Vec<[Bound<'py, PyBytes>; 2]>);

impl<'py> Headers<'py> {
    pub(crate) fn new(pairs: &Bound<'py, PyAny>) -> PyResult<Self> {
        // Servers give a list; the protocol of iterators takes three times as long.
        if let Ok(pairs) = pairs.cast_exact::<PyList>() {
            let mut own = Vec::with_capacity(pairs.len());
            for pair in pairs {
                own.push(Self::pair(&pair)?);
            }
            return Ok(Self(own));
        }
        pairs
            .try_iter()?
            .map(|pair| Self::pair(&pair?))
            .collect::<PyResult<_>>()
            .map(Self)
    }

    /// ASGI says "two-item iterable": some servers give tuples, some lists.
    fn pair(pair: &Bound<'py, PyAny>) -> PyResult<[Bound<'py, PyBytes>; 2]> {
        if let Ok(pair) = pair.cast_exact::<PyTuple>()
            && pair.len() == 2
        {
            return Ok([
                Self::bytes(pair.get_item(0)?)?,
                Self::bytes(pair.get_item(1)?)?,
            ]);
        }
        Ok([
            Self::bytes(pair.get_item(0)?)?,
            Self::bytes(pair.get_item(1)?)?,
        ])
    }

    fn bytes(value: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        value
            .cast_into()
            .map_err(|_| PyTypeError::new_err("headers must be pairs of bytes"))
    }

    pub(crate) fn slices(&self) -> Vec<(&[u8], &[u8])> {
        self.0
            .iter()
            .map(|[name, value]| (name.as_bytes(), value.as_bytes()))
            .collect()
    }
}
