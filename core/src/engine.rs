//! The engine: one decision for every request.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::Any;

use crate::answer::{Answer, Refusal, Reply};
use crate::auth_info::{AuthInfo, Principal};
use crate::cache::{Cache, Forgotten};
use crate::configuration::gate::{GateOptions, Known};
use crate::configuration::resources::{EngineOptions, ServerOptions};
use crate::configuration::{ConfigurationError, Reader};
use crate::cors::Sharing;
use crate::credentials::bearer;
use crate::error::Code;
use crate::event::Event;
use crate::gate::{Demand, Gate};
use crate::issuer::Issuer;
use crate::remembered::Remember;
use crate::remote::Attempts;
use crate::request::Request;
use crate::resources::Resources;
use crate::sessions::Sessions;
use crate::signature::SignatureProvider;
use crate::tables::Tables;
use crate::time::Time;

mod application;
mod documents;
mod prefetch;
mod presented;
mod trust;
mod update;

use presented::{Presented, Token};

/// Decides on requests to a set of protected resources.
///
/// It has no clock, does no I/O and holds no lock: time is an argument, documents are asked for with
/// [`Answer::Fetch`] and handed over with [`Engine::supply`], and only that changes what it decides. What
/// [`Engine::remember`] takes changes how long a decision takes.
pub struct Engine {
    resources: Resources,
    /// In place of resources, in authorization-server mode.
    server: Option<ServerOptions>,
    issuers: Vec<Issuer>,
    provider: Tables,
    sessions: Sessions,
    attempts: Attempts,
    cache: Cache,
    /// Counts the updates, so that a gate from before one is known.
    generation: u64,
}

impl Engine {
    /// Builds an engine from its JSON configuration. Every problem is reported, each with its place.
    pub fn new(
        configuration: &str,
        provider: &'static dyn SignatureProvider,
    ) -> Result<Self, ConfigurationError> {
        Self::build(configuration, Tables::new(provider), Attempts::default())
    }

    fn build(
        configuration: &str,
        provider: Tables,
        mut attempts: Attempts,
    ) -> Result<Self, ConfigurationError> {
        Reader::read(configuration, |reader, root| {
            let EngineOptions {
                resources,
                server,
                issuers: options,
                token_cache_size,
            } = EngineOptions::read(reader, root)?;
            let mut issuers = Vec::new();
            for option in options {
                let name = option.issuer.clone();
                match Issuer::new(option, &provider, &mut attempts) {
                    Ok(issuer) => issuers.push(issuer),
                    Err(code) => {
                        let place = root.at(match server {
                            Some(_) => "server",
                            None => "protected_resources",
                        });
                        reader.problem(
                            &place,
                            format!("has keys of {name} that cannot be used: {code}"),
                        );
                    }
                }
            }
            let resources = Resources(resources);
            Some(Self {
                resources,
                server,
                issuers,
                provider,
                sessions: Sessions::default(),
                attempts,
                cache: Cache::new(token_cache_size, None),
                generation: 0,
            })
        })
    }

    /// Makes a gate from its JSON options.
    pub fn gate(&self, options: &str) -> Result<Gate, ConfigurationError> {
        let known = Known {
            guarded: self.guarded(),
            issuers: self.issuers.iter().map(Issuer::name).collect(),
        };
        let options = Reader::read(options, |reader, root| {
            GateOptions::read(reader, root, &known)
        })?;
        let trust = self.trust_of(options.resource.as_deref());
        let trusted = trust.map_or(&[][..], |trust| trust.issuers);
        let issuers: Vec<String> = trusted
            .iter()
            .map(|&index| self.issuers[index].describe())
            .collect();
        Ok(Gate::new(options, &issuers.join(", "), self.generation))
    }

    /// Whether a server stands in place of protected resources: authorization-server mode.
    pub const fn is_legacy(&self) -> bool {
        self.server.is_some()
    }

    /// Decides on a request.
    pub fn check(&self, gate: &Gate, request: &Request<'_>, now: Time) -> Answer {
        self.check_with_verdict(gate, request, None, now)
    }

    /// Decides on a request, with what the application's own function says of its token where the engine has asked for
    /// that: the JSON text that `docs/configuration.md` describes.
    pub fn check_with_verdict(
        &self,
        gate: &Gate,
        request: &Request<'_>,
        verdict: Option<&str>,
        now: Time,
    ) -> Answer {
        let mut event = Event::of(gate.resource.as_ref());
        let sharing = match gate.sharing(request) {
            Ok(sharing) => sharing,
            Err(code) => return gate.turn_away(code.into(), Sharing::Unsaid).about(event),
        };
        if let Some(method) = request.preflight_method().filter(|_| gate.options.cors) {
            let mut response = sharing.preflight(request, method);
            response
                .headers
                .insert(0, ("Cache-Control", "no-store".to_owned()));
            return Answer::Respond(response);
        }
        self.judge(gate, request, verdict, now, &mut event)
            .unwrap_or_else(|refusal| gate.turn_away(refusal, sharing))
            .about(event)
    }

    /// Decides on a token alone, outside any request: no operation and no session is judged.
    pub fn check_token(
        &self,
        gate: &Gate,
        token: &str,
        verdict: Option<&str>,
        now: Time,
    ) -> Answer {
        let mut event = Event::of(gate.resource.as_ref());
        let mut judge = || {
            let trust = self.trust(gate)?;
            let presented = Presented {
                engine: self,
                gate,
                trust: &trust,
                token: token.as_bytes(),
                verdict,
                now,
            };
            match presented.identify(&mut event)? {
                Token::Of(caller) => {
                    let demand = gate.base_demand();
                    Ok(Answer::Allow(gate.admit(
                        Some(caller),
                        demand,
                        trust.hierarchy,
                    )?))
                }
                Token::Unknown(answer) => Ok(answer),
            }
        };
        let judged: Result<Answer, Refusal> = judge();
        judged
            .unwrap_or_else(|refusal| gate.turn_away(refusal, Sharing::Unsaid))
            .about(event)
    }

    /// Takes how a fetch ended. A late answer to an earlier fetch, or to one of an issuer that was replaced, is
    /// ignored.
    pub fn supply(&mut self, id: u64, reply: Reply<'_>, now: Time) -> Forgotten {
        let mut forgotten = Forgotten::default();
        for issuer in &mut self.issuers {
            let keys = issuer.keys().number();
            issuer.supply(id, reply, now, &self.provider, &mut self.attempts);
            if issuer.keys().number() != keys {
                forgotten = self.cache.forget_keys(keys);
            }
        }
        forgotten
    }

    /// Gives the secret under which tokens are remembered: 16 bytes of the operating system's randomness. Without it they
    /// are remembered by a hash that takes longer. What was remembered before is forgotten.
    pub fn set_cache_seed(&mut self, seed: [u8; 16]) {
        self.cache = Cache::new(self.cache.size(), Some(seed));
    }

    /// Remembers a token that was verified and accepted, with whatever the host wants back as `Allow.host` when the token
    /// comes again. Ignored where the keys of its issuer or the configuration are no longer those that it was judged by.
    pub fn remember(
        &mut self,
        remember: Remember,
        host: Option<Arc<dyn Any + Send + Sync>>,
    ) -> Forgotten {
        let ticket = *remember.0;
        let issuer = self.issuers.get(ticket.issuer);
        let has_keys = issuer.is_some_and(|issuer| issuer.keys().number() == ticket.known.keys);
        if has_keys && Arc::ptr_eq(&ticket.cache, &self.cache.identity()) {
            self.cache.insert(ticket, host)
        } else {
            Forgotten::default()
        }
    }

    /// Tells that the application has answered a caller's request with a new session (`Mcp-Session-Id`). From then
    /// on the session is that principal's: same issuer, subject and client.
    pub fn open_session(&mut self, session: &[u8], caller: Principal<'_>) {
        self.sessions.open(session, caller);
    }

    fn judge(
        &self,
        gate: &Gate,
        request: &Request<'_>,
        verdict: Option<&str>,
        now: Time,
        event: &mut Event,
    ) -> Result<Answer, Refusal> {
        let trust = self.trust(gate)?;
        let caller = match bearer(request) {
            Err(Code::MissingAuthorization) if gate.has_anonymous() => None,
            token => {
                let presented = Presented {
                    engine: self,
                    gate,
                    trust: &trust,
                    token: token?,
                    verdict,
                    now,
                };
                match presented.identify(event)? {
                    Token::Of(caller) => Some(caller),
                    Token::Unknown(answer) => return Ok(answer),
                }
            }
        };
        let info = caller.as_ref().map(|caller| &*caller.info);
        match self.demand(gate, request, info) {
            Ok(Some(demand)) => gate
                .admit(caller, demand, trust.hierarchy)
                .map(Answer::Allow),
            Ok(None) => Ok(Answer::NeedBody {
                max: crate::limits::BODY_BYTES,
            }),
            Err(refusal) => Err(refusal.of(caller)),
        }
    }

    /// What a request needs, in a session of this caller's.
    fn demand<'g>(
        &self,
        gate: &'g Gate,
        request: &Request<'_>,
        caller: Option<&AuthInfo>,
    ) -> Result<Option<Demand<'g>>, Refusal> {
        if let Some(caller) = caller
            && request
                .values("mcp-session-id")
                .any(|session| self.sessions.is_foreign(session, caller.principal()))
        {
            return Err(Code::ForeignSession.into());
        }
        gate.demand(request)
    }
}
