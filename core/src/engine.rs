//! The engine: one decision for every request.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::answer::{Answer, Cause, Details, NeedVerdict, Refusal, Reply};
use crate::auth_info::{AuthInfo, Principal};
use crate::base64url;
use crate::claims::Claims;
use crate::configuration::gate::{GateOptions, Known};
use crate::configuration::issuer::IssuerOptions;
use crate::configuration::resources::{EngineOptions, ServerOptions};
use crate::configuration::{ConfigurationError, Reader};
use crate::cors::Sharing;
use crate::credentials::{bearer_token, token68};
use crate::error::Code;
use crate::event::Event;
use crate::gate::{Demand, Gate};
use crate::header::Header;
use crate::issuer::Issuer;
use crate::issuer_keys::Judged;
use crate::json::{Text, Value};
use crate::jws::Compact;
use crate::payload::Payload;
use crate::remote::Attempts;
use crate::request::Request;
use crate::resources::Resources;
use crate::sessions::Sessions;
use crate::signature::SignatureProvider;
use crate::tables::Tables;
use crate::time::Time;
use crate::verdict::Identity;

mod application;
mod documents;
mod prefetch;
mod trust;
mod update;

use trust::Trust;

/// Decides on requests to a set of protected resources.
///
/// It has no clock, does no I/O and holds no lock: time is an argument, documents are asked for with
/// [`Answer::Fetch`] and handed over with [`Engine::supply`], and only that changes anything.
pub struct Engine {
    resources: Resources,
    /// In place of resources, in authorization-server mode.
    server: Option<ServerOptions>,
    issuers: Vec<Issuer>,
    provider: Tables,
    sessions: Sessions,
    attempts: Attempts,
    /// Counts the updates, so that a gate from before one is known.
    generation: u64,
}

/// What a token turned out to be.
enum Token {
    Of(AuthInfo),
    /// Something must be known before it can be told.
    Unknown(Answer),
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
        let mut event = Event::of(gate.options.resource.as_deref());
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
        let mut event = Event::of(gate.options.resource.as_deref());
        let mut judge = || {
            let trust = self.trust(gate)?;
            let token = token68(token.as_bytes())?;
            match self.identify(gate, &trust, token, verdict, now, &mut event)? {
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
    pub fn supply(&mut self, id: u64, reply: Reply<'_>, now: Time) {
        for issuer in &mut self.issuers {
            issuer.supply(id, reply, now, &self.provider, &mut self.attempts);
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
        let caller = match bearer_token(request) {
            Err(Code::MissingAuthorization) if gate.has_anonymous() => None,
            token => match self.identify(gate, &trust, token?, verdict, now, event)? {
                Token::Of(caller) => Some(caller),
                Token::Unknown(answer) => return Ok(answer),
            },
        };
        match self.demand(gate, request, caller.as_ref()) {
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

    /// Whose token it is.
    fn identify(
        &self,
        gate: &Gate,
        trust: &Trust<'_>,
        token: &str,
        verdict: Option<&str>,
        now: Time,
        event: &mut Event,
    ) -> Result<Token, Refusal> {
        if gate.options.verify_custom {
            self.believe(gate, trust, token, verdict, now, event)
        } else {
            self.verify(gate, trust, token, now, event)
        }
    }

    /// The way of a token that the application's own function verifies. Nothing is ever fetched for it.
    fn believe(
        &self,
        gate: &Gate,
        trust: &Trust<'_>,
        token: &str,
        verdict: Option<&str>,
        now: Time,
        event: &mut Event,
    ) -> Result<Token, Refusal> {
        if token.len() > crate::limits::TOKEN_BYTES {
            return Err(Code::TokenTooLarge.into());
        }
        let Some(verdict) = verdict else {
            let token = token.to_owned();
            return Ok(Token::Unknown(Answer::NeedVerdict(NeedVerdict { token })));
        };
        let identity = Identity::of_verdict(verdict, &gate.options.required_scopes)?;
        let issuer = self.trusted_issuer(trust, identity.issuer)?;
        event.issuer(issuer.name());
        let options = issuer.options();
        let caller = identity.auth_info(token, &options.scope_names, gate.options.leeway);
        match gate.check_identity(&identity, options, now) {
            Ok(()) => Ok(Token::Of(caller)),
            Err(code) => {
                let audience = identity.audience_as_given();
                let refusal = policy_refusal(code, gate, options, audience);
                let is_alive = gate.check_expiry(&identity, now).is_ok();
                Err(refusal.of(is_alive.then_some(caller)))
            }
        }
    }

    /// The one way from a token to a caller: every step takes what only the step before it can make.
    fn verify(
        &self,
        gate: &Gate,
        trust: &Trust<'_>,
        token: &str,
        now: Time,
        event: &mut Event,
    ) -> Result<Token, Refusal> {
        let jws = Compact::split(token)?;
        let (mut header, mut payload) = (decode_buffer(jws.header()), decode_buffer(jws.payload()));
        let malformed = |_| Code::MalformedToken;
        let header =
            Header::parse(base64url::decode(jws.header(), &mut header).map_err(malformed)?)?;
        event.header(header.kid(), header.algorithm().name());
        let bytes = base64url::decode(jws.payload(), &mut payload).map_err(malformed)?;
        let payload = Payload::parse(bytes)?;
        let issuer = self.trusted_issuer(trust, payload.unverified_issuer()?)?;
        event.issuer(issuer.name());
        let kind = match gate.check_header(&header, issuer.options()) {
            // Where refusals are only reported, the signature still tells who calls.
            Err(Code::WrongTokenType) if gate.options.report_only => Err(Code::WrongTokenType),
            checked => Ok(checked?),
        };
        let verified = match issuer.verify(&jws, &header, &payload, now)? {
            Judged::Verified(verified) => verified,
            Judged::Fetch(fetch) => return Ok(Token::Unknown(Answer::Fetch(fetch))),
        };
        let options = issuer.options();
        let claims = Claims::read_with(&verified, options.claim_names())?;
        let caller = || AuthInfo {
            leeway: gate.options.leeway,
            ..AuthInfo::new(token, &claims, bytes, &options.scope_names)
        };
        match kind.and_then(|()| gate.check(&claims, options, now)) {
            Ok(()) => Ok(Token::Of(caller())),
            Err(code) => {
                let audience = claims.audience_as_written();
                let refusal = policy_refusal(code, gate, options, audience);
                let is_told = gate.options.report_only && gate.check_times(&claims, now).is_ok();
                Err(refusal.of(is_told.then(caller)))
            }
        }
    }

    /// The trusted issuer that has this name.
    fn trusted_issuer(&self, trust: &Trust<'_>, named: Text<'_>) -> Result<&Issuer, Refusal> {
        let trusted = trust.issuers;
        let found = trusted
            .iter()
            .map(|&index| &self.issuers[index])
            .find(|issuer| issuer.is_named(named));
        found.ok_or_else(|| {
            let names: Vec<&str> = trusted
                .iter()
                .map(|&index| self.issuers[index].name())
                .collect();
            let cause = Some(Cause::new(&names, Value::String(named)));
            Refusal::with(
                Code::UntrustedIssuer,
                Details {
                    cause,
                    ..Details::default()
                },
            )
        })
    }
}

/// Adds what was expected and what came to a failed audience check.
fn policy_refusal(
    code: Code,
    gate: &Gate,
    options: &IssuerOptions,
    audience: Value<'_>,
) -> Refusal {
    if code != Code::WrongAudience {
        return code.into();
    }
    let expected = gate.audience(options).unwrap_or_default();
    let cause = Some(Cause::new(&expected, audience));
    Refusal::with(
        code,
        Details {
            cause,
            ..Details::default()
        },
    )
}

fn decode_buffer(text: &str) -> Vec<u8> {
    vec![0; base64url::decoded_len(text)]
}
