use std::sync::RwLock;

use mcpauth_core as core;

use napi::bindgen_prelude::{Array, Either, Result, Uint8Array};
use napi::{Error, JsString};
use napi_derive::napi;

use crate::allow::Kept;
use crate::answer::{Told, told};
use crate::wire::{lines, pairs};
use crate::{TOKEN_ROOM, configuration_error, raw, read, time, write};

/// Verifies JWTs with the keys of one JWK Set, or with a key that comes with each token.
#[napi]
pub struct JwtVerifier {
    verifier: RwLock<core::JwtVerifier>,
}

#[napi]
impl JwtVerifier {
    /// Takes its options as JSON text; the error is that of the engine.
    #[napi(constructor, catch_unwind)]
    pub fn new(options: String) -> Result<Self> {
        let verifier = core::JwtVerifier::new(&options, mcpauth_accel::provider())
            .map_err(configuration_error)?;
        Ok(Self {
            verifier: RwLock::new(verifier),
        })
    }

    /// The JOSE header as JSON text; the error's message is JSON with `code` and `text`.
    #[napi(catch_unwind)]
    pub fn header(&self, token: JsString<'_>) -> Result<String> {
        let token = raw::text(token, TOKEN_ROOM)?;
        let header = read(&self.verifier)?.header(&token);
        header.map_err(|code| Error::from_reason(code.to_json()))
    }

    /// Verifies a token with the verifier's own keys (null), a JWK as JSON text, or a secret.
    #[napi(catch_unwind)]
    pub fn check(
        &self,
        token: JsString<'_>,
        key: Option<Either<String, Uint8Array>>,
        now: i64,
    ) -> Result<Told> {
        let token = raw::text(token, TOKEN_ROOM)?;
        let key = match &key {
            None => core::VerificationKey::Own,
            Some(Either::A(jwk)) => core::VerificationKey::Jwk(jwk),
            Some(Either::B(secret)) => core::VerificationKey::Secret(secret),
        };
        told(
            read(&self.verifier)?.check(&token, key, time(now)),
            &Kept::default(),
        )
    }

    /// Hands over what a fetch brought; an id that nobody waits for is ignored.
    #[napi(catch_unwind)]
    pub fn supply(
        &self,
        id: i64,
        status: u16,
        headers: Array<'_>,
        body: Uint8Array,
        now: i64,
    ) -> Result<()> {
        let headers = lines(&headers)?;
        let headers = pairs(&headers);
        let reply = core::Reply::Document {
            status,
            headers: &headers,
            body: &body,
        };
        write(&self.verifier)?.supply(id as u64, reply, time(now));
        Ok(())
    }

    /// Tells that a fetch failed, in whatever way.
    #[napi(catch_unwind)]
    pub fn supply_failure(&self, id: i64, now: i64) -> Result<()> {
        write(&self.verifier)?.supply(id as u64, core::Reply::Failed, time(now));
        Ok(())
    }
}
