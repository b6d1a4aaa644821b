//! One protected route: a resource, and what it asks of its callers.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::mem::take;

use crate::answer::{Allow, Answer, Caller, Cause, Details, Refusal, Response, Style};
use crate::challenge::Authentication;
use crate::configuration::gate::{GateOptions, Needs, Rule};
use crate::configuration::issuer::IssuerOptions;
use crate::cors::Sharing;
use crate::error::Code;
use crate::event::Event;
use crate::header::Header;
use crate::hierarchy::Hierarchy;
use crate::json::QuotedList;
use crate::metadata::MetadataUrl;
use crate::operation::{Messages, Operation, OperationHeaders, check_representation};
use crate::policy::{Facts, Policy, check_expiry, check_times, is_audience_named};
use crate::request::{self, Request};
use crate::time::Time;
use crate::url::Url;
use crate::verdict::Identity;

mod application;
mod description;

/// What one protected route asks of its callers. It belongs to the engine that made it.
pub struct Gate {
    pub(crate) options: GateOptions,
    /// How many updates the engine had seen when it made the gate.
    pub(crate) generation: u64,
    /// The identifier of its resource.
    pub(crate) resource: Option<Arc<str>>,
    resource_metadata: Option<String>,
    policy: String,
}

/// What a request needs, and what it wants as far as that was read.
pub(crate) struct Demand<'g> {
    /// `None` where not even a token is needed.
    scopes: Option<Cow<'g, [String]>>,
    operations: Vec<(String, Option<String>)>,
}

impl Gate {
    pub(crate) fn new(options: GateOptions, issuers: &str, generation: u64) -> Self {
        let resource_metadata = options.resource.as_ref().map(|resource| {
            let url = Url::parse(resource).expect("the engine has checked its resources");
            MetadataUrl(&url).to_string()
        });
        let policy = options.describe(issuers);
        Self {
            resource: options.resource.as_deref().map(Arc::from),
            options,
            generation,
            resource_metadata,
            policy,
        }
    }

    /// What answers of ours may say about being shared; an error where the origin may not ask.
    pub(crate) fn sharing<'r>(&self, request: &Request<'r>) -> Result<Sharing<'r>, Code> {
        Sharing::of(
            request,
            self.options.cors,
            self.options.allowed_origins.as_deref(),
        )
    }

    /// The policy in force when the gate was made, in one line, for the operator.
    pub fn policy(&self) -> &str {
        &self.policy
    }

    /// The identifier of the resource that it guards; `None` in authorization-server mode, which has no resources.
    pub fn resource(&self) -> Option<&str> {
        self.options.resource.as_deref()
    }

    /// The names of the headers, in lower case, that this gate looks at. A host to which a copy is dear may leave out all
    /// others of the requests that it asks this gate about.
    pub fn headers(&self) -> impl Iterator<Item = &'static str> {
        let of_operations = self.depends_on_operation();
        request::READ.into_iter().filter(move |name| {
            !request::OF_METADATA.contains(name)
                && (of_operations || !request::OF_OPERATIONS.contains(name))
        })
    }

    /// Judges what can be judged before a key is looked for, so that a bad token causes no fetch.
    pub(crate) fn check_header(
        &self,
        header: &Header<'_>,
        issuer: &IssuerOptions,
    ) -> Result<(), Code> {
        let allowed = self.options.algorithms.unwrap_or(issuer.algorithms);
        header.check(allowed, self.options.strict_type || issuer.strict_type)
    }

    /// Holds the claims of an issuer's token to what the route and the operator ask of them.
    pub(crate) fn check(
        &self,
        claims: &impl Facts,
        issuer: &IssuerOptions,
        now: Time,
    ) -> Result<(), Code> {
        let may_lack_audience = !claims.has("aud")
            && claims
                .client_id()
                .is_some_and(|client| issuer.may_lack_audience(client));
        let audience = self.audience(issuer).filter(|_| !may_lack_audience);
        let policy = Policy {
            issuer: None, // Its keys were chosen by it.
            earliest: Time::UNKNOWN,
            audience: audience.as_deref(),
            leeway: self.options.leeway,
            required_claims: &self.required_claims(issuer),
            authentication: self.authentication(),
            sender_is_checked: issuer.sender_is_checked,
        };
        policy.judge(claims, now)
    }

    /// Holds what the application's function says of an issuer's token to the same.
    pub(crate) fn check_identity(
        &self,
        identity: &Identity<'_>,
        issuer: &IssuerOptions,
        now: Time,
    ) -> Result<(), Code> {
        if !self
            .required_claims(issuer)
            .iter()
            .all(|name| identity.has(name))
        {
            return Err(Code::MissingClaim);
        }
        self.check_expiry(identity, now)?;
        let may_lack_audience = identity.audience().next().is_none()
            && identity
                .client_id
                .is_some_and(|client| issuer.may_lack_audience(client));
        match self.audience(issuer).filter(|_| !may_lack_audience) {
            Some(expected) if !is_audience_named(&expected, identity.audience()) => {
                Err(Code::WrongAudience)
            }
            _ => Ok(()),
        }
    }

    /// Whether the application says that a token is still valid, or does not say.
    pub(crate) fn check_expiry(&self, identity: &Identity<'_>, now: Time) -> Result<(), Code> {
        let end = identity.expires_at;
        end.map_or(Ok(()), |end| check_expiry(end, self.options.leeway, now))
    }

    /// Whether a token is valid already and still.
    pub(crate) fn check_times(&self, claims: &impl Facts, now: Time) -> Result<(), Code> {
        check_times(claims, self.options.leeway, now)
    }

    /// The values of which `aud` must name one in an issuer's tokens; `None` where the check is off, and where nothing
    /// is expected, in authorization-server mode.
    pub(crate) fn audience<'g>(&'g self, issuer: &'g IssuerOptions) -> Option<Cow<'g, [String]>> {
        let own = self.options.audience.as_deref()?;
        let all = together([own, &issuer.audience, &issuer.wide_audience]);
        (!all.is_empty()).then_some(all)
    }

    fn required_claims<'g>(&'g self, issuer: &'g IssuerOptions) -> Cow<'g, [String]> {
        together([&self.options.required_claims, &issuer.required_claims])
    }

    fn authentication(&self) -> Authentication<'_, String> {
        Authentication {
            acr_values: &self.options.acr_values,
            max_age: self.options.max_age,
        }
    }

    /// Whether some operation may be called without a token.
    pub(crate) fn has_anonymous(&self) -> bool {
        let nothing = |needs: &Needs| matches!(needs, Needs::Nothing);
        self.options.operations.iter().any(|(_, rule)| match rule {
            Rule::All(needs) => nothing(needs),
            Rule::Named(named) => named.iter().any(|(_, needs)| nothing(needs)),
        })
    }

    /// What every request needs.
    pub(crate) fn base_demand(&self) -> Demand<'_> {
        Demand {
            scopes: Some(Cow::Borrowed(&self.options.required_scopes)),
            operations: Vec::new(),
        }
    }

    fn depends_on_operation(&self) -> bool {
        let options = &self.options;
        !options.operations.is_empty() || options.deny_undeclared || options.read_operation
    }

    /// What a request needs; `None` where the body must be read to know. Without rules per operation it is never
    /// touched, unless the application wants to know the operation.
    pub(crate) fn demand(&self, request: &Request<'_>) -> Result<Option<Demand<'_>>, Refusal> {
        if !self.depends_on_operation() || request.method != "POST" {
            return Ok(Some(self.base_demand()));
        }
        if self.options.trust_operation_headers
            && let Some(operation) = OperationHeaders::read(request)?.operation()
        {
            return Ok(Some(self.union([Ok(operation)].into_iter())?));
        }
        check_representation(request)?;
        let Some(body) = request.body else {
            return Ok(None);
        };
        let messages = Messages::parse(body)?;
        let with_id = |code| match code {
            Code::OperationMismatch => {
                let request_id = Some(messages.id().to_string());
                Refusal::with(
                    code,
                    Details {
                        request_id,
                        ..Details::default()
                    },
                )
            }
            _ => Refusal::from(code),
        };
        messages.check_headers(request).map_err(with_id)?;
        self.union(messages.operations()).map(Some).map_err(with_id)
    }

    /// Compares the caller with the demand.
    pub(crate) fn admit(
        &self,
        caller: Option<Caller>,
        demand: Demand<'_>,
        hierarchy: &Hierarchy,
    ) -> Result<Allow, Refusal> {
        let Demand { scopes, operations } = demand;
        let held = caller.as_ref().map(|caller| &caller.info.scopes[..]);
        let admitted = match scopes {
            Some(needed) => check_scopes(held, &needed, &needed, hierarchy),
            None => Ok(()),
        };
        match admitted {
            Ok(()) => Ok(self.allow(caller, operations, None)),
            Err(refusal) => Err(refusal.of(caller).wanting(operations)),
        }
    }

    fn allow(
        &self,
        caller: Option<Caller>,
        operations: Vec<(String, Option<String>)>,
        report: Option<String>,
    ) -> Allow {
        let mut allow = Allow {
            caller: None,
            token: None,
            leeway: self.options.leeway,
            remember: None,
            host: None,
            resource: self.resource.clone(),
            headers: Vec::new(),
            operations,
            report,
            event: Event::default(),
        };
        if let Some(caller) = caller {
            allow.caller = Some(caller.info);
            allow.token = Some(caller.token);
            allow.remember = caller.remember;
            allow.host = caller.host;
        }
        allow
    }

    /// The answer to a refused request: the response, or where refusals are only reported, that it passes.
    pub(crate) fn turn_away(&self, mut refusal: Refusal, sharing: Sharing<'_>) -> Answer {
        // A gate that cannot judge at all has nothing to report.
        if !self.options.report_only || refusal.code == Code::InvalidConfiguration {
            return Answer::Respond(self.refuse(refusal, sharing));
        }
        let known = refusal.details.as_mut();
        let (caller, operations) = known.map_or_else(Default::default, |details| {
            (details.caller.take(), take(&mut details.operations))
        });
        let report = self.refuse(refusal, sharing).log();
        Answer::Allow(self.allow(caller, operations, report))
    }

    /// The response to a refused request.
    pub(crate) fn refuse(&self, refusal: Refusal, sharing: Sharing<'_>) -> Response {
        let mut response = refusal.response(Style {
            resource_metadata: self.resource_metadata.as_deref(),
            scopes: &self.options.required_scopes,
            show_cause: self.options.show_error_details,
            authentication: self.authentication(),
        });
        sharing.add_to(&mut response.headers);
        response
    }

    /// The demands of all operations together, those of the gate included.
    fn union<'a>(
        &self,
        operations: impl Iterator<Item = Result<Operation<'a>, Code>>,
    ) -> Result<Demand<'_>, Code> {
        let mut scopes = self.options.required_scopes.clone();
        let (mut wanted, mut all_anonymous) = (Vec::new(), true);
        for operation in operations {
            let operation = operation?;
            let name = operation.name.map(|name| name.to_owned());
            wanted.push((operation.method.to_owned(), name));
            match self.needs(&operation) {
                Some(Needs::Nothing) => {}
                Some(Needs::Scopes(needed)) => {
                    all_anonymous = false;
                    for scope in needed {
                        if !scopes.contains(scope) {
                            scopes.push(scope.clone());
                        }
                    }
                }
                None if self.options.deny_undeclared => return Err(Code::UndeclaredOperation),
                None => all_anonymous = false,
            }
        }
        let is_anonymous = !wanted.is_empty() && all_anonymous;
        Ok(Demand {
            scopes: (!is_anonymous).then_some(Cow::Owned(scopes)),
            operations: wanted,
        })
    }

    fn needs(&self, operation: &Operation<'_>) -> Option<&Needs> {
        let (_, rule) = self
            .options
            .operations
            .iter()
            .find(|(method, _)| operation.method == **method)?;
        match rule {
            Rule::All(needs) => Some(needs),
            Rule::Named(named) => {
                let name = operation.name?;
                named
                    .iter()
                    .find(|(candidate, _)| name.is(candidate))
                    .map(|(_, needs)| needs)
            }
        }
    }
}

/// All of the lists; usually no more than one of them has anything, and nothing is copied.
fn together<const N: usize>(lists: [&[String]; N]) -> Cow<'_, [String]> {
    let mut filled = lists.iter().filter(|list| !list.is_empty());
    match (filled.next(), filled.next()) {
        (None, _) => Cow::Borrowed(&[]),
        (Some(only), None) => Cow::Borrowed(only),
        _ => Cow::Owned(lists.concat()),
    }
}

/// Refuses a caller who does not hold these scopes, with all that are to be asked for.
fn check_scopes(
    held: Option<&[String]>,
    scopes: &[String],
    all: &[String],
    hierarchy: &Hierarchy,
) -> Result<(), Refusal> {
    let held = held.ok_or(Code::MissingAuthorization)?;
    let missing = hierarchy.missing(held, scopes);
    if missing.is_empty() {
        return Ok(());
    }
    let details = Details {
        cause: Some(Cause::new(scopes, QuotedList(held))),
        missing: missing.into_iter().map(ToString::to_string).collect(),
        scopes: Some(all.to_vec()),
        ..Details::default()
    };
    Err(Refusal::with(Code::InsufficientScope, details))
}
