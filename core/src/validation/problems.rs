//! Whether a metadata document has the members that it needs, each of the right type.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::server::Server;
use crate::configuration::member::Member;
use crate::configuration::{ConfigurationError, Place, Problem, Reader};
use crate::json::Value;

/// The two kinds of metadata document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetadataKind {
    /// RFC 8414
    AuthorizationServer,
    /// RFC 9728
    ProtectedResource,
}

impl MetadataKind {
    /// The kind with a name, `authorization_server` or `protected_resource`.
    pub fn from_name(name: &str) -> Result<Self, ConfigurationError> {
        match name {
            "authorization_server" => Ok(Self::AuthorizationServer),
            "protected_resource" => Ok(Self::ProtectedResource),
            _ => Err(ConfigurationError::at(
                "/kind",
                "must be authorization_server or protected_resource".into(),
            )),
        }
    }
}

/// What is missing from a metadata document though required, or of the wrong type; nothing else is judged. A member
/// that is `null` is absent, and unknown ones hold what they like.
pub fn metadata_problems(kind: MetadataKind, metadata: &str) -> Vec<Problem> {
    let read = Reader::read(metadata, |reader, place| {
        match kind {
            MetadataKind::AuthorizationServer => drop(Server::read(reader, place, None)),
            MetadataKind::ProtectedResource => read_resource(reader, place),
        }
        Some(())
    });
    match read {
        Ok(()) => Vec::new(),
        Err(error) => error.problems().to_vec(),
    }
}

/// RFC 9728 section 2.
fn read_resource(reader: &mut Reader, metadata: &Place<'_>) {
    if matches!(metadata.object.find("resource"), None | Some(Value::Null)) {
        reader.problem(
            &metadata.at("resource"),
            "is missing, and required (RFC 9728)",
        );
    } else if let Some(resource) = reader.string(metadata, "resource") {
        reader.check_url(&metadata.at("resource"), &resource);
    }
    for (name, value) in metadata.object.members() {
        let name = name.to_owned();
        match name.as_str() {
            "resource" => {}
            "authorization_servers" => Member::Strings.check(reader, &metadata.at(&name), &value),
            "scopes_supported" if value == Value::Null => {}
            "scopes_supported" => drop(reader.scopes(&metadata.at(&name), &value)),
            _ => Member::check_resource(reader, metadata, &name, &value),
        }
    }
}

/// Problems as JSON, for hosts: `[{"pointer", "message"}]`.
pub fn problems_to_json(problems: &[Problem]) -> String {
    let list: Vec<String> = problems.iter().map(Problem::to_json).collect();
    format!("[{}]", list.join(","))
}
