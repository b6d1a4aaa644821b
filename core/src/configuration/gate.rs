//! The options of a gate: what one protected route asks of its callers.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use alloc::{format, vec};

use super::{Place, Reader};
use crate::json::Value;
use crate::limits;

/// A gate as configured.
pub(crate) struct GateOptions {
    pub(crate) resource: String,
    /// `None` where an operator has switched the check off.
    pub(crate) audience: Option<Vec<String>>,
    pub(crate) required_scopes: Vec<String>,
    pub(crate) leeway: u64,
    pub(crate) show_error_details: bool,
    pub(crate) cors: bool,
    pub(crate) operations: Vec<(String, Rule)>,
    pub(crate) deny_undeclared: bool,
    pub(crate) trust_operation_headers: bool,
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

const MEMBERS: [&str; 9] = [
    "resource",
    "audience",
    "required_scopes",
    "leeway",
    "show_error_details",
    "cors",
    "operations",
    "undeclared",
    "trust_operation_headers",
];

impl GateOptions {
    /// Reads options. `resources` are the identifiers that the engine knows.
    pub(crate) fn read(reader: &mut Reader, root: &Place<'_>, resources: &[&str]) -> Option<Self> {
        reader.only_members(root, &MEMBERS);
        let resource = reader.string(root, "resource").unwrap_or_default();
        if !resources.contains(&resource.as_str()) {
            let message = format!(
                "must be one of the protected resources: {}",
                resources.join(", ")
            );
            reader.problem(&root.at("resource"), message);
        }
        let required_scopes = match root.object.find("required_scopes") {
            None => Vec::new(),
            Some(value) => reader.scopes(&root.at("required_scopes"), value),
        };
        Some(Self {
            audience: audience(reader, root, &resource),
            resource,
            required_scopes,
            leeway: leeway(reader, root),
            show_error_details: reader.boolean(root, "show_error_details", false),
            cors: reader.boolean(root, "cors", true),
            operations: operations(reader, root),
            deny_undeclared: deny_undeclared(reader, root),
            trust_operation_headers: reader.boolean(root, "trust_operation_headers", false),
        })
    }
}

/// The expected audience: the resource identifier unless others are given.
fn audience(reader: &mut Reader, root: &Place<'_>, resource: &str) -> Option<Vec<String>> {
    let pointer = root.at("audience");
    let hint =
        "must be an audience or a list of them; leave it out to expect the resource identifier";
    match root.object.find("audience") {
        None => Some(vec![resource.to_string()]),
        Some(Value::String(text)) if !text.is_empty() => Some(vec![text.to_owned()]),
        Some(Value::Array(list)) => {
            let values = reader.strings(&pointer, list);
            if values.is_empty() {
                reader.problem(&pointer, hint);
            }
            Some(values)
        }
        Some(Value::Object(off))
            if off.raw().split_whitespace().collect::<String>() == "{\"dangerously_any\":true}" =>
        {
            None
        }
        Some(_) => {
            reader.problem(&pointer, hint);
            Some(Vec::new())
        }
    }
}

fn leeway(reader: &mut Reader, root: &Place<'_>) -> u64 {
    match root.object.find("leeway") {
        None => limits::LEEWAY_DEFAULT,
        Some(Value::Number(number))
            if number
                .raw()
                .parse::<u64>()
                .is_ok_and(|leeway| leeway <= limits::LEEWAY) =>
        {
            number.raw().parse().unwrap_or(limits::LEEWAY_DEFAULT)
        }
        Some(_) => {
            let message = format!(
                "must be a whole number of seconds from 0 to {}",
                limits::LEEWAY
            );
            reader.problem(&root.at("leeway"), message);
            limits::LEEWAY_DEFAULT
        }
    }
}

fn deny_undeclared(reader: &mut Reader, root: &Place<'_>) -> bool {
    match reader.string(root, "undeclared").as_deref() {
        None | Some("base") => false,
        Some("deny") => true,
        Some(_) => {
            reader.problem(&root.at("undeclared"), "must be \"base\" or \"deny\"");
            false
        }
    }
}

fn operations(reader: &mut Reader, root: &Place<'_>) -> Vec<(String, Rule)> {
    let Some(value) = root.object.find("operations") else {
        return Vec::new();
    };
    let Some(place) = reader.object(root.at("operations"), value) else {
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
