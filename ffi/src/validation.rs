//! Judging metadata documents.

use mcpauth_core::{Revision, validate};

use crate::{explained, give, guarded, mcpauth_text, mcpauth_view, optional_utf8, utf8};

/// Judges an authorization server's metadata document: what MCP clients of a revision of the specification will trip
/// over. `revision` is a date such as `2026-07-28`, or has NULL data for the latest; `expected_issuer` (or NULL data) is
/// the issuer that it must name (RFC 8414 section 3.3). `*findings` becomes JSON: `is_valid`, and the lists `errors`,
/// `warnings`, `successes` and `notes`. A revision that does not exist is reported as by `mcpauth_engine_new`.
///
/// # Safety
/// The views are readable; `findings` and `problems` (or NULL) are writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_validate(
    metadata: mcpauth_view,
    revision: mcpauth_view,
    expected_issuer: mcpauth_view,
    findings: *mut *mut mcpauth_text,
    problems: *mut *mut mcpauth_text,
) -> u32 {
    guarded(|| {
        // SAFETY: the caller keeps the rules above.
        unsafe {
            let metadata = utf8(metadata)?;
            let issuer = optional_utf8(expected_issuer)?;
            let revision = explained(Revision::chosen(optional_utf8(revision)?), problems)?;
            let found = validate(metadata, revision, issuer);
            give(mcpauth_text(found.to_json()), findings)
        }
    })
}
