//! The engine's configuration: protected resources, and the authorization servers each trusts.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::member::Member;
use super::{Place, Reader};
use crate::algorithm::{Algorithm, Algorithms};
use crate::authorization_server::ServerType;
use crate::json::{QuotedList, Value};
use crate::limits;
use crate::metadata;
use crate::url::{Url, UrlError};

/// A resource as configured.
pub(crate) struct ResourceOptions {
    pub(crate) resource: String,
    /// Members to publish beside `resource` and `authorization_servers`: name and JSON text.
    pub(crate) members: Vec<(String, String)>,
    /// Where its authorization servers stand among the issuers.
    pub(crate) issuers: Vec<usize>,
    /// Broad scopes with the narrower ones that each implies.
    pub(crate) scope_hierarchy: Vec<(String, Vec<String>)>,
}

/// An authorization server as configured.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct IssuerOptions {
    /// The authorization server as it is advertised.
    pub(crate) issuer: String,
    /// What `iss` may be, where that is not the advertised issuer alone.
    pub(crate) token_issuers: Option<Vec<String>>,
    pub(crate) source: KeySource,
    pub(crate) algorithms: Algorithms,
    pub(crate) strict_type: bool,
    /// The claims that may hold the subject, the first present one first.
    pub(crate) subject_claims: Vec<String>,
    /// Scopes as they are advertised, each with the name that tokens carry.
    pub(crate) scope_names: Vec<(String, String)>,
    /// A gateway in front of us checks the key that a token is bound to.
    pub(crate) sender_is_checked: bool,
    /// What `aud` may be in its tokens, beside what the gate expects.
    pub(crate) audience: Vec<String>,
    /// The same, shared with other APIs: a scope must tell them apart.
    pub(crate) wide_audience: Vec<String>,
    /// Clients whose tokens may have no `aud`.
    pub(crate) clients_without_audience: Vec<String>,
    /// Claims that its tokens must have.
    pub(crate) required_claims: Vec<String>,
}

/// Where an issuer's keys come from.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum KeySource {
    /// A JWK Set given in the configuration.
    Document(String),
    /// The URL of a JWK Set.
    Url(String),
    /// Authorization server metadata, fetched when first needed.
    Discovery(ServerType),
}

/// Everything an engine is built from.
pub(crate) struct EngineOptions {
    pub(crate) resources: Vec<ResourceOptions>,
    pub(crate) issuers: Vec<IssuerOptions>,
}

const SERVER_MEMBERS: [&str; 15] = [
    "issuer",
    "type",
    "metadata",
    "jwks_uri",
    "jwks",
    "algorithms",
    "token_type",
    "token_issuers",
    "subject_claims",
    "scope_names",
    "sender_constraint",
    "audience",
    "wide_audience",
    "clients_without_audience",
    "required_claims",
];

impl EngineOptions {
    pub(crate) fn read(reader: &mut Reader, root: &Place<'_>) -> Option<Self> {
        reader.only_members(root, &["protected_resources"]);
        let mut options = Self {
            resources: Vec::new(),
            issuers: Vec::new(),
        };
        let pointer = root.at("protected_resources");
        match root.object.find("protected_resources") {
            Some(value @ Value::Object(_)) => options.resource(reader, pointer.clone(), value),
            Some(Value::Array(list)) => {
                for (index, element) in list.elements().enumerate() {
                    options.resource(reader, format!("{pointer}/{index}"), &element.ok()?);
                }
                if options.resources.is_empty() && reader.problems.is_empty() {
                    reader.problem(&pointer, "must name at least one protected resource");
                }
            }
            _ => reader.problem(&pointer, "must be a protected resource or a list of them"),
        }
        if options.issuers.len() > limits::ISSUERS {
            reader.problem(
                &pointer,
                format!("must not name more than {} issuers", limits::ISSUERS),
            );
        }
        Some(options)
    }

    fn resource(&mut self, reader: &mut Reader, pointer: String, value: &Value<'_>) {
        let Some(place) = reader.object(pointer, value) else {
            return;
        };
        reader.only_members(&place, &["metadata", "scope_hierarchy"]);
        let Some(metadata) = place.object.find("metadata") else {
            return reader.problem(
                &place.at("metadata"),
                "is missing; write the metadata of the resource here",
            );
        };
        let Some(metadata) = reader.object(place.at("metadata"), metadata) else {
            return;
        };
        let Some(resource) = reader.string(&metadata, "resource") else {
            if metadata.object.find("resource").is_none() {
                reader.problem(
                    &metadata.at("resource"),
                    "is missing; write the URL of the resource here",
                );
            }
            return;
        };
        check_url(reader, &metadata.at("resource"), &resource);
        if self
            .resources
            .iter()
            .any(|other| is_same_resource(&other.resource, &resource))
        {
            reader.problem(
                &metadata.at("resource"),
                "is the identifier of another resource already",
            );
        }
        let issuers = self.servers(reader, &metadata);
        let members = published_members(reader, &metadata);
        let scope_hierarchy = scope_hierarchy(reader, &place);
        self.resources.push(ResourceOptions {
            resource,
            members,
            issuers,
            scope_hierarchy,
        });
    }

    /// The servers of one resource. Equal ones of several resources are one issuer with one set of keys.
    fn servers(&mut self, reader: &mut Reader, metadata: &Place<'_>) -> Vec<usize> {
        let pointer = metadata.at("authorization_servers");
        let mut indexes = Vec::new();
        let list = match metadata.object.find("authorization_servers") {
            Some(Value::Array(list)) => list,
            _ => {
                reader.problem(
                    &pointer,
                    "must be a list with at least one authorization server",
                );
                return indexes;
            }
        };
        for (number, element) in list.elements().enumerate() {
            let pointer = format!("{pointer}/{number}");
            let Ok(element) = element else { continue };
            let Some(place) = reader.object(pointer, &element) else {
                continue;
            };
            let Some(options) = IssuerOptions::read(reader, &place) else {
                continue;
            };
            let known = self.issuers.iter().position(|other| *other == options);
            let twice = indexes
                .iter()
                .any(|&index: &usize| self.issuers[index].issuer == options.issuer);
            if twice {
                reader.problem(
                    &place.at("issuer"),
                    "is an issuer that this resource trusts already",
                );
            }
            indexes.push(known.unwrap_or_else(|| {
                self.issuers.push(options);
                self.issuers.len() - 1
            }));
        }
        if list.elements().next().is_none() {
            reader.problem(
                &pointer,
                "must be a list with at least one authorization server",
            );
        }
        indexes
    }
}

impl IssuerOptions {
    fn read(reader: &mut Reader, place: &Place<'_>) -> Option<Self> {
        reader.only_members(place, &SERVER_MEMBERS);
        let server_type = match reader.string(place, "type").as_deref() {
            None => ServerType::default(),
            Some(name) => ServerType::from_name(name).unwrap_or_else(|| {
                reader.problem(&place.at("type"), "must be \"oauth\" or \"oidc\"");
                ServerType::default()
            }),
        };
        let algorithms = algorithms(reader, place);
        let strict_type = one_of(reader, place, "token_type", ["guarded", "strict"]);
        let sender_is_checked = one_of(
            reader,
            place,
            "sender_constraint",
            ["refuse", "checked_by_gateway"],
        );
        let token_issuers = reader.string_list(place, "token_issuers");
        if token_issuers.as_ref().is_some_and(Vec::is_empty) {
            reader.problem(&place.at("token_issuers"), "must name at least one issuer");
        }
        let subject_claims = reader
            .string_list(place, "subject_claims")
            .unwrap_or_default();
        let scope_names = scope_names(reader, place);
        let (issuer, source) = match place.object.find("metadata") {
            Some(metadata) => {
                let metadata = reader.object(place.at("metadata"), metadata)?;
                for name in ["issuer", "jwks_uri"]
                    .into_iter()
                    .filter(|name| place.object.find(name).is_some())
                {
                    reader.problem(
                        &place.at(name),
                        "stands in metadata already; write it there only",
                    );
                }
                from_metadata(reader, &metadata)?
            }
            None => (
                required(reader, place, "issuer")?,
                given_source(reader, place, server_type),
            ),
        };
        if issuer.chars().any(char::is_control) {
            reader.problem(&place.at("issuer"), "must not hold control characters");
        }
        if matches!(source, KeySource::Discovery(_)) {
            check_url(reader, &place.at("issuer"), &issuer);
            if issuer.contains('?') {
                reader.problem(
                    &place.at("issuer"),
                    "must not have a query (RFC 8414 section 2)",
                );
            }
        }
        let jwks = place
            .object
            .find("jwks")
            .map(ToString::to_string)
            .map(KeySource::Document);
        let subject_claims = match subject_claims {
            none if none.is_empty() => vec!["sub".to_owned()],
            given => given,
        };
        Some(Self {
            issuer,
            token_issuers,
            source: jwks.unwrap_or(source),
            algorithms,
            strict_type,
            subject_claims,
            scope_names,
            sender_is_checked,
            audience: reader.string_list(place, "audience").unwrap_or_default(),
            wide_audience: reader
                .string_list(place, "wide_audience")
                .unwrap_or_default(),
            clients_without_audience: reader
                .string_list(place, "clients_without_audience")
                .unwrap_or_default(),
            required_claims: reader
                .string_list(place, "required_claims")
                .unwrap_or_default(),
        })
    }
}

/// Whether a member is the second of two words; the first is the default.
fn one_of(reader: &mut Reader, place: &Place<'_>, name: &str, words: [&str; 2]) -> bool {
    let word = reader.string(place, name);
    if word.as_deref().is_some_and(|word| !words.contains(&word)) {
        reader.problem(
            &place.at(name),
            format!("must be \"{}\" or \"{}\"", words[0], words[1]),
        );
    }
    word.as_deref() == Some(words[1])
}

/// `{"advertised": "carried"}`
fn scope_names(reader: &mut Reader, place: &Place<'_>) -> Vec<(String, String)> {
    let Some(value) = place.object.find("scope_names") else {
        return Vec::new();
    };
    let Some(names) = reader.object(place.at("scope_names"), value) else {
        return Vec::new();
    };
    let mut pairs = Vec::new();
    for (advertised, _) in names.object.members() {
        let advertised = advertised.to_owned();
        if let Some(carried) = reader.string(&names, &advertised) {
            pairs.push((advertised, carried));
        }
    }
    pairs
}

/// `{"broad": ["narrow", ...]}`
fn scope_hierarchy(reader: &mut Reader, place: &Place<'_>) -> Vec<(String, Vec<String>)> {
    let Some(value) = place.object.find("scope_hierarchy") else {
        return Vec::new();
    };
    let Some(broad) = reader.object(place.at("scope_hierarchy"), value) else {
        return Vec::new();
    };
    let members = broad.object.members();
    members
        .map(|(name, narrow)| {
            let name = name.to_owned();
            let narrow = reader.scopes(&broad.at(&name), &narrow);
            (name, narrow)
        })
        .collect()
}

/// An issuer whose metadata the operator has given.
fn from_metadata(reader: &mut Reader, metadata: &Place<'_>) -> Option<(String, KeySource)> {
    let issuer = required(reader, metadata, "issuer")?;
    let jwks_uri = required(reader, metadata, "jwks_uri")?;
    check_url(reader, &metadata.at("jwks_uri"), &jwks_uri);
    Some((issuer, KeySource::Url(jwks_uri)))
}

fn given_source(reader: &mut Reader, place: &Place<'_>, server_type: ServerType) -> KeySource {
    if place
        .object
        .find("jwks")
        .is_some_and(|jwks| !is_key_set(jwks))
    {
        reader.problem(
            &place.at("jwks"),
            "must be a JWK Set: an object whose \"keys\" is a list of keys",
        );
    }
    match reader.string(place, "jwks_uri") {
        Some(_) if place.object.find("jwks").is_some() => {
            reader.problem(
                &place.at("jwks_uri"),
                "cannot stand beside jwks; write one of the two",
            );
            KeySource::Discovery(server_type)
        }
        Some(jwks_uri) => {
            check_url(reader, &place.at("jwks_uri"), &jwks_uri);
            KeySource::Url(jwks_uri)
        }
        None if place.object.find("jwks").is_some() => KeySource::Document(String::new()),
        None => KeySource::Discovery(server_type),
    }
}

fn is_key_set(jwks: &Value<'_>) -> bool {
    let Value::Object(jwks) = jwks else {
        return false;
    };
    let object = jwks.object::<{ limits::OBJECT_MEMBERS }>();
    object.is_ok_and(|object| matches!(object.find("keys"), Some(Value::Array(_))))
}

fn required(reader: &mut Reader, place: &Place<'_>, name: &str) -> Option<String> {
    if place.object.find(name).is_none() {
        reader.problem(&place.at(name), "is missing");
    }
    reader.string(place, name)
}

fn algorithms(reader: &mut Reader, place: &Place<'_>) -> Algorithms {
    let pointer = place.at("algorithms");
    let names = match place.object.find("algorithms") {
        None => return Algorithms::DEFAULT,
        Some(Value::Array(list)) => reader.strings(&pointer, list),
        Some(_) => Vec::new(),
    };
    let mut algorithms = Algorithms::NONE;
    for (index, name) in names.iter().enumerate() {
        match Algorithm::from_name(|known| known == name) {
            Some(algorithm) => algorithms = algorithms.with(algorithm),
            None => {
                let known: Vec<&str> = Algorithm::NAMES.iter().map(|(name, _)| *name).collect();
                let message = format!(
                    "must be one of {}; none and HMAC do not exist here",
                    known.join(", ")
                );
                reader.problem(&format!("{pointer}/{index}"), message);
            }
        }
    }
    if names.is_empty() {
        reader.problem(&pointer, "must be a list with at least one algorithm");
    }
    algorithms
}

/// What is published beside `resource` and `authorization_servers`: the members of RFC 9728 in its order,
/// then the others as given, without empty ones (RFC 9728 section 3.2), with the way tokens are sent.
fn published_members(reader: &mut Reader, metadata: &Place<'_>) -> Vec<(String, String)> {
    let mut members = Vec::new();
    let given = |name: &str| metadata.object.find(name);
    for name in &metadata::MEMBERS[2..] {
        let pointer = metadata.at(name);
        let published = match (*name, given(name)) {
            (_, Some(Value::Null)) => None,
            ("scopes_supported", Some(value)) => Some(scopes_supported(reader, &pointer, value)),
            (_, Some(value)) if is_zero(value) => None,
            ("bearer_methods_supported", None) => Some("[\"header\"]".to_owned()),
            (_, Some(value)) => Some(value.to_string()),
            (_, None) => None,
        };
        members.extend(published.map(|value| ((*name).to_owned(), value)));
    }
    for (name, value) in metadata.object.members() {
        let name = name.to_owned();
        Member::check_resource(reader, metadata, &name, &value);
        if !metadata::MEMBERS.contains(&name.as_str()) && !is_zero(&value) {
            members.push((name, value.to_string()));
        }
    }
    members.retain(|(_, value)| value != "[]"); // Scopes of which none is left.
    members
}

/// RFC 9728 section 3.2: members with zero values are omitted.
fn is_zero(value: &Value<'_>) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.elements().next().is_none(),
        Value::Object(nested) => nested
            .object::<{ limits::OBJECT_MEMBERS }>()
            .is_ok_and(|object| object.members().next().is_none()),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// MCP asks servers not to list `offline_access`: clients add it by themselves.
fn scopes_supported(reader: &mut Reader, pointer: &str, value: &Value<'_>) -> String {
    let mut scopes = reader.scopes(pointer, value);
    scopes.retain(|scope| scope != "offline_access");
    QuotedList(&scopes).to_string()
}

/// A URL that is https, or http on a loopback host.
pub(crate) fn check_url(reader: &mut Reader, pointer: &str, text: &str) {
    match Url::parse(text) {
        Err(error) => reader.problem(pointer, error.text()),
        Ok(url) if !url.is_https && !url.is_loopback() => {
            reader.problem(pointer, UrlError::Scheme.text())
        }
        Ok(_) => {}
    }
}

/// Two identifiers of one resource: equal, or differing by the slash of an empty path.
fn is_same_resource(one: &str, two: &str) -> bool {
    let without_slash = |text: &str| match Url::parse(text) {
        Ok(url) if url.path == "/" => format!(
            "{}{}",
            url.origin,
            url.query.map_or(String::new(), |q| format!("?{q}"))
        ),
        _ => text.to_owned(),
    };
    without_slash(one) == without_slash(two)
}
