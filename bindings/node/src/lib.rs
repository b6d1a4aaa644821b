//! The Node addon of `mcp-auth`: carries requests, documents and answers between JavaScript and `mcpauth-core`.
//!
//! It holds no rule, no default and no text. A panic below becomes a JavaScript error (`catch_unwind`), which the host
//! turns into a refused request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use mcpauth_core as core;
use napi::bindgen_prelude::{Result, Uint8Array};
use napi::{Error, JsString};
use napi_derive::napi;

use crate::answer::{Answer, Operation};

mod answer;
pub mod checkup;
mod jwt_verifier;
pub mod metadata;

/// Everything one `MCPAuth` object knows: its resources, their issuers and keys.
#[napi]
pub struct Engine {
    engine: Arc<RwLock<core::Engine>>,
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
        })
    }

    /// A gate in front of one resource; the error is that of the constructor.
    #[napi(catch_unwind)]
    pub fn gate(&self, options: String) -> Result<Gate> {
        let gate = read(&self.engine)?
            .gate(&options)
            .map_err(configuration_error)?;
        Ok(Gate {
            engine: Arc::clone(&self.engine),
            gate,
        })
    }

    /// The answer to a request for a metadata document, or null for any other request.
    #[napi(catch_unwind)]
    pub fn metadata(
        &self,
        method: JsString<'_>,
        target: JsString<'_>,
        headers: Vec<JsString<'_>>,
        now: i64,
    ) -> Result<Option<Answer>> {
        let wire = Wire::new(method, target, headers)?;
        let answer = read(&self.engine)?.metadata(&wire.request(&wire.headers(), None), time(now));
        answer.map(Answer::try_from).transpose()
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
        Answer::asked(read(&self.engine)?.pending(time(now)))
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
        headers: Vec<String>,
        body: Uint8Array,
        now: i64,
    ) -> Result<()> {
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
pub struct Gate {
    engine: Arc<RwLock<core::Engine>>,
    gate: core::Gate,
}

#[napi]
impl Gate {
    /// Judges one request: `target` and `headers` as they came in, every one of them; `body` and `verdict` where they
    /// were asked for.
    #[napi(catch_unwind)]
    pub fn check(
        &self,
        method: JsString<'_>,
        target: JsString<'_>,
        headers: Vec<JsString<'_>>,
        body: Option<Uint8Array>,
        verdict: Option<String>,
        now: i64,
    ) -> Result<Answer> {
        let wire = Wire::new(method, target, headers)?;
        let headers = wire.headers();
        let request = wire.request(&headers, body.as_deref());
        let answer = read(&self.engine)?.check_with_verdict(
            &self.gate,
            &request,
            verdict.as_deref(),
            time(now),
        );
        self.give(answer)
    }

    /// Judges a token alone, outside any request.
    #[napi(catch_unwind)]
    pub fn check_token(&self, token: String, verdict: Option<String>, now: i64) -> Result<Answer> {
        let (verdict, now) = (verdict.as_deref(), time(now));
        let answer = read(&self.engine)?.check_token(&self.gate, &token, verdict, now);
        self.give(answer)
    }

    /// The refusal of a caller who does not hold these scopes, or null; `heldScopes` is null for an anonymous
    /// caller.
    #[napi(catch_unwind)]
    pub fn require(
        &self,
        method: JsString<'_>,
        target: JsString<'_>,
        headers: Vec<JsString<'_>>,
        held_scopes: Option<Vec<String>>,
        scopes: Vec<String>,
    ) -> Result<Option<Answer>> {
        let wire = Wire::new(method, target, headers)?;
        let headers = wire.headers();
        let request = wire.request(&headers, None);
        let engine = read(&self.engine)?;
        let refusal = engine.require(&self.gate, &request, held_scopes.as_deref(), &scopes);
        refusal.map(respond).transpose()
    }

    /// The answer to a request that the application's own policy refuses.
    #[napi(catch_unwind)]
    pub fn deny(
        &self,
        method: JsString<'_>,
        target: JsString<'_>,
        headers: Vec<JsString<'_>>,
    ) -> Result<Answer> {
        let wire = Wire::new(method, target, headers)?;
        respond(self.gate.deny(&wire.request(&wire.headers(), None)))
    }

    /// The answer to a request that a function of the application failed to judge.
    #[napi(catch_unwind)]
    pub fn failure(
        &self,
        method: JsString<'_>,
        target: JsString<'_>,
        headers: Vec<JsString<'_>>,
    ) -> Result<Answer> {
        let wire = Wire::new(method, target, headers)?;
        respond(self.gate.failure(&wire.request(&wire.headers(), None)))
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
        let engine = read(&self.engine)?;
        let visible = engine.visible(&self.gate, held_scopes.as_deref(), &method, &names);
        Ok(visible.into_iter().map(str::to_owned).collect())
    }

    /// Every tool, prompt and resource that `operations` names.
    #[napi(catch_unwind)]
    pub fn declared(&self) -> Vec<Operation> {
        let declared = self.gate.declared().into_iter();
        let owned = declared.map(|(method, name)| Operation {
            method: method.to_owned(),
            name: Some(name.to_owned()),
        });
        owned.collect()
    }

    /// The effective policy in one line, for the log.
    #[napi(catch_unwind)]
    pub fn policy(&self) -> String {
        self.gate.policy().to_owned()
    }
}

impl Gate {
    /// The engine remembers a token that it has just verified.
    fn give(&self, mut answer: core::Answer) -> Result<Answer> {
        if let core::Answer::Allow(allow) = &mut answer
            && let Some(remember) = allow.remember.take()
        {
            write(&self.engine)?.remember(remember, None);
        }
        Answer::try_from(answer)
    }
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
        Answer::asked(self.lock()?.ask())
    }

    /// Hands over what the fetch brought.
    #[napi(catch_unwind)]
    pub fn supply(&self, status: u16, headers: Vec<String>, body: Uint8Array) -> Result<()> {
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

/// A request's bytes. Node decodes what it reads off the wire as latin1, so latin1 gives the bytes back.
struct Wire {
    method: String,
    target: String,
    headers: Vec<Vec<u8>>,
}

impl Wire {
    fn new(method: JsString<'_>, target: JsString<'_>, headers: Vec<JsString<'_>>) -> Result<Self> {
        Ok(Self {
            method: text(method)?,
            target: text(target)?,
            headers: headers.into_iter().map(bytes).collect::<Result<_>>()?,
        })
    }

    fn headers(&self) -> Vec<(&[u8], &[u8])> {
        pairs(&self.headers)
    }

    fn request<'a>(
        &'a self,
        headers: &'a [(&'a [u8], &'a [u8])],
        body: Option<&'a [u8]>,
    ) -> core::Request<'a> {
        core::Request {
            method: &self.method,
            target: &self.target,
            headers,
            body,
        }
    }
}

pub(crate) fn bytes(string: JsString<'_>) -> Result<Vec<u8>> {
    Ok(string.into_latin1()?.into())
}

fn text(string: JsString<'_>) -> Result<String> {
    Ok(String::from_utf8_lossy(&bytes(string)?).into_owned())
}

pub(crate) fn pairs<T: AsRef<[u8]>>(flat: &[T]) -> Vec<(&[u8], &[u8])> {
    flat.chunks_exact(2)
        .map(|pair| (pair[0].as_ref(), pair[1].as_ref()))
        .collect()
}

fn respond(response: core::Response) -> Result<Answer> {
    Answer::try_from(core::Answer::Respond(response))
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
