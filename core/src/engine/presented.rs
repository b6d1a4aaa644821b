//! The way of one token to its caller.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::Engine;
use super::trust::Trust;
use crate::answer::{Answer, Caller, Cause, Details, NeedVerdict, Refusal};
use crate::auth_info::AuthInfo;
use crate::claims::Claims;
use crate::configuration::issuer::IssuerOptions;
use crate::credentials::token68;
use crate::error::Code;
use crate::event::Event;
use crate::gate::Gate;
use crate::header::Header;
use crate::issuer::Issuer;
use crate::issuer_keys::Judged;
use crate::json::{Text, Value};
use crate::jws::Parts;
use crate::limits;
use crate::payload::Payload;
use crate::remembered::{Remember, Remembered, Ticket};
use crate::time::Time;
use crate::verdict::Identity;

/// What stands where a token should, at a gate.
pub(super) struct Presented<'p> {
    pub(super) engine: &'p Engine,
    pub(super) gate: &'p Gate,
    pub(super) trust: &'p Trust<'p>,
    pub(super) token: &'p [u8],
    /// What the application's own function says of it.
    pub(super) verdict: Option<&'p str>,
    pub(super) now: Time,
}

/// What a token turned out to be.
pub(super) enum Token {
    Of(Caller),
    /// Something must be known before it can be told.
    Unknown(Answer),
}

impl Presented<'_> {
    /// Whose token it is.
    pub(super) fn identify(&self, event: &mut Event) -> Result<Token, Refusal> {
        if self.gate.options.verify_custom {
            return self.believe(token68(self.token)?, event);
        }
        let digest = self.engine.cache.digest(self.token);
        match digest.and_then(|digest| self.recall(digest, event)) {
            Some(caller) => Ok(Token::Of(caller)),
            None => self.verify(digest, event),
        }
    }

    /// The caller of a token that is remembered, if everything but its signature, judged anew, lets it pass. A token of
    /// which anything else is to be said goes the whole way, so that there is one place that refuses and that asks for keys.
    fn recall(&self, digest: u128, event: &mut Event) -> Option<Caller> {
        let entry = self.engine.cache.find(digest)?;
        let known = entry.known();
        let name = Text::plain(&known.caller.issuer);
        let (_, issuer) = self.engine.issuer_named(self.trust, name)?;
        let options = issuer.options();
        self.gate.check_header(&known.header, options).ok()?;
        if !issuer.keys().still_finds(known.keys, self.now) {
            return None;
        }
        self.gate.check(known, options, self.now).ok()?;
        let token = str::from_utf8(self.token).ok()?.to_owned();
        entry.mark();
        event.recalled(known.kid.clone(), known.header.algorithm().name());
        event.issuer(issuer.shared_name());
        Some(Caller {
            info: Arc::clone(&known.caller),
            token,
            remember: None,
            host: entry.host(),
        })
    }

    /// The one way from a token to a caller: every step takes what only the step before it can make.
    fn verify(&self, digest: Option<u128>, event: &mut Event) -> Result<Token, Refusal> {
        let Self { gate, now, .. } = *self;
        let parts = Parts::split(self.token)?;
        let (mut usual, mut unusual) = ([0; limits::USUAL_TOKEN_BYTES], Vec::new());
        let buffer = if parts.decoded_len() <= usual.len() {
            &mut usual[..]
        } else {
            unusual.resize(parts.decoded_len(), 0);
            &mut unusual[..]
        };
        let (jws, header, bytes) = parts.decode(buffer)?;
        let header = Header::parse(header)?;
        event.header(header.kid(), header.algorithm().name());
        let payload = Payload::parse(bytes)?;
        let (index, issuer) = self.trusted_issuer(payload.unverified_issuer()?)?;
        event.issuer(issuer.shared_name());
        let kind = match gate.check_header(&header, issuer.options()) {
            // Where refusals are only reported, the signature still tells who calls.
            Err(Code::WrongTokenType) if gate.options.report_only => Err(Code::WrongTokenType),
            checked => Ok(checked?),
        };
        let verified = match issuer.keys().verify(&jws, &header, &payload, now)? {
            Judged::Verified(verified) => verified,
            Judged::Fetch(fetch) => return Ok(Token::Unknown(Answer::Fetch(fetch))),
        };
        let options = issuer.options();
        let claims = Claims::read_with(&verified, options.claim_names())?;
        let token = str::from_utf8(self.token).map_err(|_| Code::MalformedCredentials)?; // All of it is base64url.
        let caller = || afresh(token, AuthInfo::new(&claims, bytes, &options.scope_names));
        match kind.and_then(|()| gate.check(&claims, options, now)) {
            Ok(()) => {
                let mut caller = caller();
                if let Some(digest) = digest {
                    let info = Arc::clone(&caller.info);
                    let (kid, keys) = (event.kid.clone(), issuer.keys().number());
                    caller.remember = Some(Remember(Box::new(Ticket {
                        digest,
                        issuer: index,
                        now,
                        cache: self.engine.cache.identity(),
                        known: Remembered::new(info, &header, kid, keys, &claims)?,
                    })));
                }
                Ok(Token::Of(caller))
            }
            Err(code) => {
                let audience = claims.audience_as_written();
                let refusal = policy_refusal(code, gate, options, audience);
                let is_told = gate.options.report_only && gate.check_times(&claims, now).is_ok();
                Err(refusal.of(is_told.then(caller)))
            }
        }
    }

    /// The way of a token that the application's own function verifies. Nothing is ever fetched for it, and nothing
    /// remembered.
    fn believe(&self, token: &str, event: &mut Event) -> Result<Token, Refusal> {
        let Self { gate, now, .. } = *self;
        if token.len() > limits::TOKEN_BYTES {
            return Err(Code::TokenTooLarge.into());
        }
        let Some(verdict) = self.verdict else {
            let token = token.to_owned();
            return Ok(Token::Unknown(Answer::NeedVerdict(NeedVerdict { token })));
        };
        let identity = Identity::of_verdict(verdict, &gate.options.required_scopes)?;
        let (_, issuer) = self.trusted_issuer(identity.issuer)?;
        event.issuer(issuer.shared_name());
        let options = issuer.options();
        let caller = || afresh(token, identity.auth_info(&options.scope_names));
        match gate.check_identity(&identity, options, now) {
            Ok(()) => Ok(Token::Of(caller())),
            Err(code) => {
                let audience = identity.audience_as_given();
                let refusal = policy_refusal(code, gate, options, audience);
                let is_alive = gate.check_expiry(&identity, now).is_ok();
                Err(refusal.of(is_alive.then(caller)))
            }
        }
    }

    /// The trusted issuer that has this name, and where it stands among the engine's.
    fn trusted_issuer(&self, named: Text<'_>) -> Result<(usize, &Issuer), Refusal> {
        let found = self.engine.issuer_named(self.trust, named);
        found.ok_or_else(|| {
            let issuers = self.trust.issuers.iter();
            let names: Vec<&str> = issuers
                .map(|&index| self.engine.issuers[index].name())
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

fn afresh(token: &str, info: AuthInfo) -> Caller {
    Caller {
        info: Arc::new(info),
        token: token.to_owned(),
        remember: None,
        host: None,
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
