//! What the application's own function says of a token, where that verifies tokens in place of the engine.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::answer::{Cause, Details, Refusal, all_scopes};
use crate::auth_info::{AuthInfo, advertised};
use crate::configuration::{Place, Problem, Reader};
use crate::error::Code;
use crate::json::{Nested, Text, Value};
use crate::limits;
use crate::time::Time;

/// Who the application says calls. Types are right; nothing has been compared with a policy yet.
pub(crate) struct Identity<'v> {
    pub(crate) issuer: Text<'v>,
    pub(crate) subject: Text<'v>,
    pub(crate) client_id: Option<Text<'v>>,
    pub(crate) scopes: Vec<Text<'v>>,
    audience: Value<'v>,
    pub(crate) expires_at: Option<Time>,
    claims: Option<Nested<'v>>,
}

/// The documented codes that an application's function may refuse with, and what each is here.
const CODES: [(&str, Code); 13] = [
    ("missing_auth_header", Code::MissingAuthorization),
    ("invalid_auth_header_format", Code::UnsupportedScheme),
    ("missing_bearer_token", Code::MissingToken),
    ("invalid_issuer", Code::UntrustedIssuer),
    ("invalid_audience", Code::WrongAudience),
    ("missing_required_scopes", Code::InsufficientScope),
    ("invalid_token", Code::RejectedToken),
    ("token_verification_failed", Code::VerificationFailed),
    ("invalid_server_metadata", Code::ApplicationFailure),
    ("invalid_server_config", Code::ApplicationFailure),
    ("missing_jwks_uri", Code::ApplicationFailure),
    ("fetch_server_config_error", Code::ApplicationFailure),
    ("server_error", Code::ApplicationFailure),
];

impl<'v> Identity<'v> {
    /// Reads a verdict: the identity, or the refusal that it is. `base` are the scopes that every caller of the gate
    /// needs. A verdict that cannot be used is the application's failure, never the caller's.
    pub(crate) fn of_verdict(text: &'v str, base: &[String]) -> Result<Self, Refusal> {
        let verdict = Reader::read(text, |reader, root| {
            match (root.object.find("auth_info"), root.object.find("error")) {
                (Some(Value::Null), None) => Some(Err(Code::RejectedToken.into())),
                (Some(info), None) => {
                    reader.only_members(root, &["auth_info"]);
                    let place = reader.object(root.at("auth_info"), &info)?;
                    Self::read(reader, &place).map(Ok)
                }
                (None, Some(_)) => refusal(reader, root, base).map(Err),
                _ => {
                    reader.problem("", "must have one of auth_info and error");
                    None
                }
            }
        });
        verdict.unwrap_or_else(|error| {
            let problems = error.problems().iter();
            let told: Vec<String> = problems.map(told).collect();
            Err(failure(format!(
                "what its function gave cannot be used: {}",
                told.join("; ")
            )))
        })
    }

    fn read(reader: &mut Reader, place: &Place<'v>) -> Option<Self> {
        reader.only_members(
            place,
            &[
                "issuer",
                "subject",
                "client_id",
                "scopes",
                "audience",
                "expires_at",
                "claims",
            ],
        );
        let [issuer, subject] = ["issuer", "subject"].map(|name| match given(place, name) {
            Some(Value::String(text)) if !text.is_empty() => Some(text),
            _ => {
                reader.problem(&place.at(name), "must be a string that is not empty");
                None
            }
        });
        let client_id = text(reader, place, "client_id").filter(|text| !text.is_empty());
        let scopes = scopes(reader, place);
        let audience = given(place, "audience").unwrap_or(Value::Null);
        if !matches!(audience, Value::Null | Value::String(_)) && texts(&audience).is_none() {
            let message = "must be a string or a list of strings";
            reader.problem(&place.at("audience"), message);
        }
        let expires_at = expires_at(reader, place);
        let claims = match given(place, "claims") {
            None => None,
            Some(Value::Object(claims)) => Some(claims),
            Some(_) => {
                reader.problem(&place.at("claims"), "must be an object");
                None
            }
        };
        Some(Self {
            issuer: issuer?,
            subject: subject?,
            client_id,
            scopes,
            audience,
            expires_at,
            claims,
        })
    }

    /// The values of the audience.
    pub(crate) fn audience(&self) -> impl Iterator<Item = Text<'v>> + use<'v> {
        let many = texts(&self.audience).unwrap_or_default();
        self.audience.as_text().into_iter().chain(many)
    }

    /// The audience as it was given, for the operator.
    pub(crate) const fn audience_as_given(&self) -> Value<'v> {
        self.audience
    }

    /// Whether a claim is present, and more than `null`.
    pub(crate) fn has(&self, name: &str) -> bool {
        let claims = self
            .claims
            .map(|claims| claims.object::<{ limits::OBJECT_MEMBERS }>());
        matches!(claims, Some(Ok(claims)) if !matches!(claims.find(name), None | Some(Value::Null)))
    }

    /// The caller, as the application will see it.
    pub(crate) fn auth_info(&self, scope_names: &[(String, String)]) -> AuthInfo {
        AuthInfo {
            issuer: self.issuer.to_owned(),
            subject: self.subject.to_owned(),
            client_id: self.client_id.as_ref().map(Text::to_owned),
            scopes: advertised(self.scopes.iter().copied(), scope_names),
            audience: self
                .audience()
                .map(|audience| audience.to_owned())
                .collect(),
            expires_at: self.expires_at.map(Time::unix_seconds),
            claims: self.claims.map_or("{}", |claims| claims.raw()).into(),
        }
    }
}

/// `{"error": ..., "missing_scopes": [...], "expected": ..., "actual": ...}`
fn refusal(reader: &mut Reader, root: &Place<'_>, base: &[String]) -> Option<Refusal> {
    reader.only_members(root, &["error", "missing_scopes", "expected", "actual"]);
    let name = reader.string(root, "error")?;
    let missing = match given(root, "missing_scopes") {
        None => Vec::new(),
        Some(value) => reader.scopes(&root.at("missing_scopes"), &value),
    };
    let Some((name, code)) = CODES.iter().find(|(known, _)| *known == name) else {
        reader.problem(&root.at("error"), "is none of the documented codes");
        return None;
    };
    let mut details = Details::default();
    match code {
        Code::ApplicationFailure => return Some(failure(format!("its function said {name}"))),
        Code::InsufficientScope => {
            details.scopes = Some(all_scopes(base, &missing));
            details.missing = missing;
            details.cause = cause(root);
        }
        // Of other values nothing is told: they may be anything of the token.
        Code::UntrustedIssuer | Code::WrongAudience => details.cause = cause(root),
        _ => {}
    }
    Some(Refusal::with(*code, details))
}

fn cause(root: &Place<'_>) -> Option<Cause> {
    let [expected, actual] = ["expected", "actual"].map(|side| given(root, side));
    let written = |side: Option<Value<'_>>| side.unwrap_or(Value::Null).to_string();
    (expected.is_some() || actual.is_some()).then(|| Cause {
        expected: written(expected),
        actual: written(actual),
    })
}

fn told(Problem { pointer, message }: &Problem) -> String {
    let place = if pointer.is_empty() { "it" } else { pointer };
    format!("{place} {message}")
}

fn failure(problem: String) -> Refusal {
    let problem = Some(problem);
    let details = Details {
        problem,
        ..Details::default()
    };
    Refusal::with(Code::ApplicationFailure, details)
}

/// A member that is there, and more than `null`.
fn given<'v>(place: &Place<'v>, name: &str) -> Option<Value<'v>> {
    let value = place.object.find(name);
    value.filter(|value| *value != Value::Null)
}

fn text<'v>(reader: &mut Reader, place: &Place<'v>, name: &str) -> Option<Text<'v>> {
    let value = given(place, name)?;
    if value.as_text().is_none() {
        reader.problem(&place.at(name), "must be a string");
    }
    value.as_text()
}

/// An empty scope is none: it is what splitting an empty text gives in some languages.
fn scopes<'v>(reader: &mut Reader, place: &Place<'v>) -> Vec<Text<'v>> {
    let Some(value) = given(place, "scopes") else {
        return Vec::new();
    };
    let Some(mut scopes) = texts(&value) else {
        reader.problem(&place.at("scopes"), "must be a list of strings");
        return Vec::new();
    };
    scopes.retain(|scope| !scope.is_empty());
    // To another reader it would be two scopes (RFC 6749 section 3.3).
    if scopes
        .iter()
        .any(|scope| scope.chars().any(|one| one == ' '))
    {
        reader.problem(&place.at("scopes"), "must hold one scope in each element");
    }
    scopes
}

fn expires_at(reader: &mut Reader, place: &Place<'_>) -> Option<Time> {
    let seconds = match given(place, "expires_at")? {
        Value::Number(number) => number.ceiling(),
        _ => None,
    };
    let seconds = seconds.filter(|seconds| *seconds <= limits::CLAIM_TIME);
    if seconds.is_none() {
        let message = "must be a time in seconds since the epoch";
        reader.problem(&place.at("expires_at"), message);
    }
    seconds.map(Time::from_unix_seconds)
}

/// The elements of a list of strings.
fn texts<'v>(value: &Value<'v>) -> Option<Vec<Text<'v>>> {
    let Value::Array(list) = value else {
        return None;
    };
    list.elements()
        .map(|element| element.ok()?.as_text())
        .collect()
}
