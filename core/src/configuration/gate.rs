//! The options of a gate: what one protected route asks of its callers.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use alloc::{format, vec};

use super::issuer::{algorithms, is_foreign_audience, one_of};
use super::{Place, Reader};
use crate::algorithm::Algorithms;
use crate::json::{Nested, Value};
use crate::limits;
use crate::url::Url;

/// A gate as configured.
pub(crate) struct GateOptions {
    /// `None` in authorization-server mode, which has no resources.
    pub(crate) resource: Option<String>,
    /// The application's own function verifies tokens.
    pub(crate) verify_custom: bool,
    /// Nothing is refused; what would have been is told.
    pub(crate) report_only: bool,
    /// `None` where an operator has switched the check off. Empty in authorization-server mode alone, where only
    /// what is given is expected.
    pub(crate) audience: Option<Vec<String>>,
    /// What tokens may be signed with here, in place of what their issuer may use.
    pub(crate) algorithms: Option<Algorithms>,
    /// Only `typ: at+jwt` here, whatever else their issuer may use.
    pub(crate) strict_type: bool,
    pub(crate) required_scopes: Vec<String>,
    pub(crate) required_claims: Vec<String>,
    pub(crate) acr_values: Vec<String>,
    pub(crate) max_age: Option<u64>,
    /// `None` where every origin may ask.
    pub(crate) allowed_origins: Option<Vec<String>>,
    pub(crate) leeway: u64,
    pub(crate) show_error_details: bool,
    pub(crate) cors: bool,
    pub(crate) operations: Vec<(String, Rule)>,
    /// The operation is read though no rule needs it.
    pub(crate) read_operation: bool,
    pub(crate) deny_undeclared: bool,
    pub(crate) trust_operation_headers: bool,
}

/// What an engine has, which a gate's options refer to.
pub(crate) struct Known<'e> {
    /// Everything that a gate can guard.
    pub(crate) guarded: Vec<Guarded<'e>>,
    pub(crate) issuers: Vec<&'e str>,
}

/// A resource, or all that authorization-server mode guards.
pub(crate) struct Guarded<'e> {
    pub(crate) resource: Option<&'e str>,
    /// An issuer it trusts, of whose tokens other APIs share an audience.
    pub(crate) wide_issuer: Option<&'e str>,
    /// An issuer it trusts, whose keys are nowhere.
    pub(crate) keyless_issuer: Option<&'e str>,
}

/// What the operations of one JSON-RPC method need.
pub(crate) enum Rule {
    /// All of them need the same.
    All(Needs),
    /// It depends on the tool, prompt or resource they name.
    Named(Vec<(String, Needs)>),
}

/// What one operation needs.
pub(crate) enum Needs {
    /// Nothing, not even a token.
    Nothing,
    /// These scopes beside those of the gate.
    Scopes(Vec<String>),
}

const MEMBERS: [&str; 19] = [
    "resource",
    "verify",
    "report_only",
    "audience",
    "wide_audience",
    "algorithms",
    "token_type",
    "required_scopes",
    "required_claims",
    "acr_values",
    "max_age",
    "allowed_origins",
    "leeway",
    "show_error_details",
    "cors",
    "operations",
    "undeclared",
    "read_operation",
    "trust_operation_headers",
];

impl GateOptions {
    /// Reads options against what the engine knows.
    pub(crate) fn read(reader: &mut Reader, root: &Place<'_>, known: &Known<'_>) -> Option<Self> {
        reader.only_members(root, &MEMBERS);
        let resource = reader.string(root, "resource");
        let guarded = known.find(reader, root, resource.as_deref());
        let required_scopes = match root.object.find("required_scopes") {
            None => Vec::new(),
            Some(value) => reader.scopes(&root.at("required_scopes"), &value),
        };
        let audience = audience(reader, root, resource.as_deref());
        if required_scopes.is_empty() {
            refuse_wide_audiences(reader, root, guarded);
        }
        refuse_foreign_audiences(reader, root, audience.as_deref().unwrap_or_default(), known);
        let verify_custom = one_of(reader, root, "verify", ["jwt", "custom"]);
        if verify_custom {
            refuse_unseen(reader, root);
        } else if let Some(issuer) = guarded.and_then(|guarded| guarded.keyless_issuer) {
            let message =
                format!("must be \"custom\", because the metadata of {issuer} has no jwks_uri");
            reader.problem(&root.at("verify"), message);
        }
        Some(Self {
            audience,
            resource,
            verify_custom,
            report_only: reader.boolean(root, "report_only", false),
            algorithms: algorithms(reader, root),
            strict_type: one_of(reader, root, "token_type", ["guarded", "strict"]),
            required_scopes,
            required_claims: reader
                .string_list(root, "required_claims")
                .unwrap_or_default(),
            acr_values: acr_values(reader, root),
            max_age: reader.seconds(root, "max_age", 0..=u64::MAX),
            allowed_origins: allowed_origins(reader, root),
            leeway: reader
                .seconds(root, "leeway", 0..=limits::LEEWAY)
                .unwrap_or(limits::LEEWAY_DEFAULT),
            show_error_details: reader.boolean(root, "show_error_details", false),
            cors: reader.boolean(root, "cors", true),
            operations: operations(reader, root),
            read_operation: reader.boolean(root, "read_operation", false),
            deny_undeclared: one_of(reader, root, "undeclared", ["base", "deny"]),
            trust_operation_headers: reader.boolean(root, "trust_operation_headers", false),
        })
    }
}

impl<'e> Known<'e> {
    /// What a gate guards that names this resource, or none.
    fn find(
        &self,
        reader: &mut Reader,
        root: &Place<'_>,
        resource: Option<&str>,
    ) -> Option<&Guarded<'e>> {
        let found = self.guarded.iter().find(|one| one.resource == resource);
        let resources: Vec<&str> = self.guarded.iter().filter_map(|one| one.resource).collect();
        if found.is_none() {
            let message = if resources.is_empty() {
                "does not exist in authorization-server mode; leave it out".to_string()
            } else {
                let list = resources.join(", ");
                format!("must be one of the protected resources: {list}")
            };
            reader.problem(&root.at("resource"), message);
        }
        found
    }
}

/// The expected audience: the resource identifier unless others are given, and those that are shared with
/// other APIs.
fn audience(reader: &mut Reader, root: &Place<'_>, resource: Option<&str>) -> Option<Vec<String>> {
    let pointer = root.at("audience");
    let hint =
        "must be an audience or a list of them; leave it out to expect the resource identifier";
    let given = root.object.find("audience");
    let mut audience = match given {
        None => resource.map(ToString::to_string).into_iter().collect(),
        Some(Value::String(text)) if !text.is_empty() => vec![text.to_owned()],
        Some(Value::Array(list)) => reader.strings(&pointer, &list),
        Some(Value::Object(off)) if is_dangerously_any(&off) => return None,
        Some(_) => Vec::new(),
    };
    if audience.is_empty() && given.is_some() {
        reader.problem(&pointer, hint);
    }
    audience.extend(
        reader
            .string_list(root, "wide_audience")
            .unwrap_or_default(),
    );
    Some(audience)
}

/// An audience that other APIs share needs a scope that tells them apart, whether the gate names it or an issuer.
fn refuse_wide_audiences(reader: &mut Reader, root: &Place<'_>, guarded: Option<&Guarded<'_>>) {
    let own = matches!(root.object.find("wide_audience"), Some(Value::Array(list)) if list.elements().next().is_some());
    if own {
        let message =
            "is shared with other APIs, so at least one of required_scopes must tell them apart";
        reader.problem(&root.at("wide_audience"), message);
    } else if let Some(issuer) = guarded.and_then(|guarded| guarded.wide_issuer) {
        let message =
            format!("must name a scope, because other APIs share an audience of {issuer}");
        reader.problem(&root.at("required_scopes"), message);
    }
}

/// What the application's function has seen of a token is all there is: the engine can judge neither its header nor how
/// its user was authenticated.
fn refuse_unseen(reader: &mut Reader, root: &Place<'_>) {
    for name in ["acr_values", "max_age", "algorithms", "token_type"] {
        if root.object.find(name).is_some() {
            let message = "cannot be checked where the application verifies tokens";
            reader.problem(&root.at(name), message);
        }
    }
}

fn refuse_foreign_audiences(
    reader: &mut Reader,
    root: &Place<'_>,
    audience: &[String],
    known: &Known<'_>,
) {
    for value in foreign_audiences(audience, &known.issuers) {
        let message = format!("must not hold {value}, which tokens for other APIs carry too");
        reader.problem(&root.at("audience"), message);
    }
}

/// Those of a gate's audiences that name an authorization server or its own APIs: every token would fit.
pub(crate) fn foreign_audiences<'g>(
    audience: &'g [String],
    issuers: &[&str],
) -> impl Iterator<Item = &'g String> {
    audience
        .iter()
        .filter(|value| is_foreign_audience(value, issuers))
}

fn is_dangerously_any(object: &Nested<'_>) -> bool {
    let object = object.object::<{ limits::HEADER_MEMBERS }>();
    object.is_ok_and(|object| {
        object.members().count() == 1 && object.find("dangerously_any") == Some(Value::Bool(true))
    })
}

/// RFC 9470 section 3: a value is like a scope token, so that the list can be a challenge's.
fn acr_values(reader: &mut Reader, root: &Place<'_>) -> Vec<String> {
    match root.object.find("acr_values") {
        None => Vec::new(),
        Some(value) => reader.scopes(&root.at("acr_values"), &value),
    }
}

fn allowed_origins(reader: &mut Reader, root: &Place<'_>) -> Option<Vec<String>> {
    let origins = reader.string_list(root, "allowed_origins")?;
    for (index, origin) in origins.iter().enumerate() {
        let is_origin = Url::parse(origin).is_ok_and(|url| url.origin == origin);
        if !is_origin && origin != "null" {
            let message =
                "must be an origin as browsers send it: scheme, host and port, without a slash";
            reader.problem(&format!("{}/{index}", root.at("allowed_origins")), message);
        }
    }
    Some(origins)
}

fn operations(reader: &mut Reader, root: &Place<'_>) -> Vec<(String, Rule)> {
    let Some(value) = root.object.find("operations") else {
        return Vec::new();
    };
    let Some(place) = reader.object(root.at("operations"), &value) else {
        return Vec::new();
    };
    let mut rules = Vec::new();
    for (method, value) in place.object.members() {
        let method = method.to_owned();
        let pointer = place.at(&method);
        let rule = match value {
            Value::Object(_) => {
                let Some(names) = reader.object(pointer, &value) else {
                    continue;
                };
                let named = names.object.members().map(|(name, value)| {
                    let name = name.to_owned();
                    let needs = needs(reader, &names.at(&name), &value);
                    (name, needs)
                });
                Rule::Named(named.collect())
            }
            _ => Rule::All(needs(reader, &pointer, &value)),
        };
        rules.push((method, rule));
    }
    rules
}

fn needs(reader: &mut Reader, pointer: &str, value: &Value<'_>) -> Needs {
    match value {
        Value::String(text) if *text == *"anonymous" => Needs::Nothing,
        Value::Array(_) => Needs::Scopes(reader.scopes(pointer, value)),
        _ => {
            reader.problem(pointer, "must be a list of scopes or \"anonymous\"");
            Needs::Scopes(Vec::new())
        }
    }
}
