//! Verifying a JWT apart from any engine.

use std::sync::{RwLock, RwLockReadGuard};

use mcpauth_core as core;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;

use crate::answer;
use crate::boundary::{Headers, broken, guard, refused};

/// Verifies JWTs with the keys of one JWK Set, or with a key that comes with each token.
#[pyclass(frozen, module = "mcpauth._mcpauth")]
pub(crate) struct JwtVerifier(RwLock<core::JwtVerifier>);

/// A JWK as JSON text, or a secret.
#[derive(FromPyObject)]
enum Key {
    Jwk(String),
    Secret(PyBackedBytes),
}

#[pymethods]
impl JwtVerifier {
    #[new]
    fn new(options: &str) -> PyResult<Self> {
        let verifier =
            guard(|| core::JwtVerifier::new(options, mcpauth_accel::provider()).map_err(refused))?;
        Ok(Self(RwLock::new(verifier)))
    }

    /// The JOSE header as JSON text; the error is JSON with `code` and `text`.
    fn header(&self, token: &str) -> PyResult<String> {
        guard(|| {
            let header = self.read()?.header(token);
            header.map_err(|code| PyValueError::new_err(code.to_json()))
        })
    }

    #[pyo3(signature = (token, key, now))]
    fn check(
        &self,
        py: Python<'_>,
        token: &str,
        key: Option<Key>,
        now: u64,
    ) -> PyResult<Py<PyAny>> {
        let key = match &key {
            None => core::VerificationKey::Own,
            Some(Key::Jwk(jwk)) => core::VerificationKey::Jwk(jwk),
            Some(Key::Secret(secret)) => core::VerificationKey::Secret(secret),
        };
        let now = core::Time::from_unix_seconds(now);
        let answer = guard(|| Ok(self.read()?.check(token, key, now)))?;
        answer::object(py, answer)
    }

    fn supply(
        &self,
        id: u64,
        status: u16,
        headers: &Bound<'_, PyAny>,
        body: &[u8],
        now: u64,
    ) -> PyResult<()> {
        let headers = Headers::new(headers)?;
        let headers = headers.slices();
        let reply = core::Reply::Document {
            status,
            headers: &headers,
            body,
        };
        self.change(id, reply, now)
    }

    fn supply_failure(&self, id: u64, now: u64) -> PyResult<()> {
        self.change(id, core::Reply::Failed, now)
    }
}

impl JwtVerifier {
    fn read(&self) -> PyResult<RwLockReadGuard<'_, core::JwtVerifier>> {
        self.0.read().map_err(|_| broken())
    }

    fn change(&self, id: u64, reply: core::Reply<'_>, now: u64) -> PyResult<()> {
        guard(|| {
            let mut verifier = self.0.write().map_err(|_| broken())?;
            verifier.supply(id, reply, core::Time::from_unix_seconds(now));
            Ok(())
        })
    }
}
