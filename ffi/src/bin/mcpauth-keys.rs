//! Turns a JWK Set into a constant table for `mcpauth_embedded.h`. Which keys can be used, core tells.

use std::fmt::{self, Write};
use std::io::Read;
use std::process::ExitCode;
use std::{env, fs, io};

use mcpauth_core::algorithm::KeyKind;
use mcpauth_core::json::{Bounds, Object, Text, Value};
use mcpauth_core::jwk::{Jwk, UnusableKey};
use mcpauth_core::signature::PortableKey;

const USAGE: &str = "\
usage: mcpauth-keys [--strict] [--name NAME] [FILE]

Reads a JWK Set (RFC 7517) from the file, or from standard input, and writes a C header with its keys as the constant
table NAME, an array of mcpauth_embedded_key (default: mcpauth_keys), and NAME_count. A key that a device cannot verify
with is passed over, with the reason on standard error; with --strict it is an error, and nothing is written.

Ends with 0 when the table was written, 1 when there is no key for it, 2 when it was called wrongly.";

fn main() -> ExitCode {
    let called = match Called::read(env::args().skip(1)) {
        Ok(Some(called)) => called,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(mistake) => {
            eprintln!("mcpauth-keys: {mistake}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let document = match called.document() {
        Ok(document) => document,
        Err(error) => {
            let file = called.file.as_deref().unwrap_or("standard input");
            eprintln!("mcpauth-keys: {file}: {error}");
            return ExitCode::from(2);
        }
    };
    let Some(elements) = elements(&document) else {
        eprintln!("mcpauth-keys: it is no JWK Set");
        return ExitCode::FAILURE;
    };
    let mut table = Table::default();
    let mut passed_over = 0;
    for (index, element) in elements.iter().enumerate() {
        if let Err(refused) = table.add(element) {
            eprintln!("mcpauth-keys: key {index}{refused}");
            passed_over += 1;
        }
    }
    if table.keys.is_empty() || called.is_strict && passed_over > 0 {
        eprintln!("mcpauth-keys: nothing was written");
        return ExitCode::FAILURE;
    }
    print!("{}", table.header(&called.name));
    ExitCode::SUCCESS
}

/// What the command line says.
struct Called {
    is_strict: bool,
    name: String,
    file: Option<String>,
}

impl Called {
    /// `None` where it asks for help.
    fn read(arguments: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut called = Self {
            is_strict: false,
            name: "mcpauth_keys".into(),
            file: None,
        };
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--help" | "-h" => return Ok(None),
                "--strict" => called.is_strict = true,
                "--name" => {
                    called.name = arguments.next().unwrap_or_default();
                    if !is_identifier(&called.name) {
                        return Err("--name wants the name of a C variable".into());
                    }
                }
                option if option.starts_with("--") => return Err(format!("no option {option}")),
                _ if called.file.is_some() => return Err("more than one file".into()),
                _ => called.file = Some(argument),
            }
        }
        Ok(Some(called))
    }

    fn document(&self) -> io::Result<Vec<u8>> {
        let mut document = Vec::new();
        match self.file.as_deref() {
            None | Some("-") => io::stdin().read_to_end(&mut document).map(|_| document),
            Some(file) => fs::read(file),
        }
    }
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .chars()
            .all(|one| one.is_ascii_alphanumeric() || one == '_')
}

/// The elements of `keys`.
fn elements(document: &[u8]) -> Option<Vec<Value<'_>>> {
    let set: Object<'_> = Object::parse(document, Bounds::DOCUMENT).ok()?;
    match set.find("keys") {
        Some(Value::Array(list)) => list.elements().collect::<Result<_, _>>().ok(),
        _ => None,
    }
}

/// Why a key is passed over, and its `kid`.
struct Refused(Option<String>, &'static str);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(kid) = &self.0 {
            write!(f, " ({})", kid.escape_default())?;
        }
        write!(f, " is passed over: {}", self.1)
    }
}

#[derive(Default)]
struct Table {
    keys: Vec<Entry>,
}

struct Entry {
    kid: Option<String>,
    algorithm: &'static str,
    bytes: Vec<u8>,
}

impl Table {
    fn add(&mut self, element: &Value<'_>) -> Result<(), Refused> {
        let Value::Object(nested) = element else {
            return Err(Refused(None, "it is no object"));
        };
        let object: Object<'_> = nested
            .object()
            .map_err(|_| Refused(None, "it is no object that can be read"))?;
        let kid = object.find("kid").and_then(Value::as_text);
        let kid = kid.as_ref().map(Text::to_owned);
        let refused = |reason| Refused(kid.clone(), reason);
        let jwk = Jwk::read(&object).map_err(|unusable| refused(reason(unusable)))?;
        let (algorithm, coordinate) = match jwk.kind() {
            KeyKind::P256 => ("ES256", 32),
            KeyKind::P384 => ("ES384", 48),
            KeyKind::Ed25519 => ("EDDSA", 32),
            KeyKind::P521 | KeyKind::Rsa => {
                return Err(refused("devices verify no RSA and no P-521"));
            }
        };
        PortableKey::prepare(&jwk).map_err(|unusable| refused(reason(unusable)))?;
        let mut bytes = Vec::new();
        let mut part = vec![0; coordinate];
        if jwk.kind() != KeyKind::Ed25519 {
            bytes.push(4); // An uncompressed point (SEC 1 section 2.3.3).
        }
        let first = jwk.decode_first(&mut part);
        bytes.extend_from_slice(first.map_err(|unusable| refused(reason(unusable)))?);
        if jwk.kind() != KeyKind::Ed25519 {
            let second = jwk.decode_second(&mut part);
            bytes.extend_from_slice(second.map_err(|unusable| refused(reason(unusable)))?);
        }
        self.keys.push(Entry {
            kid,
            algorithm,
            bytes,
        });
        Ok(())
    }

    fn header(&self, name: &str) -> String {
        let version = env!("CARGO_PKG_VERSION");
        let guard = format!("{}_H", name.to_ascii_uppercase());
        let mut out = format!(
            "/* Written by mcpauth-keys {version}. */\n#ifndef {guard}\n#define {guard}\n\n#include <mcpauth_embedded.h>\n\n"
        );
        for (index, key) in self.keys.iter().enumerate() {
            let bytes: Vec<String> = key
                .bytes
                .iter()
                .map(|byte| format!("0x{byte:02x}"))
                .collect();
            let lines: Vec<String> = bytes.chunks(16).map(|line| line.join(", ")).collect();
            let _ = writeln!(
                out,
                "static const uint8_t {name}_{index}[] = {{\n    {},\n}};",
                lines.join(",\n    ")
            );
        }
        let _ = writeln!(out, "\nstatic const mcpauth_embedded_key {name}[] = {{");
        for (index, key) in self.keys.iter().enumerate() {
            let kid = key.kid.as_deref().map_or("{NULL, 0}".into(), |kid| {
                format!("{{(const uint8_t *)\"{}\", {}}}", literal(kid), kid.len())
            });
            let (algorithm, length) = (key.algorithm, key.bytes.len());
            let _ = writeln!(
                out,
                "    {{{kid}, {{{name}_{index}, {length}}}, MCPAUTH_EMBEDDED_{algorithm}, 0}},"
            );
        }
        let count = self.keys.len();
        let _ = write!(out, "}};\nenum {{ {name}_count = {count} }};\n\n#endif\n");
        out
    }
}

/// A text inside a C string literal. Octal escapes end after three digits, whatever follows.
fn literal(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b' ' | b'-' | b'_' | b'.' | b':' | b'/' => {
                char::from(byte).to_string()
            }
            _ => format!("\\{byte:03o}"),
        })
        .collect()
}

fn reason(unusable: UnusableKey) -> &'static str {
    match unusable {
        UnusableKey::Malformed => "a member is missing or has the wrong type",
        UnusableKey::UnknownKind => "its kty or crv is none that verifies signatures",
        UnusableKey::UnknownAlgorithm => "its alg is none of this kind of key",
        UnusableKey::NotForVerification => "its use or key_ops is not for verification",
        UnusableKey::NotPublic => {
            "it is a private or symmetric key, which is nobody else's to have"
        }
        UnusableKey::Refused => "its value is no acceptable public key",
    }
}
