//! The eager fetch of one authorization server's metadata.

use std::sync::Mutex;

use mcpauth_core as core;
use pyo3::prelude::*;

use crate::answer::Fetch;
use crate::boundary::{Headers, broken, guard, refused};

/// Asks for metadata documents, one after the other, until one is right or none is left.
#[pyclass(frozen, module = "mcpauth._mcpauth")]
pub(crate) struct Discovery(Mutex<core::Discovery>);

#[pymethods]
impl Discovery {
    #[new]
    #[pyo3(signature = (issuer, r#type))]
    fn new(issuer: &str, r#type: &str) -> PyResult<Self> {
        Ok(Self(Mutex::new(guard(|| {
            core::Discovery::named(issuer, r#type).map_err(refused)
        })?)))
    }

    /// Discovery by the URL of the document instead of by the issuer.
    #[staticmethod]
    fn at(url: &str) -> PyResult<Self> {
        Ok(Self(Mutex::new(guard(|| {
            core::Discovery::at(url).map_err(refused)
        })?)))
    }

    fn ask(&self) -> PyResult<Option<Fetch>> {
        self.with(|discovery| discovery.ask().map(Fetch::from))
    }

    fn supply(&self, status: u16, headers: &Bound<'_, PyAny>, body: &[u8]) -> PyResult<()> {
        let headers = Headers::new(headers)?;
        let headers = headers.slices();
        self.with(|discovery| {
            discovery.supply(core::Reply::Document {
                status,
                headers: &headers,
                body,
            })
        })
    }

    fn supply_failure(&self) -> PyResult<()> {
        self.with(|discovery| discovery.supply(core::Reply::Failed))
    }

    #[getter]
    fn document(&self) -> PyResult<Option<String>> {
        self.with(|discovery| discovery.document().map(str::to_owned))
    }

    /// The documented code of the error that a host raises for it.
    #[getter]
    fn documented_error(&self) -> PyResult<Option<&'static str>> {
        self.with(|discovery| discovery.documented_error())
    }

    /// The code's name and its text.
    #[getter]
    fn error(&self) -> PyResult<Option<(&'static str, &'static str)>> {
        self.with(|discovery| discovery.error().map(|code| (code.name(), code.text())))
    }
}

impl Discovery {
    fn with<T>(&self, act: impl FnOnce(&mut core::Discovery) -> T) -> PyResult<T> {
        guard(|| Ok(act(&mut *self.0.lock().map_err(|_| broken())?)))
    }
}
