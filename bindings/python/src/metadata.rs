//! Metadata documents: where they are, and what they show.

use mcpauth_core as core;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::boundary::{guard, refused};

/// What an authorization server's metadata shows under a revision of the MCP specification, as JSON text.
#[pyfunction]
#[pyo3(signature = (metadata, revision=None, expected_issuer=None))]
pub(crate) fn validate(
    metadata: &str,
    revision: Option<&str>,
    expected_issuer: Option<&str>,
) -> PyResult<String> {
    guard(|| {
        let revision = core::Revision::chosen(revision).map_err(refused)?;
        Ok(core::validate(metadata, revision, expected_issuer).to_json())
    })
}

/// The revisions of the MCP specification, the oldest first.
#[pyfunction]
pub(crate) fn revisions() -> Vec<&'static str> {
    core::Revision::ALL.map(core::Revision::name).to_vec()
}

/// The members of a metadata document that are missing or of the wrong type, as JSON text.
#[pyfunction]
pub(crate) fn metadata_problems(kind: &str, metadata: &str) -> PyResult<String> {
    guard(|| {
        let kind = core::MetadataKind::from_name(kind).map_err(refused)?;
        Ok(core::problems_to_json(&core::metadata_problems(
            kind, metadata,
        )))
    })
}

/// The URL of a protected resource's metadata document.
#[pyfunction]
pub(crate) fn resource_metadata_url(resource: &str) -> PyResult<String> {
    guard(|| {
        let url = core::url::Url::parse(resource);
        let url = url.map_err(|error| PyTypeError::new_err(error.text()))?;
        Ok(core::metadata::MetadataUrl(&url).to_string())
    })
}
