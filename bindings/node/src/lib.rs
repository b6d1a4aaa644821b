//! The Node addon of `mcp-auth`: carries requests, documents and answers between JavaScript and `mcpauth-core`.
//!
//! It holds no rule, no default and no text. A panic below becomes a JavaScript error (`catch_unwind`), which the host
//! turns into a refused request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use mcpauth_core as core;
use napi::bindgen_prelude::{Array, Function, Result, Uint8Array};
use napi::{Env, Error, JsString};
use napi_derive::napi;

use crate::allow::Kept;
use crate::answer::{Answer, Operation, Told, told};
use crate::numbers::Numbers;
use crate::wire::{Wire, lines, pairs};

mod allow;
mod answer;
pub mod checkup;
mod jwt_verifier;
pub mod metadata;
mod numbers;
mod raw;
mod wire;

/// What nearly every token fits into, in bytes.
pub(crate) const TOKEN_ROOM: usize = 2048;

/// Everything one `MCPAuth` object knows: its resources, their issuers and keys.
#[napi]
pub struct Engine {
    engine: Arc<RwLock<core::Engine>>,
    numbers: Arc<Numbers>,
}

#[napi]
impl Engine {
    /// Builds the engine; the error's message is JSON that lists every problem of the configuration.
    #[napi(constructor, catch_unwind)]
    pub fn new(configuration: String) -> Result<Self> {
        let mut engine = core::Engine::new(&configuration, mcpauth_accel::provider())
            .map_err(configuration_error)?;
        let mut seed = [0; 16];
        // Without randomness the engine remembers tokens by a hash that needs none.
        if getrandom::fill(&mut seed).is_ok() {
            engine.set_cache_seed(seed);
        }
        Ok(Self {
            engine: Arc::new(RwLock::new(engine)),
            numbers: Arc::default(),
        })
    }

    /// A gate in front of one resource; the error is that of the constructor.
    #[napi(catch_unwind)]
    pub fn gate(&self, options: String) -> Result<Gate> {
        let gate = read(&self.engine)?
            .gate(&options)
            .map_err(configuration_error)?;
        Ok(Gate(Arc::new(Guarded {
            engine: Arc::clone(&self.engine),
            numbers: Arc::clone(&self.numbers),
            gate,
        })))
    }

    /// The answer to a request for a metadata document, or null for any other request.
    #[napi(catch_unwind)]
    pub fn metadata(
        &self,
        method: JsString<'_>,
        target: JsString<'_>,
        headers: Array<'_>,
        now: i64,
    ) -> Result<Option<Told>> {
        let engine = read(&self.engine)?;
        let wire = Wire::new(method, target, &headers)?;
        let answer = wire.judged(None, |request| engine.metadata(request, time(now)));
        answer
            .map(|answer| told(answer, &Kept::default()))
            .transpose()
    }

    /// Whether a server stands in place of protected resources.
    #[napi(getter, catch_unwind)]
    pub fn is_legacy(&self) -> Result<bool> {
        Ok(read(&self.engine)?.is_legacy())
    }

    /// The paths under which metadata documents live.
    #[napi(catch_unwind)]
    pub fn metadata_paths(&self) -> Result<Vec<String>> {
        Ok(read(&self.engine)?.metadata_paths())
    }

    /// Puts another configuration in the place of the present one; where the error is that of the constructor, nothing
    /// has changed.
    #[napi(catch_unwind)]
    pub fn update(&self, configuration: String) -> Result<()> {
        let mut engine = write(&self.engine)?;
        let updated = engine.update(&configuration);
        updated.map(drop).map_err(configuration_error)
    }

    /// The next document that some issuer lacks or should renew, or null.
    #[napi(catch_unwind)]
    pub fn pending(&self, now: i64) -> Result<Option<Answer>> {
        Ok(read(&self.engine)?.pending(time(now)).map(Answer::from))
    }

    /// Whether every issuer has keys that may serve.
    #[napi(catch_unwind)]
    pub fn is_ready(&self, now: i64) -> Result<bool> {
        Ok(read(&self.engine)?.is_ready(time(now)))
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
        write(&self.engine)?.supply(id as u64, reply, time(now));
        Ok(())
    }

    /// Tells that the application has answered this caller with a new session.
    #[napi(catch_unwind)]
    pub fn open_session(
        &self,
        session: String,
        issuer: String,
        subject: String,
        client_id: Option<String>,
    ) -> Result<()> {
        let principal = core::Principal {
            issuer: &issuer,
            subject: &subject,
            client_id: client_id.as_deref(),
        };
        write(&self.engine)?.open_session(session.as_bytes(), principal);
        Ok(())
    }

    /// Tells that a fetch failed, in whatever way.
    #[napi(catch_unwind)]
    pub fn supply_failure(&self, id: i64, now: i64) -> Result<()> {
        write(&self.engine)?.supply(id as u64, core::Reply::Failed, time(now));
        Ok(())
    }
}

/// What one route asks of its callers.
#[napi]
pub struct Gate(Arc<Guarded>);

struct Guarded {
    engine: Arc<RwLock<core::Engine>>,
    numbers: Arc<Numbers>,
    gate: core::Gate,
}

#[napi]
impl Gate {
    /// The function that judges a request at first: `(method, target, headers, now)`, like `check`.
    ///
    /// What the macro puts around a method takes longer than a remembered token; a function of its own has no `this` to
    /// make sure of.
    #[napi(catch_unwind, ts_return_type = "Function")]
    pub fn first<'e>(&self, env: &'e Env) -> Result<Function<'e, (), Told>> {
        let guarded = Arc::clone(&self.0);
        env.create_function_from_closure("check", move |call| {
            let (method, target) = (call.get(0)?, call.get(1)?);
            guarded.check(
                (method, target, call.get(2)?),
                None,
                None,
                time(call.get(3)?),
            )
        })
    }

    /// The function that judges a token alone at first: `(token, now)`, like `checkToken`.
    #[napi(catch_unwind, ts_return_type = "Function")]
    pub fn first_token<'e>(&self, env: &'e Env) -> Result<Function<'e, (), Told>> {
        let guarded = Arc::clone(&self.0);
        env.create_function_from_closure("checkToken", move |call| {
            guarded.check_token(call.get(0)?, None, time(call.get(1)?))
        })
    }

    /// Judges one request: `target` and `headers` as they came in, those of `headers()` or all; `body` and `verdict`
    /// where they were asked for.
    #[napi(catch_unwind)]
    pub fn check(
        &self,
        method: JsString<'_>,
        target: JsString<'_>,
        headers: Array<'_>,
        body: Option<Uint8Array>,
        verdict: Option<String>,
        now: i64,
    ) -> Result<Told> {
        let line = (method, target, headers);
        self.0
            .check(line, body.as_deref(), verdict.as_deref(), time(now))
    }

    /// Judges a token alone, outside any request.
    #[napi(catch_unwind)]
    pub fn check_token(
        &self,
        token: JsString<'_>,
        verdict: Option<String>,
        now: i64,
    ) -> Result<Told> {
        self.0.check_token(token, verdict.as_deref(), time(now))
    }

    /// The refusal of a caller who does not hold these scopes, or null; `heldScopes` is null for an anonymous
    /// caller.
    #[napi(catch_unwind)]
    pub fn require(
        &self,
        method: JsString<'_>,
        target: JsString<'_>,
        headers: Array<'_>,
        held_scopes: Option<Vec<String>>,
        scopes: Vec<String>,
    ) -> Result<Option<Answer>> {
        let engine = read(&self.0.engine)?;
        let wire = Wire::new(method, target, &headers)?;
        let refusal = wire.judged(None, |request| {
            engine.require(&self.0.gate, request, held_scopes.as_deref(), &scopes)
        });
        Ok(refusal.map(Answer::from))
    }

    /// The answer to a request that the application's own policy refuses.
    #[napi(catch_unwind)]
    pub fn deny(
        &self,
        method: JsString<'_>,
        target: JsString<'_>,
        headers: Array<'_>,
    ) -> Result<Answer> {
        let wire = Wire::new(method, target, &headers)?;
        Ok(wire
            .judged(None, |request| self.0.gate.deny(request))
            .into())
    }

    /// The answer to a request that a function of the application failed to judge.
    #[napi(catch_unwind)]
    pub fn failure(
        &self,
        method: JsString<'_>,
        target: JsString<'_>,
        headers: Array<'_>,
    ) -> Result<Answer> {
        let wire = Wire::new(method, target, &headers)?;
        Ok(wire
            .judged(None, |request| self.0.gate.failure(request))
            .into())
    }

    /// Those of the names that a caller with these scopes may use under a method; `heldScopes` is null for an anonymous
    /// caller.
    #[napi(catch_unwind)]
    pub fn visible(
        &self,
        held_scopes: Option<Vec<String>>,
        method: String,
        names: Vec<String>,
    ) -> Result<Vec<String>> {
        let engine = read(&self.0.engine)?;
        let visible = engine.visible(&self.0.gate, held_scopes.as_deref(), &method, &names);
        Ok(visible.into_iter().map(str::to_owned).collect())
    }

    /// Every tool, prompt and resource that `operations` names.
    #[napi(catch_unwind)]
    pub fn declared(&self) -> Vec<Operation> {
        let declared = self.0.gate.declared().into_iter();
        let owned = declared.map(|(method, name)| Operation {
            method: method.to_owned(),
            name: Some(name.to_owned()),
        });
        owned.collect()
    }

    /// The effective policy in one line, for the log.
    #[napi(catch_unwind)]
    pub fn policy(&self) -> String {
        self.0.gate.policy().to_owned()
    }

    /// The names of the headers, in lower case, that it looks at; all others may be left out.
    #[napi(catch_unwind)]
    pub fn headers(&self) -> Vec<&'static str> {
        self.0.gate.headers().collect()
    }

    /// The resource that it guards; none in authorization-server mode.
    #[napi(getter, catch_unwind)]
    pub fn resource(&self) -> Option<String> {
        self.0.gate.resource().map(str::to_owned)
    }
}

impl Guarded {
    fn check(
        &self,
        (method, target, headers): (JsString<'_>, JsString<'_>, Array<'_>),
        body: Option<&[u8]>,
        verdict: Option<&str>,
        now: core::Time,
    ) -> Result<Told> {
        let wire = Wire::new(method, target, &headers)?;
        let engine = read(&self.engine)?;
        let answer = wire.judged(body, |request| {
            engine.check_with_verdict(&self.gate, request, verdict, now)
        });
        drop(engine);
        self.remembered(answer)
    }

    fn check_token(
        &self,
        token: JsString<'_>,
        verdict: Option<&str>,
        now: core::Time,
    ) -> Result<Told> {
        let token = raw::text(token, TOKEN_ROOM)?;
        let answer = read(&self.engine)?.check_token(&self.gate, &token, verdict, now);
        self.remembered(answer)
    }

    /// The answer for JavaScript; the engine remembers a token that it has just verified, by a number.
    fn remembered(&self, mut answer: core::Answer) -> Result<Told> {
        let mut kept = Kept::default();
        if let core::Answer::Allow(allow) = &mut answer
            && let Some(remember) = allow.remember.take()
        {
            let (number, host) = self.numbers.next();
            drop(write(&self.engine)?.remember(remember, Some(host)));
            kept.remember = Some(number);
            kept.forget = self.numbers.forgotten();
        }
        told(answer, &kept)
    }
}

/// The token of a request that a gate has let pass with one; null where there is none.
#[napi(catch_unwind)]
pub fn bearer_token(headers: Array<'_>) -> Result<Option<String>> {
    let wire = Wire::of_headers(&headers)?;
    Ok(wire.judged(None, |request| {
        let token = core::credentials::bearer_token(request);
        token.ok().map(str::to_owned)
    }))
}

/// The search for the metadata of one authorization server.
#[napi]
pub struct Discovery {
    discovery: Mutex<core::Discovery>,
}

#[napi]
impl Discovery {
    /// Starts at an issuer; the error's message is JSON like that of the engine.
    #[napi(constructor, catch_unwind)]
    pub fn new(issuer: String, server_type: String) -> Result<Self> {
        let discovery =
            core::Discovery::named(&issuer, &server_type).map_err(configuration_error)?;
        Ok(Self {
            discovery: Mutex::new(discovery),
        })
    }

    /// Starts at the URL of the metadata document itself.
    #[napi(factory, catch_unwind)]
    pub fn at(url: String) -> Result<Self> {
        let discovery = core::Discovery::at(&url).map_err(configuration_error)?;
        Ok(Self {
            discovery: Mutex::new(discovery),
        })
    }

    /// The next document to fetch, or null when the search is over.
    #[napi(catch_unwind)]
    pub fn ask(&self) -> Result<Option<Answer>> {
        Ok(self.lock()?.ask().map(Answer::from))
    }

    /// Hands over what the fetch brought.
    #[napi(catch_unwind)]
    pub fn supply(&self, status: u16, headers: Array<'_>, body: Uint8Array) -> Result<()> {
        let headers = lines(&headers)?;
        let headers = pairs(&headers);
        self.lock()?.supply(core::Reply::Document {
            status,
            headers: &headers,
            body: &body,
        });
        Ok(())
    }

    /// Tells that the fetch failed.
    #[napi(catch_unwind)]
    pub fn supply_failure(&self) -> Result<()> {
        self.lock()?.supply(core::Reply::Failed);
        Ok(())
    }

    /// The JSON text of the document that was found.
    #[napi(getter, catch_unwind)]
    pub fn document(&self) -> Result<Option<String>> {
        Ok(self.lock()?.document().map(str::to_owned))
    }

    /// The documented code of the error that a host throws for it.
    #[napi(getter, catch_unwind)]
    pub fn documented_error(&self) -> Result<Option<String>> {
        Ok(self.lock()?.documented_error().map(str::to_owned))
    }

    /// Name and text of what went wrong.
    #[napi(getter, catch_unwind)]
    pub fn error(&self) -> Result<Option<Vec<String>>> {
        Ok(self
            .lock()?
            .error()
            .map(|code| vec![code.name().to_owned(), code.to_string()]))
    }

    fn lock(&self) -> Result<MutexGuard<'_, core::Discovery>> {
        self.discovery.lock().map_err(poisoned)
    }
}

/// The JSON text of the authorization server that a preset and its parameters make; the error is that of the engine.
#[napi(catch_unwind)]
pub fn preset(name: String, parameters: String) -> Result<String> {
    core::preset(&name, &parameters).map_err(configuration_error)
}

/// The fixed message of a documented error code.
#[napi(catch_unwind)]
pub fn error_text(code: String) -> Option<&'static str> {
    core::error_text(&code)
}

fn time(now: i64) -> core::Time {
    core::Time::from_unix_seconds(now.max(0) as u64)
}

pub(crate) fn configuration_error(error: core::ConfigurationError) -> Error {
    Error::from_reason(error.to_json())
}

// A poisoned lock means that a change stopped half-way: nothing this engine says can be trusted any more.

fn read<T>(engine: &RwLock<T>) -> Result<RwLockReadGuard<'_, T>> {
    engine.read().map_err(poisoned)
}

fn write<T>(engine: &RwLock<T>) -> Result<RwLockWriteGuard<'_, T>> {
    engine.write().map_err(poisoned)
}

pub(crate) fn poisoned<T>(error: PoisonError<T>) -> Error {
    Error::from_reason(error.to_string())
}
