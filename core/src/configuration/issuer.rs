//! An authorization server in the engine's configuration: who it is, where its keys are, what its tokens may be.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{Place, Reader};
use crate::algorithm::{Algorithm, Algorithms};
use crate::authorization_server::ServerType;
use crate::claims::ClaimNames;
use crate::json::{Text, Value};
use crate::limits;

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
    pub(crate) scope_claims: Vec<String>,
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
    /// Seconds between fetches of its keys, for tokens whose key is not among them.
    pub(crate) key_cooldown: u64,
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
    /// Nowhere: given metadata names none. Then only the application can verify tokens.
    Nowhere,
}

const SERVER_MEMBERS: [&str; 17] = [
    "issuer",
    "type",
    "metadata",
    "jwks_uri",
    "jwks",
    "algorithms",
    "token_type",
    "token_issuers",
    "subject_claims",
    "scope_claims",
    "scope_names",
    "sender_constraint",
    "audience",
    "wide_audience",
    "clients_without_audience",
    "required_claims",
    "key_cooldown",
];

impl IssuerOptions {
    /// Whether tokens of this client may have no `aud`.
    pub(crate) fn may_lack_audience(&self, client: Text<'_>) -> bool {
        self.clients_without_audience
            .iter()
            .any(|one| client == **one)
    }

    /// Where its tokens have what has no one place.
    pub(crate) fn claim_names(&self) -> ClaimNames<'_, String> {
        ClaimNames {
            subject: &self.subject_claims,
            scopes: &self.scope_claims,
        }
    }

    pub(super) fn read(reader: &mut Reader, place: &Place<'_>) -> Option<Self> {
        reader.only_members(place, &SERVER_MEMBERS);
        let server_type = match reader.string(place, "type").as_deref() {
            None => ServerType::default(),
            Some(name) => reader
                .server_type(&place.at("type"), name)
                .unwrap_or_default(),
        };
        let algorithms = algorithms(reader, place).unwrap_or(Algorithms::DEFAULT);
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
        let subject_claims =
            claim_names(reader, place, "subject_claims", ClaimNames::USUAL.subject);
        let scope_claims = claim_names(reader, place, "scope_claims", ClaimNames::USUAL.scopes);
        let scope_names = scope_names(reader, place);
        let (issuer, source) = match place.object.find("metadata") {
            Some(metadata) => {
                let metadata = reader.object(place.at("metadata"), &metadata)?;
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
            reader.check_url(&place.at("issuer"), &issuer);
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
            .map(|value| value.to_string())
            .map(KeySource::Document);
        let [audience, wide_audience] = ["audience", "wide_audience"].map(|name| {
            let values = reader.string_list(place, name).unwrap_or_default();
            for value in values
                .iter()
                .filter(|value| is_foreign_audience(value, &[&issuer]))
            {
                let message =
                    format!("must not hold {value}, which tokens for other APIs carry too");
                reader.problem(&place.at(name), message);
            }
            values
        });
        Some(Self {
            issuer,
            token_issuers,
            source: jwks.unwrap_or(source),
            algorithms,
            strict_type,
            subject_claims,
            scope_claims,
            scope_names,
            sender_is_checked,
            audience,
            wide_audience,
            clients_without_audience: reader
                .string_list(place, "clients_without_audience")
                .unwrap_or_default(),
            required_claims: reader
                .string_list(place, "required_claims")
                .unwrap_or_default(),
            key_cooldown: reader
                .seconds(place, "key_cooldown", limits::KEY_COOLDOWN)
                .unwrap_or(limits::COOLDOWN),
        })
    }
}

/// Whether a member is the second of two words; the first is the default.
pub(super) fn one_of(reader: &mut Reader, place: &Place<'_>, name: &str, words: [&str; 2]) -> bool {
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
/// The claims that an issuer uses, or the usual ones.
fn claim_names(
    reader: &mut Reader,
    place: &Place<'_>,
    member: &str,
    usual: &[&str],
) -> Vec<String> {
    match reader.string_list(place, member) {
        Some(given) if !given.is_empty() => given,
        _ => usual.iter().map(|&name| name.to_owned()).collect(),
    }
}

fn scope_names(reader: &mut Reader, place: &Place<'_>) -> Vec<(String, String)> {
    let Some(value) = place.object.find("scope_names") else {
        return Vec::new();
    };
    let Some(names) = reader.object(place.at("scope_names"), &value) else {
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

/// An issuer whose metadata the operator has given.
fn from_metadata(reader: &mut Reader, metadata: &Place<'_>) -> Option<(String, KeySource)> {
    let issuer = required(reader, metadata, "issuer")?;
    if matches!(metadata.object.find("jwks_uri"), None | Some(Value::Null)) {
        return Some((issuer, KeySource::Nowhere)); // RFC 8414 section 2: it is optional.
    }
    let jwks_uri = reader.string(metadata, "jwks_uri")?;
    reader.check_url(&metadata.at("jwks_uri"), &jwks_uri);
    Some((issuer, KeySource::Url(jwks_uri)))
}

fn given_source(reader: &mut Reader, place: &Place<'_>, server_type: ServerType) -> KeySource {
    if place
        .object
        .find("jwks")
        .is_some_and(|jwks| !is_key_set(&jwks))
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
            reader.check_url(&place.at("jwks_uri"), &jwks_uri);
            KeySource::Url(jwks_uri)
        }
        None if place.object.find("jwks").is_some() => KeySource::Document(String::new()),
        None => KeySource::Discovery(server_type),
    }
}

pub(super) fn is_key_set(jwks: &Value<'_>) -> bool {
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

/// What tokens may be signed with, where that is said.
pub(super) fn algorithms(reader: &mut Reader, place: &Place<'_>) -> Option<Algorithms> {
    let pointer = place.at("algorithms");
    let names = match place.object.find("algorithms") {
        None => return None,
        Some(Value::Array(list)) => reader.strings(&pointer, &list),
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
    Some(algorithms)
}

/// Audiences of the authorization server itself and of its own APIs: every token of it would fit.
pub(super) fn is_foreign_audience(value: &str, issuers: &[&str]) -> bool {
    let is_issuer = |issuer: &&str| {
        value == *issuer || value.strip_suffix("/resources") == Some(issuer.trim_end_matches('/'))
    };
    value == "account" || value.ends_with("/userinfo") || issuers.iter().any(is_issuer)
}
