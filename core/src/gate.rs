//! One protected route: a resource, and what it asks of its callers.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::answer::{Allow, Cause, Details, Refusal, Response, Style};
use crate::auth_info::AuthInfo;
use crate::challenge::Authentication;
use crate::claims::Claims;
use crate::configuration::gate::{GateOptions, Needs, Rule};
use crate::configuration::issuer::IssuerOptions;
use crate::cors::Sharing;
use crate::error::Code;
use crate::event::Event;
use crate::json::Text;
use crate::metadata::MetadataUrl;
use crate::operation::{Messages, Operation, OperationHeaders, check_representation};
use crate::policy::{Policy, missing_scopes};
use crate::request::Request;
use crate::time::Time;
use crate::url::Url;

/// What one protected route asks of its callers. It belongs to the engine that made it.
pub struct Gate {
    pub(crate) options: GateOptions,
    /// How many updates the engine had seen when it made the gate.
    pub(crate) generation: u64,
    resource_metadata: String,
    policy: String,
}

/// What an operation needs, or that the body must be read to know.
pub(crate) enum Demand<'g> {
    Anonymous,
    Scopes(Cow<'g, [String]>),
    NeedBody,
}

impl Gate {
    pub(crate) fn new(options: GateOptions, issuers: &str, generation: u64) -> Self {
        let url = Url::parse(&options.resource).expect("the engine has checked its resources");
        let resource_metadata = MetadataUrl(&url).to_string();
        let policy = describe(&options, issuers);
        Self {
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

    /// Holds the claims of an issuer's token to what the route and the operator ask of them.
    pub(crate) fn check(
        &self,
        claims: &Claims<'_, '_>,
        issuer: &IssuerOptions,
        now: Time,
    ) -> Result<(), Code> {
        let is_listed = |client: Text<'_>| {
            issuer
                .clients_without_audience
                .iter()
                .any(|one| client == **one)
        };
        let may_lack_audience = !claims.has("aud") && claims.client_id().is_some_and(is_listed);
        let audience = self.audience(issuer).filter(|_| !may_lack_audience);
        let own = self
            .options
            .required_claims
            .iter()
            .chain(&issuer.required_claims);
        let required_claims: Vec<&str> = own.map(String::as_str).collect();
        let acr_values: Vec<&str> = self.options.acr_values.iter().map(String::as_str).collect();
        let policy = Policy {
            audience: audience.as_deref(),
            leeway: self.options.leeway,
            required_claims: &required_claims,
            authentication: Authentication {
                acr_values: &acr_values,
                max_age: self.options.max_age,
            },
            sender_is_checked: issuer.sender_is_checked,
        };
        policy.check(claims, now)
    }

    /// The values of which `aud` must name one in an issuer's tokens; `None` where the check is off.
    pub(crate) fn audience<'g>(&'g self, issuer: &'g IssuerOptions) -> Option<Vec<&'g str>> {
        let own = self.options.audience.as_ref()?.iter();
        let all = own.chain(&issuer.audience).chain(&issuer.wide_audience);
        Some(all.map(String::as_str).collect())
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

    /// What a request needs. Without rules per operation the body is never touched.
    pub(crate) fn demand(&self, request: &Request<'_>) -> Result<Demand<'_>, Refusal> {
        let carries_messages = request.method == "POST";
        if self.options.operations.is_empty() && !self.options.deny_undeclared || !carries_messages
        {
            return Ok(Demand::Scopes(Cow::Borrowed(&self.options.required_scopes)));
        }
        if self.options.trust_operation_headers
            && let Some(operation) = OperationHeaders::read(request)?.operation()
        {
            return Ok(self.union([Ok(operation)].into_iter())?);
        }
        check_representation(request)?;
        let Some(body) = request.body else {
            return Ok(Demand::NeedBody);
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
        self.union(messages.operations()).map_err(with_id)
    }

    /// Compares the caller with the demand. The hierarchy has broad scopes with the narrower ones that each implies.
    pub(crate) fn admit(
        &self,
        caller: Option<AuthInfo>,
        demand: &Demand<'_>,
        scope_hierarchy: &[(String, Vec<String>)],
    ) -> Result<Allow, Refusal> {
        let required: &[String] = match (demand, &caller) {
            (Demand::Scopes(scopes), Some(_)) => scopes,
            (Demand::Scopes(_), None) => return Err(Code::MissingAuthorization.into()),
            (Demand::Anonymous | Demand::NeedBody, _) => &[],
        };
        if let Some(caller) = &caller {
            let granted = with_implied(&caller.scopes, scope_hierarchy);
            let granted = |scope: &str| granted.contains(&scope);
            let missing: Vec<String> = missing_scopes(required, granted).map(Into::into).collect();
            if !missing.is_empty() {
                let cause = Some(Cause::new(
                    required,
                    crate::json::QuotedList(&caller.scopes),
                ));
                let scopes = Some(required.to_vec());
                let details = Details {
                    cause,
                    missing,
                    scopes,
                    ..Details::default()
                };
                return Err(Refusal::with(Code::InsufficientScope, details));
            }
        }
        Ok(Allow {
            caller,
            resource: self.options.resource.clone(),
            headers: Vec::new(),
            event: Event::default(),
        })
    }

    /// The response to a refused request.
    pub(crate) fn refuse(&self, refusal: Refusal, sharing: Sharing<'_>) -> Response {
        let mut response = refusal.response(Style {
            resource_metadata: Some(&self.resource_metadata),
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
        let (mut any, mut all_anonymous) = (false, true);
        for operation in operations {
            any = true;
            match self.needs(&operation?) {
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
        Ok(if any && all_anonymous {
            Demand::Anonymous
        } else {
            Demand::Scopes(Cow::Owned(scopes))
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

/// The scopes with all narrower ones that they imply, by any number of steps (MCP authorization, Step-Up
/// Authorization Flow: hierarchies must be accounted for).
fn with_implied<'s>(
    scopes: &'s [String],
    scope_hierarchy: &'s [(String, Vec<String>)],
) -> Vec<&'s str> {
    let mut granted: Vec<&str> = scopes.iter().map(String::as_str).collect();
    let mut next = 0;
    while let Some(&scope) = granted.get(next) {
        for (_, narrow) in scope_hierarchy.iter().filter(|(broad, _)| broad == scope) {
            for implied in narrow {
                if !granted.contains(&implied.as_str()) {
                    granted.push(implied);
                }
            }
        }
        next += 1;
    }
    granted
}

fn describe(options: &GateOptions, issuers: &str) -> String {
    let audience = match &options.audience {
        Some(values) => values.join(" or "),
        None => "ANY (the audience check is switched off)".into(),
    };
    let scopes = match options.required_scopes.as_slice() {
        [] => "none".into(),
        scopes => scopes.join(" "),
    };
    let operations = match (options.operations.len(), options.deny_undeclared) {
        (0, false) => String::new(),
        (count, deny) => {
            format!(
                "; operations: {count} methods declared, others {}",
                if deny {
                    "refused"
                } else {
                    "need the scopes above"
                }
            )
        }
    };
    format!(
        "{}: audience {audience}; scopes {scopes}; leeway {} s; issuers {issuers}{operations}",
        options.resource, options.leeway
    )
}
