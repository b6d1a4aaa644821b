//! Judging metadata documents.

use mcpauth_core as core;
use napi::bindgen_prelude::Result;
use napi_derive::napi;

use crate::configuration_error;

/// What an authorization server's metadata shows under a revision of the MCP specification, as JSON text.
#[napi(catch_unwind)]
pub fn validate(
    metadata: String,
    revision: Option<String>,
    expected_issuer: Option<String>,
) -> Result<String> {
    let revision = core::Revision::chosen(revision.as_deref()).map_err(configuration_error)?;
    Ok(core::validate(&metadata, revision, expected_issuer.as_deref()).to_json())
}

/// The revisions of the MCP specification, the oldest first.
#[napi(catch_unwind)]
pub fn revisions() -> Vec<&'static str> {
    core::Revision::ALL.map(core::Revision::name).to_vec()
}

/// The members of a metadata document that are missing or of the wrong type, as JSON text.
#[napi(catch_unwind)]
pub fn metadata_problems(kind: String, metadata: String) -> Result<String> {
    let kind = core::MetadataKind::from_name(&kind).map_err(configuration_error)?;
    Ok(core::problems_to_json(&core::metadata_problems(
        kind, &metadata,
    )))
}
