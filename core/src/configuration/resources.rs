//! The engine's configuration: protected resources, and the authorization servers each trusts.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::issuer::IssuerOptions;
use super::member::Member;
use super::{Place, Reader};
use crate::hierarchy::Hierarchy;
use crate::json::{QuotedList, Unspaced, Value};
use crate::limits;
use crate::metadata;
use crate::url::Url;

/// A resource as configured.
pub(crate) struct ResourceOptions {
    pub(crate) resource: String,
    /// Members to publish beside `resource` and `authorization_servers`: name and JSON text.
    pub(crate) members: Vec<(String, String)>,
    /// Where its authorization servers stand among the issuers.
    pub(crate) issuers: Vec<usize>,
    /// Broad scopes with the narrower ones that each implies.
    pub(crate) hierarchy: Hierarchy,
}

/// The one authorization server of authorization-server mode, which has no resources.
pub(crate) struct ServerOptions {
    /// Its metadata, where the operator has given it.
    pub(crate) metadata: Option<String>,
}

/// Everything an engine is built from.
pub(crate) struct EngineOptions {
    pub(crate) resources: Vec<ResourceOptions>,
    /// In place of resources; then it is the only issuer.
    pub(crate) server: Option<ServerOptions>,
    pub(crate) issuers: Vec<IssuerOptions>,
    /// How many verified tokens are remembered at most.
    pub(crate) token_cache_size: usize,
}

impl EngineOptions {
    pub(crate) fn read(reader: &mut Reader, root: &Place<'_>) -> Option<Self> {
        reader.only_members(root, &["protected_resources", "server", "token_cache_size"]);
        let most = limits::TOKEN_CACHE as u64;
        let size = reader.whole(root, "token_cache_size", "whole number", 0..=most);
        let mut options = Self {
            resources: Vec::new(),
            server: None,
            issuers: Vec::new(),
            token_cache_size: size.map_or(limits::TOKEN_CACHE_DEFAULT, |size| size as usize),
        };
        if let Some(value) = root.object.find("server") {
            options.server(reader, root, &value);
            return Some(options);
        }
        let pointer = root.at("protected_resources");
        match root.object.find("protected_resources") {
            Some(value @ Value::Object(_)) => options.resource(reader, pointer.clone(), &value),
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

    fn server(&mut self, reader: &mut Reader, root: &Place<'_>, value: &Value<'_>) {
        if root.object.find("protected_resources").is_some() {
            let message = "cannot stand beside protected_resources; write one of the two";
            reader.problem(&root.at("server"), message);
        }
        let Some(place) = reader.object(root.at("server"), value) else {
            return;
        };
        self.issuers.extend(IssuerOptions::read(reader, &place));
        let metadata = place.object.find("metadata");
        self.server = Some(ServerOptions {
            metadata: metadata.map(|metadata| Unspaced(&metadata.to_string()).to_string()),
        });
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
        let Some(metadata) = reader.object(place.at("metadata"), &metadata) else {
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
        reader.check_url(&metadata.at("resource"), &resource);
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
        let hierarchy = Hierarchy(scope_hierarchy(reader, &place));
        self.resources.push(ResourceOptions {
            resource,
            members,
            issuers,
            hierarchy,
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

/// `{"broad": ["narrow", ...]}`
fn scope_hierarchy(reader: &mut Reader, place: &Place<'_>) -> Vec<(String, Vec<String>)> {
    let Some(value) = place.object.find("scope_hierarchy") else {
        return Vec::new();
    };
    let Some(broad) = reader.object(place.at("scope_hierarchy"), &value) else {
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

/// What is published beside `resource` and `authorization_servers`: the members of RFC 9728 in its order,
/// then the others as given, without empty ones (RFC 9728 section 3.2), with the way tokens are sent.
fn published_members(reader: &mut Reader, metadata: &Place<'_>) -> Vec<(String, String)> {
    let mut members = Vec::new();
    let given = |name: &str| metadata.object.find(name);
    for name in &metadata::MEMBERS[2..] {
        let pointer = metadata.at(name);
        let published = match (*name, given(name)) {
            (_, Some(Value::Null)) => None,
            ("scopes_supported", Some(value)) => Some(scopes_supported(reader, &pointer, &value)),
            (_, Some(value)) if is_zero(&value) => None,
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
