//! The native module `mcpauth._mcpauth`.
//!
//! It carries bytes between Python and the engine and holds no rule, no default and no text: what is allowed, what is
//! answered and what is fetched is decided in `mcpauth-core`.
//!
//! ```text
//! scope ──► RequestFacts.of ──► Gate.serve ──► Allow | Respond | Fetch | NeedBody | NeedVerdict
//!                          ▲                           │
//!                          └──── Engine.supply ◄── the host fetches
//! ```

mod answer;
mod boundary;
mod checkup;
mod discovery;
mod engine;
mod jwt_verifier;
mod metadata;
mod request;

/// The engine that decides, as classes.
#[pyo3::pymodule]
mod _mcpauth {
    use pyo3::prelude::*;

    use super::boundary::{guard, refused};

    #[pymodule_export]
    use super::answer::{Allow, Fetch, NeedBody, NeedVerdict, Respond};
    #[pymodule_export]
    use super::checkup::{Checkup, command};
    #[pymodule_export]
    use super::discovery::Discovery;
    #[pymodule_export]
    use super::engine::{Engine, Gate};
    #[pymodule_export]
    use super::jwt_verifier::JwtVerifier;
    #[pymodule_export]
    use super::metadata::{metadata_problems, resource_metadata_url, revisions, validate};
    #[pymodule_export]
    use super::request::RequestFacts;

    /// The JSON text of the authorization server that a preset and its parameters make.
    #[pyfunction]
    fn preset(name: &str, parameters: &str) -> PyResult<String> {
        guard(|| mcpauth_core::preset(name, parameters).map_err(refused))
    }

    /// The `WWW-Authenticate` header that an application makes of its own parameters.
    #[pyfunction]
    fn challenge(parameters: Vec<(String, String)>) -> String {
        mcpauth_core::challenge::OwnChallenge(&parameters).to_string()
    }

    /// The fixed message of a documented error code.
    #[pyfunction]
    fn error_text(code: &str) -> Option<&'static str> {
        mcpauth_core::error_text(code)
    }

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("challenge_header", mcpauth_core::challenge::HEADER)?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
