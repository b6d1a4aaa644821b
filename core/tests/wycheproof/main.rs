//! Project Wycheproof: signatures, keys and tokens made to break verifiers, each with a label.
//!
//! Our verdict is the label's, except where `exceptions.json` says why not. A difference that is not there
//! fails, and so does an entry that is not needed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where it fails"
)]

mod jose;
mod ledger;
mod primitives;
