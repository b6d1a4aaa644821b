//! The engine: one decision for every request.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::answer::{Answer, Cause, Details, Fetch, Refusal, Reply, Response};
use crate::auth_info::{AuthInfo, Principal};
use crate::base64url;
use crate::claims::Claims;
use crate::configuration::gate::{GateOptions, Known};
use crate::configuration::issuer::IssuerOptions;
use crate::configuration::resources::{EngineOptions, ResourceOptions};
use crate::configuration::{ConfigurationError, Reader};
use crate::cors::Sharing;
use crate::credentials::bearer_token;
use crate::error::Code;
use crate::event::Event;
use crate::gate::{Demand, Gate};
use crate::header::Header;
use crate::issuer::Issuer;
use crate::issuer_keys::Judged;
use crate::json::Value;
use crate::jws::Compact;
use crate::payload::Payload;
use crate::remote::Attempts;
use crate::request::Request;
use crate::resources::Resources;
use crate::sessions::Sessions;
use crate::signature::SignatureProvider;
use crate::time::Time;

mod prefetch;
mod update;

/// Decides on requests to a set of protected resources.
///
/// It has no clock, does no I/O and holds no lock: time is an argument, documents are asked for with
/// [`Answer::Fetch`] and handed over with [`Engine::supply`], and only that changes anything.
pub struct Engine {
    resources: Resources,
    issuers: Vec<Issuer>,
    provider: &'static dyn SignatureProvider,
    sessions: Sessions,
    attempts: Attempts,
    /// Counts the updates, so that a gate from before one is known.
    generation: u64,
}

/// What a token turned out to be.
enum Verdict {
    Caller(AuthInfo),
    Fetch(Fetch),
}

impl Engine {
    /// Builds an engine from its JSON configuration. Every problem is reported, each with its place.
    pub fn new(
        configuration: &str,
        provider: &'static dyn SignatureProvider,
    ) -> Result<Self, ConfigurationError> {
        Self::build(configuration, provider, Attempts::default())
    }

    fn build(
        configuration: &str,
        provider: &'static dyn SignatureProvider,
        mut attempts: Attempts,
    ) -> Result<Self, ConfigurationError> {
        Reader::read(configuration, |reader, root| {
            let EngineOptions {
                resources,
                issuers: options,
            } = EngineOptions::read(reader, root)?;
            let mut issuers = Vec::new();
            for option in options {
                let name = option.issuer.clone();
                match Issuer::new(option, provider, &mut attempts) {
                    Ok(issuer) => issuers.push(issuer),
                    Err(code) => {
                        let place = root.at("protected_resources");
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
        let resources = self.resources.identifiers();
        let issuers = self.issuers.iter().map(Issuer::name).collect();
        let known = Known { resources, issuers };
        let options = Reader::read(options, |reader, root| {
            GateOptions::read(reader, root, &known)
        })?;
        let resource = self.resources.find(&options.resource);
        let resource = resource.expect("the options were read with the list of resources");
        self.check_wide_audiences(resource, &options)?;
        let issuers: Vec<String> = resource
            .issuers
            .iter()
            .map(|&index| self.issuers[index].describe())
            .collect();
        Ok(Gate::new(options, &issuers.join(", "), self.generation))
    }

    /// An audience that other APIs share needs a scope that tells them apart.
    fn check_wide_audiences(
        &self,
        resource: &ResourceOptions,
        options: &GateOptions,
    ) -> Result<(), ConfigurationError> {
        let mut issuers = resource.issuers.iter().map(|&index| &self.issuers[index]);
        let wide = issuers.find(|issuer| !issuer.options().wide_audience.is_empty());
        match wide.filter(|_| options.required_scopes.is_empty()) {
            None => Ok(()),
            Some(issuer) => Err(ConfigurationError::at(
                "/required_scopes",
                format!(
                    "must name a scope, because other APIs share an audience of {}",
                    issuer.name()
                ),
            )),
        }
    }

    /// Decides on a request.
    pub fn check(&self, gate: &Gate, request: &Request<'_>, now: Time) -> Answer {
        let mut event = Event::of(&gate.options.resource);
        let sharing = match gate.sharing(request) {
            Ok(sharing) => sharing,
            Err(code) => {
                let response = gate.refuse(code.into(), Sharing::Unsaid);
                return Answer::Respond(response).about(event);
            }
        };
        if let Some(method) = request.preflight_method().filter(|_| gate.options.cors) {
            let mut response = sharing.preflight(request, method);
            response
                .headers
                .insert(0, ("Cache-Control", "no-store".to_owned()));
            return Answer::Respond(response);
        }
        self.judge(gate, request, now, &mut event)
            .unwrap_or_else(|refusal| Answer::Respond(gate.refuse(refusal, sharing)))
            .about(event)
    }

    /// Takes how a fetch ended. A late answer to an earlier fetch, or to one of an issuer that was replaced, is
    /// ignored.
    pub fn supply(&mut self, id: u64, reply: Reply<'_>, now: Time) {
        for issuer in &mut self.issuers {
            issuer.supply(id, reply, now, self.provider, &mut self.attempts);
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
        now: Time,
        event: &mut Event,
    ) -> Result<Answer, Refusal> {
        let resource = self.resource(gate)?;
        let caller = match bearer_token(request) {
            Err(Code::MissingAuthorization) if gate.has_anonymous() => None,
            token => match self.verify(gate, resource, token?, now, event)? {
                Verdict::Caller(caller) => Some(caller),
                Verdict::Fetch(fetch) => return Ok(Answer::Fetch(fetch)),
            },
        };
        if let Some(caller) = &caller
            && request
                .values("mcp-session-id")
                .any(|session| self.sessions.is_foreign(session, caller.principal()))
        {
            return Err(Code::ForeignSession.into());
        }
        match gate.demand(request)? {
            Demand::NeedBody => Ok(Answer::NeedBody {
                max: crate::limits::BODY_BYTES,
            }),
            demand => gate
                .admit(caller, &demand, &resource.scope_hierarchy)
                .map(Answer::Allow),
        }
    }

    /// The one way from a token to a caller: every step takes what only the step before it can make.
    fn verify(
        &self,
        gate: &Gate,
        resource: &ResourceOptions,
        token: &str,
        now: Time,
        event: &mut Event,
    ) -> Result<Verdict, Refusal> {
        let jws = Compact::split(token)?;
        let (mut header, mut payload) = (decode_buffer(jws.header()), decode_buffer(jws.payload()));
        let malformed = |_| Code::MalformedToken;
        let header =
            Header::parse(base64url::decode(jws.header(), &mut header).map_err(malformed)?)?;
        event.header(header.kid(), header.algorithm().name());
        let bytes = base64url::decode(jws.payload(), &mut payload).map_err(malformed)?;
        let payload = Payload::parse(bytes)?;
        let issuer = self.trusted_issuer(resource, &payload)?;
        event.issuer(issuer.name());
        issuer.check_header(&header)?;
        let verified = match issuer.verify(&jws, &header, &payload, now)? {
            Judged::Verified(verified) => verified,
            Judged::Fetch(fetch) => return Ok(Verdict::Fetch(fetch)),
        };
        let options = issuer.options();
        let claims = Claims::read_with_subject(&verified, &options.subject_claims)?;
        gate.check(&claims, options, now)
            .map_err(|code| audience_refusal(code, gate, options, &claims))?;
        let caller = AuthInfo::new(token, &claims, bytes, &options.scope_names);
        Ok(Verdict::Caller(AuthInfo {
            leeway: gate.options.leeway,
            ..caller
        }))
    }

    /// The issuer of the resource that a payload names.
    fn trusted_issuer(
        &self,
        resource: &ResourceOptions,
        payload: &Payload<'_>,
    ) -> Result<&Issuer, Refusal> {
        let named = payload.unverified_issuer()?;
        let trusted = &resource.issuers;
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

/// Metadata documents.
impl Engine {
    /// The paths under which metadata documents are served, for a host that lists its routes.
    pub fn metadata_paths(&self) -> Vec<String> {
        self.resources.metadata_paths()
    }

    /// Answers a request for a metadata document; `None` for any other request (RFC 9728 section 3). It is
    /// never behind a gate.
    pub fn metadata(&self, request: &Request<'_>) -> Option<Response> {
        let resource = self.resources.asked_for(request)?;
        let servers: Vec<&str> = resource
            .issuers
            .iter()
            .map(|&index| self.issuers[index].name())
            .collect();
        resource.metadata(request, &servers)
    }
}

/// Adds what was expected and what came to a failed audience check.
fn audience_refusal(
    code: Code,
    gate: &Gate,
    options: &IssuerOptions,
    claims: &Claims<'_, '_>,
) -> Refusal {
    if code != Code::WrongAudience {
        return code.into();
    }
    let expected = gate.audience(options).unwrap_or_default();
    let cause = Some(Cause::new(&expected, claims.audience_as_written()));
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
