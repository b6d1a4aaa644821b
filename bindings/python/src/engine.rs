//! The engine and its gates, shared between threads.

use std::any::Any;
use std::sync::{Arc, RwLock};

use mcpauth_core as core;
use pyo3::prelude::*;

use crate::answer::{self, Allow, Fetch, Respond, Seen};
use crate::boundary::{Headers, broken, guard, refused};
use crate::request::RequestFacts;

/// Decides for the protected resources of one configuration.
///
/// The lock is taken while the interpreter is held and let go before anything of Python's is touched. So it is never
/// waited for under the GIL, and never held by a thread that a fork leaves behind.
#[pyclass(frozen, module = "mcpauth._mcpauth")]
pub(crate) struct Engine(Arc<RwLock<core::Engine>>);

#[pymethods]
impl Engine {
    #[new]
    fn new(configuration: &str) -> PyResult<Self> {
        let mut engine =
            guard(|| core::Engine::new(configuration, mcpauth_accel::provider()).map_err(refused))?;
        let mut seed = [0; 16];
        // Without randomness the engine remembers tokens by a hash that needs none.
        if getrandom::fill(&mut seed).is_ok() {
            engine.set_cache_seed(seed);
        }
        Ok(Self(Arc::new(RwLock::new(engine))))
    }

    fn gate(&self, options: &str) -> PyResult<Gate> {
        let gate = guard(|| {
            self.0
                .read()
                .map_err(|_| broken())?
                .gate(options)
                .map_err(refused)
        })?;
        Ok(Gate {
            engine: Arc::clone(&self.0),
            gate,
        })
    }

    fn metadata(
        &self,
        py: Python<'_>,
        method: &str,
        target: &str,
        headers: &Bound<'_, PyAny>,
        now: u64,
    ) -> PyResult<Option<Py<PyAny>>> {
        let headers = Headers::new(headers)?;
        let headers = headers.slices();
        let request = core::Request {
            method,
            target,
            headers: &headers,
            body: None,
        };
        let now = core::Time::from_unix_seconds(now);
        let answer = guard(|| Ok(self.0.read().map_err(|_| broken())?.metadata(&request, now)))?;
        answer.map(|answer| answer::object(py, answer)).transpose()
    }

    #[getter]
    fn is_legacy(&self) -> PyResult<bool> {
        guard(|| Ok(self.0.read().map_err(|_| broken())?.is_legacy()))
    }

    /// Puts another configuration in the place of the present one; where it has problems, nothing changes.
    fn update(&self, configuration: &str) -> PyResult<()> {
        let forgotten = guard(|| {
            let mut engine = self.0.write().map_err(|_| broken())?;
            engine.update(configuration).map_err(refused)
        })?;
        drop(forgotten); // objects of Python's, which must not end under the lock
        Ok(())
    }

    /// The next document that some issuer lacks or should renew.
    fn pending(&self, now: u64) -> PyResult<Option<Fetch>> {
        let now = core::Time::from_unix_seconds(now);
        guard(|| {
            let engine = self.0.read().map_err(|_| broken())?;
            Ok(engine.pending(now).map(Fetch::from))
        })
    }

    /// Whether every issuer has keys that may serve.
    fn is_ready(&self, now: u64) -> PyResult<bool> {
        let now = core::Time::from_unix_seconds(now);
        guard(|| Ok(self.0.read().map_err(|_| broken())?.is_ready(now)))
    }

    fn metadata_paths(&self) -> PyResult<Vec<String>> {
        guard(|| Ok(self.0.read().map_err(|_| broken())?.metadata_paths()))
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
        self.change(
            id,
            core::Reply::Document {
                status,
                headers: &headers,
                body,
            },
            now,
        )
    }

    /// The application has answered an allowed request with a new session.
    fn open_session(&self, session: &[u8], allow: &Allow) -> PyResult<()> {
        guard(|| {
            if let Some(principal) = allow.principal() {
                self.0
                    .write()
                    .map_err(|_| broken())?
                    .open_session(session, principal);
            }
            Ok(())
        })
    }

    fn supply_failure(&self, id: u64, now: u64) -> PyResult<()> {
        self.change(id, core::Reply::Failed, now)
    }
}

impl Engine {
    fn change(&self, id: u64, reply: core::Reply<'_>, now: u64) -> PyResult<()> {
        let forgotten = guard(|| {
            let mut engine = self.0.write().map_err(|_| broken())?;
            Ok(engine.supply(id, reply, core::Time::from_unix_seconds(now)))
        })?;
        drop(forgotten); // what the host has stored must not end under the lock
        Ok(())
    }
}

/// Guards one resource with one policy.
#[pyclass(frozen, module = "mcpauth._mcpauth")]
pub(crate) struct Gate {
    engine: Arc<RwLock<core::Engine>>,
    gate: core::Gate,
}

#[pymethods]
impl Gate {
    #[expect(clippy::too_many_arguments, reason = "they are those of a request")]
    fn check(
        &self,
        py: Python<'_>,
        method: &str,
        target: &str,
        headers: &Bound<'_, PyAny>,
        body: Option<&[u8]>,
        verdict: Option<&str>,
        now: f64,
    ) -> PyResult<Py<PyAny>> {
        let headers = Headers::new(headers)?;
        let headers = headers.slices();
        let request = core::Request {
            method,
            target,
            headers: &headers,
            body,
        };
        let now = whole_seconds(now);
        let answer = guard(|| {
            Ok(self
                .engine
                .read()
                .map_err(|_| broken())?
                .check_with_verdict(&self.gate, &request, verdict, now))
        })?;
        self.give(py, answer)
    }

    /// The metadata document that the request asks for, else the decision on the request: what a gate around a whole
    /// application needs, in one step.
    fn serve(
        &self,
        py: Python<'_>,
        request: &RequestFacts,
        body: Option<&[u8]>,
        verdict: Option<&str>,
        now: f64,
    ) -> PyResult<Py<PyAny>> {
        let now = whole_seconds(now);
        let answer = request.with(py, body, |request| {
            guard(|| {
                let engine = self.engine.read().map_err(|_| broken())?;
                let metadata = engine.metadata(request, now);
                Ok(metadata.unwrap_or_else(|| {
                    engine.check_with_verdict(&self.gate, request, verdict, now)
                }))
            })
        })?;
        self.give(py, answer)
    }

    fn check_token(
        &self,
        py: Python<'_>,
        token: &str,
        verdict: Option<&str>,
        now: f64,
    ) -> PyResult<Py<PyAny>> {
        let now = whole_seconds(now);
        let answer = guard(|| {
            let engine = self.engine.read().map_err(|_| broken())?;
            Ok(engine.check_token(&self.gate, token, verdict, now))
        })?;
        self.give(py, answer)
    }

    fn require(
        &self,
        method: &str,
        target: &str,
        headers: &Bound<'_, PyAny>,
        held_scopes: Option<Vec<String>>,
        scopes: Vec<String>,
    ) -> PyResult<Option<Respond>> {
        with_request(method, target, headers, |request| {
            let engine = self.engine.read().map_err(|_| broken())?;
            let refusal = engine.require(&self.gate, request, held_scopes.as_deref(), &scopes);
            Ok(refusal.map(Respond::from))
        })?
    }

    fn deny(&self, method: &str, target: &str, headers: &Bound<'_, PyAny>) -> PyResult<Respond> {
        with_request(method, target, headers, |request| {
            self.gate.deny(request).into()
        })
    }

    fn failure(&self, method: &str, target: &str, headers: &Bound<'_, PyAny>) -> PyResult<Respond> {
        with_request(method, target, headers, |request| {
            self.gate.failure(request).into()
        })
    }

    fn visible(
        &self,
        held_scopes: Option<Vec<String>>,
        method: &str,
        names: Vec<String>,
    ) -> PyResult<Vec<String>> {
        guard(|| {
            let engine = self.engine.read().map_err(|_| broken())?;
            let visible = engine.visible(&self.gate, held_scopes.as_deref(), method, &names);
            Ok(visible.into_iter().map(str::to_owned).collect())
        })
    }

    fn declared(&self) -> Vec<(&str, &str)> {
        self.gate.declared()
    }

    fn policy(&self) -> &str {
        self.gate.policy()
    }
}

impl Gate {
    /// The engine remembers a token that it has just verified.
    fn give(&self, py: Python<'_>, mut answer: core::Answer) -> PyResult<Py<PyAny>> {
        if let core::Answer::Allow(allow) = &mut answer
            && let Some(remember) = allow.remember.take()
        {
            let seen: Arc<dyn Any + Send + Sync> = Arc::new(Seen::new());
            allow.host = Some(Arc::clone(&seen));
            let forgotten = guard(|| {
                let mut engine = self.engine.write().map_err(|_| broken())?;
                Ok(engine.remember(remember, Some(seen)))
            })?;
            drop(forgotten); // objects of Python's, which must not end under the lock
        }
        answer::object(py, answer)
    }
}

/// What `time.time()` says. A clock before 1970 says 1970: every token is then from the future.
fn whole_seconds(now: f64) -> core::Time {
    core::Time::from_unix_seconds(now as u64)
}

/// Runs with a request whose body does not matter.
fn with_request<T>(
    method: &str,
    target: &str,
    headers: &Bound<'_, PyAny>,
    run: impl FnOnce(&core::Request<'_>) -> T,
) -> PyResult<T> {
    let headers = Headers::new(headers)?;
    let headers = headers.slices();
    guard(|| {
        Ok(run(&core::Request {
            method,
            target,
            headers: &headers,
            body: None,
        }))
    })
}
