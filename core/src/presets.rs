//! How the authorization servers of known providers are trusted: data, expanded into one entry of `authorization_servers`.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::configuration::suggestion::nearest;
use crate::configuration::{ConfigurationError, Place, Reader};
use crate::json::{Bounds, Object, Quoted, Value};
use crate::url::Url;

mod table;

/// What is known of one provider.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// The name in [`preset`].
    pub name: &'static str,
    /// The name of the product.
    pub title: &'static str,
    /// What the operator must or may say.
    pub parameters: &'static [Parameter],
    /// What its tokens are let off, compared with RFC 9068 tokens for this resource alone; a sentence each.
    pub relaxes: &'static [&'static str],
    form: Form,
}

/// What an operator must or may say of a provider.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it looks like.
    pub kind: ParameterKind,
    /// Whether it must be given.
    pub required: bool,
    /// Its value where it is not given.
    pub default: Option<&'static str>,
    /// What it is, as a clause.
    pub about: &'static str,
}

/// What a parameter looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// A host, without scheme or slash.
    Domain,
    /// A URL to which a path is appended.
    BaseUrl,
    /// A URL that is used as it stands.
    Url,
    /// One segment of a path.
    Segment,
    /// A GUID as tokens carry it.
    Guid,
    /// Any text.
    Text,
    /// A list of texts.
    Texts,
    /// An object whose values are texts.
    Names,
    /// `true` or `false`.
    Flag,
    /// `guarded` or `strict`.
    TokenType,
}

#[derive(Clone, Copy, Debug)]
enum Form {
    /// The entry as JSON. `{name}` stands for a parameter; a text with one that is not given is left out, and so is a
    /// text that ends in ` if name is value` or ` if name is not value` where that does not hold, an empty list too.
    Server(&'static str),
    /// Why there can be no entry, and what to do.
    Refused(&'static str),
}

/// All presets.
pub const fn presets() -> &'static [Preset] {
    table::PRESETS
}

/// The entry of `authorization_servers` for a provider, as JSON text; `parameters` is a JSON object.
///
/// ```
/// let server = mcpauth_core::preset("hydra", r#"{"issuer": "https://hydra.example.com/"}"#)?;
/// assert_eq!(server, r#"{"issuer":"https://hydra.example.com/","type":"oidc"}"#);
///
/// let error = mcpauth_core::preset("hydra", r#"{"isuer": "https://hydra.example.com/"}"#).unwrap_err();
/// assert_eq!(error.problems()[0].message, "is not an option; did you mean issuer?");
/// # Ok::<(), mcpauth_core::ConfigurationError>(())
/// ```
pub fn preset(name: &str, parameters: &str) -> Result<String, ConfigurationError> {
    let Some(preset) = presets().iter().find(|preset| preset.name == name) else {
        let names: Vec<&str> = presets().iter().map(|preset| preset.name).collect();
        let hint = match nearest(name, &names) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("there are {}", names.join(", ")),
        };
        let message = format!("has no preset for {}; {hint}", Quoted(name));
        return Err(ConfigurationError::at("", message));
    };
    match preset.form {
        Form::Refused(why) => Err(ConfigurationError::at("", why.to_owned())),
        Form::Server(template) => Reader::read(parameters, |reader, root| {
            let given = Given::read(reader, root, preset.parameters);
            Some(given.expand_server(template))
        }),
    }
}

impl Preset {
    /// Why no server of this provider can be trusted, where that is so.
    pub const fn refusal(&self) -> Option<&'static str> {
        match self.form {
            Form::Server(_) => None,
            Form::Refused(why) => Some(why),
        }
    }
}

/// Parameters with their values.
struct Given(Vec<(&'static str, Argument)>);

enum Argument {
    Text(String),
    Texts(Vec<String>),
    /// The text of another JSON value.
    Json(String),
}

impl Given {
    fn read(reader: &mut Reader, root: &Place<'_>, parameters: &'static [Parameter]) -> Self {
        let names: Vec<&str> = parameters.iter().map(|parameter| parameter.name).collect();
        reader.only_members(root, &names);
        let mut arguments = Vec::new();
        for parameter in parameters {
            let argument = parameter.read(reader, root);
            arguments.extend(argument.map(|argument| (parameter.name, argument)));
        }
        Self(arguments)
    }

    fn find(&self, name: &str) -> Option<&Argument> {
        let mut arguments = self.0.iter();
        arguments
            .find(|(known, _)| *known == name)
            .map(|(_, argument)| argument)
    }

    fn text(&self, name: &str) -> Option<&str> {
        match self.find(name)? {
            Argument::Text(text) => Some(text),
            Argument::Texts(_) | Argument::Json(_) => None,
        }
    }

    fn expand_server(&self, template: &str) -> String {
        let template: Object<'_> = Object::parse(template.as_bytes(), Bounds::DOCUMENT)
            .expect("a test expands every template");
        let members = template.members().filter_map(|(name, value)| {
            let value = self.expand(&value)?;
            Some(format!("{}:{value}", Quoted(&name.to_owned())))
        });
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    }

    /// The JSON text of a member or of the elements of a list; nothing where nothing of it was given.
    fn expand(&self, value: &Value<'_>) -> Option<String> {
        match value {
            Value::String(text) => self.expand_text(&text.to_owned()),
            Value::Array(list) => {
                let elements = list.elements().filter_map(|one| self.expand(&one.ok()?));
                let elements = elements.collect::<Vec<_>>().join(",");
                (!elements.is_empty()).then(|| format!("[{elements}]"))
            }
            other => Some(other.to_string()),
        }
    }

    fn expand_text(&self, text: &str) -> Option<String> {
        let (mut rest, condition) = text.split_once(" if ").unwrap_or((text, ""));
        if let Some((name, value)) = condition.split_once(" is ") {
            let (value, wanted) = value
                .strip_prefix("not ")
                .map_or((value, true), |value| (value, false));
            if (self.text(name) == Some(value)) != wanted {
                return None;
            }
        }
        let alone = rest
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'));
        match alone.and_then(|name| self.find(name)) {
            Some(Argument::Json(json)) => return Some(json.clone()),
            Some(Argument::Texts(texts)) => {
                let texts: Vec<_> = texts.iter().map(|text| Quoted(text).to_string()).collect();
                return (!texts.is_empty()).then(|| texts.join(","));
            }
            Some(Argument::Text(_)) | None => {}
        }
        let mut expanded = String::new();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, behind) = after.split_once('}')?;
            expanded.push_str(before);
            expanded.push_str(self.text(name)?);
            rest = behind;
        }
        expanded.push_str(rest);
        Some(Quoted(&expanded).to_string())
    }
}

impl Parameter {
    const fn required(name: &'static str, kind: ParameterKind, about: &'static str) -> Self {
        Self {
            name,
            kind,
            required: true,
            default: None,
            about,
        }
    }

    const fn optional(name: &'static str, kind: ParameterKind, about: &'static str) -> Self {
        Self {
            required: false,
            ..Self::required(name, kind, about)
        }
    }

    const fn or(self, default: &'static str) -> Self {
        Self {
            required: false,
            default: Some(default),
            ..self
        }
    }

    fn read(&self, reader: &mut Reader, root: &Place<'_>) -> Option<Argument> {
        let (name, pointer) = (self.name, root.at(self.name));
        let Some(value) = root.object.find(name) else {
            if self.required {
                reader.problem(&pointer, format!("is missing: {}", self.about));
            }
            return self.default.map(|text| Argument::Text(text.to_owned()));
        };
        Some(match self.kind {
            ParameterKind::Flag => Argument::Text(reader.boolean(root, name, false).to_string()),
            ParameterKind::Texts => Argument::Texts(reader.string_list(root, name)?),
            ParameterKind::Names => {
                let names = reader.object(pointer, &value)?;
                for (name, _) in names.object.members() {
                    reader.string(&names, &name.to_owned());
                }
                Argument::Json(value.to_string())
            }
            kind => {
                let text = reader.string(root, name)?;
                kind.check(reader, &pointer, &text);
                Argument::Text(text)
            }
        })
    }
}

impl ParameterKind {
    /// Checks a text. Issuers and audiences are compared byte for byte, so what is nearly right is wrong.
    fn check(self, reader: &mut Reader, pointer: &str, text: &str) {
        match self {
            Self::Url => reader.check_url(pointer, text),
            Self::BaseUrl => {
                reader.check_url(pointer, text);
                if text.ends_with('/') || text.contains('?') {
                    reader.problem(
                        pointer,
                        "must not end in a slash or have a query: a path is appended",
                    );
                }
            }
            Self::Domain if !is_domain(text) => {
                let message = "must be a host in lower case, without https:// and without a slash";
                reader.problem(pointer, message);
            }
            Self::Segment if !is_segment(text) => {
                let message = "must be one segment of a path: letters, digits, -, ., _, ~ and %";
                reader.problem(pointer, message);
            }
            Self::Guid if !is_guid(text) => {
                let message =
                    "must be a GUID in lower case, as tokens carry it; a name like common is none";
                reader.problem(pointer, message);
            }
            Self::TokenType if !["guarded", "strict"].contains(&text) => {
                reader.problem(pointer, "must be \"guarded\" or \"strict\"");
            }
            _ => {}
        }
    }
}

fn is_domain(text: &str) -> bool {
    let is_host = Url::parse(&format!("https://{text}")).is_ok_and(|url| url.authority == text);
    is_host && !text.bytes().any(|byte| byte.is_ascii_uppercase())
}

fn is_segment(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte);
    text.bytes().all(allowed) && ![".", ".."].contains(&text)
}

/// 8-4-4-4-12 hexadecimal digits.
fn is_guid(text: &str) -> bool {
    let groups = text.split('-').map(str::len);
    let is_digit = |byte: u8| byte == b'-' || matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    groups.eq([8, 4, 4, 4, 12]) && text.bytes().all(is_digit)
}
