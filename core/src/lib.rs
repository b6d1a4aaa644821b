//! The engine of mcpauth: decides, for every HTTP request to a protected resource, whether it may pass and
//! with which identity, how it is answered, or which document must be fetched first.
//!
//! ```text
//! request - credentials - compact JWS - header - issuer - key - signature - claims - policy - decision
//!                 |                               |       |
//!                 +-- answer 401 / 400            |       +-- fetch this document, then ask again
//!                                                 +-- answer 401
//! ```
//!
//! It has no clock, does no I/O and keeps no global state, but for constants that it computes: the same inputs give the same answer, for ever.
//!
//! # The loop of a host
//!
//! Ask; fetch or buffer what is asked for; supply it; ask again.
//!
//! ```
//! use mcpauth_core::{Answer, Engine, Portable, Reply, Request, Time};
//!
//! let mut engine = Engine::new(
//!     r#"{"protected_resources": {"metadata": {
//!         "resource": "https://api.example.com/notes",
//!         "authorization_servers": [{"issuer": "https://as.example.com", "type": "oidc"}]}}}"#,
//!     &Portable,
//! )?;
//! let gate = engine.gate(r#"{"resource": "https://api.example.com/notes", "required_scopes": ["read:notes"]}"#)?;
//! let now = Time::from_unix_seconds(1_800_000_000);
//!
//! // Nobody has said who they are: the answer is a challenge.
//! let request = Request { method: "POST", target: "/notes", headers: &[], body: None };
//! let Answer::Respond(response) = engine.check(&gate, &request, now) else { unreachable!() };
//! assert_eq!(response.status, 401);
//!
//! // A token of the issuer: its metadata must be fetched first.
//! let token = b"Bearer eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2FzLmV4YW1wbGUuY29tIn0.c2lnbmF0dXJl";
//! let request = Request { headers: &[(b"Authorization", token)], ..request };
//! let Answer::Fetch(fetch) = engine.check(&gate, &request, now) else { unreachable!() };
//! assert_eq!(fetch.url, "https://as.example.com/.well-known/openid-configuration");
//!
//! // It could not be had, so the token is not judged.
//! engine.supply(fetch.id, Reply::Failed, now);
//! let Answer::Respond(response) = engine.check(&gate, &request, now) else { unreachable!() };
//! assert_eq!(response.status, 503);
//! # Ok::<(), mcpauth_core::ConfigurationError>(())
//! ```
#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(test)]
extern crate std;

// Each module uses only those before it in the list of tests/structure.rs, which holds them to it.
pub mod algorithm;
#[cfg(feature = "alloc")]
mod answer;
#[cfg(feature = "alloc")]
mod auth_info;
#[cfg(feature = "alloc")]
mod authorization_server;
pub mod base64url;
#[cfg(feature = "alloc")]
mod cache;
pub mod challenge;
#[cfg(feature = "alloc")]
mod checkup;
pub mod claims;
#[cfg(feature = "alloc")]
mod configuration;
#[cfg(feature = "alloc")]
mod cors;
pub mod credentials;
#[cfg(feature = "alloc")]
mod discovery;
#[cfg(feature = "alloc")]
mod engine;
pub mod error;
mod error_text;
#[cfg(feature = "alloc")]
mod event;
#[cfg(feature = "alloc")]
mod gate;
pub mod header;
#[cfg(feature = "alloc")]
mod hierarchy;
#[cfg(feature = "alloc")]
mod issuer;
#[cfg(feature = "alloc")]
mod issuer_keys;
pub mod json;
pub mod jwk;
pub mod jws;
#[cfg(feature = "alloc")]
mod jwt_verifier;
#[cfg(feature = "alloc")]
mod keys;
pub mod limits;
pub mod metadata;
pub mod operation;
pub mod payload;
pub mod policy;
#[cfg(feature = "alloc")]
mod presets;
#[cfg(feature = "alloc")]
mod remembered;
#[cfg(feature = "alloc")]
mod remote;
pub mod request;
#[cfg(feature = "alloc")]
mod resources;
#[cfg(feature = "alloc")]
mod sessions;
pub mod signature;
#[cfg(feature = "alloc")]
mod slot;
pub mod spki;
#[cfg(feature = "alloc")]
mod tables;
pub mod time;
pub mod token;
pub mod url;
#[cfg(feature = "alloc")]
mod validation;
#[cfg(feature = "alloc")]
mod verdict;

pub use error::Code;
pub use error_text::error_text;
pub use request::Request;
pub use signature::Portable;
pub use time::Time;

#[cfg(feature = "alloc")]
pub use answer::{Allow, Answer, Cause, Fetch, NeedVerdict, Reply, Response};
#[cfg(feature = "alloc")]
pub use auth_info::{AuthInfo, Principal};
#[cfg(feature = "alloc")]
pub use authorization_server::ServerType;
#[cfg(feature = "alloc")]
pub use cache::Forgotten;
#[cfg(feature = "alloc")]
pub use checkup::{Checkup, Command};
#[cfg(feature = "alloc")]
pub use configuration::{ConfigurationError, Problem};
#[cfg(feature = "alloc")]
pub use discovery::{Discovery, ServerMetadata};
#[cfg(feature = "alloc")]
pub use engine::Engine;
#[cfg(feature = "alloc")]
pub use event::Event;
#[cfg(feature = "alloc")]
pub use gate::Gate;
#[cfg(feature = "alloc")]
pub use jwt_verifier::{JwtVerifier, VerificationKey};
#[cfg(feature = "alloc")]
pub use presets::{Parameter, ParameterKind, Preset, preset, presets};
#[cfg(feature = "alloc")]
pub use remembered::Remember;
#[cfg(feature = "alloc")]
pub use signature::{PreparedKey, SignatureProvider};
#[cfg(feature = "alloc")]
pub use validation::{
    Finding, Findings, MetadataKind, Revision, metadata_problems, problems_to_json, validate,
};
