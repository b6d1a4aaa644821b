//! The checkup of a server, and the command line that starts it.

use std::sync::Mutex;

use mcpauth_core as core;
use pyo3::prelude::*;

use crate::answer::Fetch;
use crate::boundary::{Headers, broken, guard, refused};

/// Asks for requests one after the other, and reports what the answers show.
#[pyclass(frozen, module = "mcpauth._mcpauth")]
pub(crate) struct Checkup(Mutex<core::Checkup>);

#[pymethods]
impl Checkup {
    #[new]
    #[pyo3(signature = (url, options))]
    fn new(url: &str, options: &str) -> PyResult<Self> {
        guard(|| core::Checkup::new(url, options).map_err(refused))
            .map(|checkup| Self(Mutex::new(checkup)))
    }

    fn ask(&self) -> PyResult<Option<Fetch>> {
        self.with(|checkup| checkup.ask().map(Fetch::from))
    }

    #[getter]
    fn step(&self) -> PyResult<&'static str> {
        self.with(|checkup| checkup.step())
    }

    fn supply(&self, status: u16, headers: &Bound<'_, PyAny>, body: &[u8]) -> PyResult<()> {
        let headers = Headers::new(headers)?;
        let headers = headers.slices();
        self.with(|checkup| {
            checkup.supply(core::Reply::Document {
                status,
                headers: &headers,
                body,
            })
        })
    }

    fn supply_failure(&self) -> PyResult<()> {
        self.with(|checkup| checkup.supply(core::Reply::Failed))
    }

    fn report(&self, colour: bool) -> PyResult<String> {
        self.with(|checkup| checkup.report(colour))
    }

    fn json(&self) -> PyResult<String> {
        self.with(|checkup| checkup.json())
    }

    #[getter]
    fn exit_status(&self) -> PyResult<u8> {
        self.with(|checkup| checkup.exit_status())
    }
}

impl Checkup {
    fn with<T>(&self, act: impl FnOnce(&mut core::Checkup) -> T) -> PyResult<T> {
        guard(|| Ok(act(&mut *self.0.lock().map_err(|_| broken())?)))
    }
}

/// What the words behind the name of the program ask for, as JSON text.
#[pyfunction]
pub(crate) fn command(words: Vec<String>) -> PyResult<String> {
    guard(|| Ok(core::Command::read(&words).to_json()))
}
