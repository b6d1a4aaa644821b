//! An authorization server's metadata, its members checked for their types.

use alloc::string::String;
use alloc::vec::Vec;

use crate::configuration::member::Member;
use crate::configuration::{Place, Reader};
use crate::json::{Object, Value};

/// A metadata document of which only members of the right type are seen.
pub(super) struct Server<'a> {
    document: Object<'a>,
    malformed: Vec<&'static str>,
    pub(super) expected_issuer: Option<&'a str>,
}

/// RFC 8414 section 2, and for MCP the endpoints too: its clients use the authorization code grant.
const REQUIRED: [&str; 4] = [
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "response_types_supported",
];

/// The members that are looked at.
const MEMBERS: [(&str, Member); 30] = [
    ("issuer", Member::Text),
    ("authorization_endpoint", Member::Text),
    ("token_endpoint", Member::Text),
    ("jwks_uri", Member::Text),
    ("registration_endpoint", Member::Text),
    ("scopes_supported", Member::Strings),
    ("response_types_supported", Member::Strings),
    ("response_modes_supported", Member::Strings),
    ("grant_types_supported", Member::Strings),
    ("token_endpoint_auth_methods_supported", Member::Strings),
    (
        "token_endpoint_auth_signing_alg_values_supported",
        Member::Strings,
    ),
    ("service_documentation", Member::Text),
    ("ui_locales_supported", Member::Strings),
    ("op_policy_uri", Member::Text),
    ("op_tos_uri", Member::Text),
    ("revocation_endpoint", Member::Text),
    (
        "revocation_endpoint_auth_methods_supported",
        Member::Strings,
    ),
    (
        "revocation_endpoint_auth_signing_alg_values_supported",
        Member::Strings,
    ),
    ("introspection_endpoint", Member::Text),
    (
        "introspection_endpoint_auth_methods_supported",
        Member::Strings,
    ),
    (
        "introspection_endpoint_auth_signing_alg_values_supported",
        Member::Strings,
    ),
    ("code_challenge_methods_supported", Member::Strings),
    ("userinfo_endpoint", Member::Text),
    ("end_session_endpoint", Member::Text),
    ("device_authorization_endpoint", Member::Text),
    ("pushed_authorization_request_endpoint", Member::Text),
    ("backchannel_authentication_endpoint", Member::Text),
    ("dpop_signing_alg_values_supported", Member::Strings),
    ("client_id_metadata_document_supported", Member::Boolean),
    (
        "authorization_response_iss_parameter_supported",
        Member::Boolean,
    ),
];

impl<'a> Server<'a> {
    /// Looks at every member, and reports those that are missing or of the wrong type.
    pub(super) fn read(
        reader: &mut Reader,
        document: &Place<'a>,
        expected_issuer: Option<&'a str>,
    ) -> Self {
        let mut malformed = Vec::new();
        for (name, member) in MEMBERS {
            let problems = reader.problems().len();
            match document.object.find(name) {
                None | Some(Value::Null) if REQUIRED.contains(&name) => {
                    reader.problem(&document.at(name), "is missing, and required (RFC 8414)");
                }
                None => {}
                Some(value) => member.check(reader, &document.at(name), &value),
            }
            if reader.problems().len() > problems {
                malformed.push(name);
            }
        }
        Self {
            document: document.object.clone(),
            malformed,
            expected_issuer,
        }
    }

    /// Whether a member is missing though required, or of the wrong type.
    pub(super) fn is_malformed(&self, name: &str) -> bool {
        self.malformed.contains(&name)
    }

    /// The string at a member.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.find(name)? {
            Value::String(text) => Some(text.to_owned()),
            _ => None,
        }
    }

    /// The strings at a member.
    pub(super) fn list(&self, name: &str) -> Option<Vec<String>> {
        let Value::Array(list) = self.find(name)? else {
            return None;
        };
        let strings = list.elements().filter_map(Result::ok);
        Some(
            strings
                .filter_map(|value| value.as_text())
                .map(|text| text.to_owned())
                .collect(),
        )
    }

    /// Whether a member is `true`.
    pub(super) fn is_true(&self, name: &str) -> bool {
        self.find(name) == Some(Value::Bool(true))
    }

    fn find(&self, name: &str) -> Option<Value<'a>> {
        if self.is_malformed(name) {
            return None;
        }
        self.document.find(name)
    }
}
