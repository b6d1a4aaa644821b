//! Our own candidates: providers of signatures, an engine, and requests to it.

use mcpauth_accel::Provider;
use mcpauth_core::algorithm::KeyKind;
use mcpauth_core::json::{Bounds, Object};
use mcpauth_core::jwk::{Jwk, UnusableKey};
use mcpauth_core::signature::{BadSignature, PreparedKey, SignatureProvider};
use mcpauth_core::{Answer, Engine, Gate, Portable, Request, Time, algorithm};

use crate::cases::{Cases, Token};

/// A provider and its name in the tables.
pub(crate) struct Named {
    pub(crate) name: &'static str,
    pub(crate) provider: &'static dyn SignatureProvider,
}

/// The portable provider.
pub(crate) const PORTABLE: Named = Named {
    name: "mcpauth portable",
    provider: &Portable,
};

/// The providers that this CPU has for an algorithm: the others are for RSA alone.
pub(crate) fn providers(algorithm: &str) -> Vec<Named> {
    let mut all = vec![PORTABLE];
    if algorithm.starts_with("RS") || algorithm.starts_with("PS") {
        let of_this_cpu = [
            ("mcpauth server", Provider::adx()),
            ("mcpauth IFMA", Provider::ifma()),
        ];
        all.extend(of_this_cpu.into_iter().filter_map(|(name, provider)| {
            provider.map(|provider| Named {
                name,
                provider: Box::leak(Box::new(provider)),
            })
        }));
    }
    all
}

/// A key, ready to verify.
pub(crate) fn prepare(provider: &dyn SignatureProvider, token: &Token) -> Box<dyn PreparedKey> {
    let object: Object<'_, 32> =
        Object::parse(token.jwk.get().as_bytes(), Bounds::DOCUMENT).expect("it is JSON");
    let jwk = Jwk::read(&object).expect("it is a JWK");
    provider.prepare(&jwk).expect("it is a good key")
}

/// A provider to which every signature is good: with it, what is left of a check can be measured.
pub(crate) struct Blind;

impl SignatureProvider for Blind {
    fn prepare(&self, jwk: &Jwk<'_>) -> Result<Box<dyn PreparedKey>, UnusableKey> {
        Ok(Box::new(BlindKey(jwk.kind())))
    }
}

pub(crate) struct BlindKey(KeyKind);

impl BlindKey {
    pub(crate) const fn of(algorithm: algorithm::Algorithm) -> Self {
        Self(algorithm.key_kind())
    }
}

impl PreparedKey for BlindKey {
    fn signature_len(&self, algorithm: algorithm::Algorithm) -> Option<usize> {
        (algorithm.key_kind() == self.0).then_some(match self.0 {
            KeyKind::Rsa => 256,
            KeyKind::P384 => 96,
            KeyKind::P521 => 132,
            KeyKind::P256 | KeyKind::Ed25519 => 64,
        })
    }

    fn verify(&self, _: algorithm::Algorithm, _: &[u8], _: &[u8]) -> Result<(), BadSignature> {
        Ok(())
    }
}

/// An engine that has its keys, and one gate.
pub(crate) struct Server {
    engine: Engine,
    gate: Gate,
    now: Time,
}

impl Server {
    /// One that remembers no tokens.
    pub(crate) fn new(cases: &Cases, provider: &'static dyn SignatureProvider) -> Self {
        let members = cases.configuration.get().trim_start_matches('{');
        Self::with(
            &format!("{{\"token_cache_size\":0,{members}"),
            cases,
            provider,
        )
    }

    /// One that can [`remember`](Self::remember) them.
    pub(crate) fn remembering(cases: &Cases, provider: &'static dyn SignatureProvider) -> Self {
        Self::with(cases.configuration.get(), cases, provider)
    }

    fn with(configuration: &str, cases: &Cases, provider: &'static dyn SignatureProvider) -> Self {
        let engine = Engine::new(configuration, provider);
        let mut engine = engine.expect("the configuration is good");
        engine.set_cache_seed(*b"any sixteen byte");
        let gate = engine.gate(cases.gate.get()).expect("the gate is good");
        Self {
            engine,
            gate,
            now: Time::from_unix_seconds(cases.now),
        }
    }

    /// Decides on a whole request, such as a client of MCP sends. Nothing is remembered of it.
    pub(crate) fn check(&self, authorization: &[u8]) -> Answer {
        let headers: [(&[u8], &[u8]); 6] = [
            (b"host", b"rs.example"),
            (b"content-type", b"application/json"),
            (b"accept", b"application/json, text/event-stream"),
            (b"mcp-protocol-version", b"2025-11-25"),
            (b"authorization", authorization),
            (b"content-length", b"97"),
        ];
        let request = Request {
            method: "POST",
            target: "/mcp",
            headers: &headers,
            body: None,
        };
        self.engine.check(&self.gate, &request, self.now)
    }

    /// Has the engine remember a good token, as a host does; whether it could.
    pub(crate) fn remember(&mut self, authorization: &[u8]) -> bool {
        let Answer::Allow(mut allow) = self.check(authorization) else {
            return false;
        };
        let Some(remember) = allow.remember.take() else {
            return false;
        };
        drop(self.engine.remember(remember, None));
        matches!(self.check(authorization), Answer::Allow(allow) if allow.event.cached)
    }
}

/// What stands in the header.
pub(crate) fn bearer(token: &[u8]) -> Vec<u8> {
    [b"Bearer ", token].concat()
}
