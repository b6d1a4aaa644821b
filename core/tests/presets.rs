//! Holds the presets to the mapping that was written by hand from what providers say of themselves, and the files that
//! are made of their table to the table: `UPDATE=1 cargo test -p mcpauth-core --test presets` writes those again.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where it fails"
)]

use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

use mcpauth_core::{Engine, Parameter, ParameterKind, Portable, Preset, preset, presets};
use serde_json::{Map, Value, json};

#[test]
fn every_fixture_is_mapped_to_a_preset_that_gives_the_server_of_its_vector() {
    let rows = document("tests/vectors/providers-map.json");
    let fixtures = document("tests/vectors/providers.json");
    let fixtures: BTreeSet<String> = fixtures
        .iter()
        .map(|one| [&one["provider"], &one["variant"]].map(|name| name.as_str().unwrap()))
        .map(|name| name.join(" / "))
        .collect();
    let mapped = rows.iter().map(|row| text(&row["fixture"]).to_owned());
    assert_eq!(fixtures, mapped.collect());
    let tested: BTreeSet<&str> = rows.iter().map(|row| text(&row["preset"])).collect();
    assert_eq!(tested, presets().iter().map(|preset| preset.name).collect());

    let vectors = fs::read_to_string(path("tests/vectors/providers.jsonl")).unwrap();
    let vectors: Vec<Value> = vectors
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for row in &rows {
        let name = text(&row["name"]);
        let server = preset(text(&row["preset"]), &row["parameters"].to_string());
        if row["expect"] == "configuration_error" {
            let error = server.unwrap_err().to_string();
            assert!(error.contains("opaque"), "{name}: {error}");
            continue;
        }
        let server: Value = serde_json::from_str(&server.unwrap()).unwrap();
        assert_eq!(server, row["server"], "{name}");
        let vector = vectors.iter().find(|vector| vector["name"] == name);
        let resource = &vector.unwrap()["configuration"]["protected_resources"][0]["metadata"];
        assert_eq!(resource["authorization_servers"], json!([server]), "{name}");
    }
    let refused = rows
        .iter()
        .filter(|row| row["expect"] == "configuration_error");
    assert_eq!(vectors.len() + refused.count(), rows.len());
}

#[test]
fn every_preset_is_a_server_and_every_parameter_counts() {
    for one in presets().iter().filter(|one| one.refusal().is_none()) {
        let parameters: Map<String, Value> = one
            .parameters
            .iter()
            .map(|parameter| (parameter.name.to_owned(), sample(parameter)))
            .collect();
        let expand = |parameters: &Map<String, Value>| {
            preset(one.name, &Value::Object(parameters.clone()).to_string())
        };
        let whole = expand(&parameters).unwrap();
        let resource = r#""resource":"https://mcp.example.com/mcp""#;
        let configuration = format!(
            r#"{{"protected_resources":{{"metadata":{{{resource},"authorization_servers":[{whole}]}}}}}}"#
        );
        if let Err(error) = Engine::new(&configuration, &Portable) {
            panic!("{}: {error}", one.name);
        }
        for parameter in one.parameters {
            let mut fewer = parameters.clone();
            fewer.remove(parameter.name);
            match expand(&fewer) {
                Err(error) => {
                    let pointer = &error.problems()[0].pointer;
                    assert!(parameter.required && pointer[1..] == *parameter.name);
                }
                Ok(partial) => {
                    assert!(!parameter.required, "{}: {}", one.name, parameter.name);
                    assert_ne!(partial, whole, "{}: {}", one.name, parameter.name);
                }
            }
        }
    }
}

#[test]
fn what_is_wrong_is_named() {
    let cases = [
        (
            "entraa",
            "{}",
            "",
            "has no preset for \"entraa\"; did you mean entra?",
        ),
        (
            "acme",
            "{}",
            "",
            "has no preset for \"acme\"; there are logto, auth0, okta",
        ),
        ("auth0", "[]", "", "must be one JSON object"),
        (
            "auth0",
            "{}",
            "/domain",
            "is missing: the domain of the tenant",
        ),
        (
            "auth0",
            r#"{"domian":"a"}"#,
            "/domian",
            "is not an option; did you mean domain?",
        ),
        ("auth0", r#"{"domain":1}"#, "/domain", "must be a string"),
        (
            "auth0",
            r#"{"domain":"https://a.example/"}"#,
            "/domain",
            "must be a host in lower case",
        ),
        (
            "auth0",
            r#"{"domain":"a.example/"}"#,
            "/domain",
            "must be a host in lower case",
        ),
        (
            "auth0",
            r#"{"domain":"A.example"}"#,
            "/domain",
            "must be a host in lower case",
        ),
        (
            "auth0",
            r#"{"domain":"a.example","token_type":"any"}"#,
            "/token_type",
            "must be \"guarded\"",
        ),
        (
            "clerk",
            r#"{"frontend_api":"a.example","token_type":"guarded"}"#,
            "/token_type",
            "is not an option",
        ),
        (
            "logto",
            r#"{"endpoint":"https://a.example/"}"#,
            "/endpoint",
            "must not end in a slash",
        ),
        (
            "logto",
            r#"{"endpoint":"a.example"}"#,
            "/endpoint",
            "must be an absolute URL",
        ),
        (
            "logto",
            r#"{"endpoint":"http://a.example"}"#,
            "/endpoint",
            "must be an absolute URL",
        ),
        (
            "hydra",
            r#"{"issuer":"a.example"}"#,
            "/issuer",
            "must be an absolute URL",
        ),
        (
            "keycloak",
            r#"{"base_url":"https://a.example","realm":"a/b"}"#,
            "/realm",
            "must be one segment",
        ),
        (
            "keycloak",
            r#"{"base_url":"https://a.example","realm":".."}"#,
            "/realm",
            "must be one segment",
        ),
        (
            "entra",
            r#"{"tenant_id":"common"}"#,
            "/tenant_id",
            "must be a GUID",
        ),
        (
            "entra",
            r#"{"v1_tokens":"yes"}"#,
            "/v1_tokens",
            "must be true or false",
        ),
        (
            "entra",
            r#"{"scope_names":{"a":1}}"#,
            "/scope_names/a",
            "must be a string",
        ),
        (
            "okta",
            r#"{"subject_claims":"uid"}"#,
            "/subject_claims",
            "must be a list",
        ),
    ];
    for (name, parameters, pointer, message) in cases {
        let error = preset(name, parameters).unwrap_err();
        let found = |one: &mcpauth_core::Problem| {
            one.pointer == pointer && one.message.starts_with(message)
        };
        assert!(error.problems().iter().any(found), "{parameters}: {error}");
    }
}

#[test]
fn the_manual_and_the_functions_of_the_shells_are_those_of_the_table() {
    let files = [
        ("docs/providers.md", manual()),
        ("bindings/python/python/mcpauth/providers.py", python()),
        ("bindings/node/lib/providers.js", javascript()),
        ("bindings/node/lib/providers.d.ts", types()),
    ];
    for (name, made) in files {
        if env::var_os("UPDATE").is_some() {
            fs::write(path(name), &made).unwrap();
        }
        let is_current = fs::read_to_string(path(name)).is_ok_and(|kept| kept == made);
        assert!(
            is_current,
            "{name} differs from the table; run with UPDATE=1"
        );
    }
}

fn manual() -> String {
    let mut lines = vec![
        "# Providers".to_owned(),
        String::new(),
        "How to trust the authorization servers of known providers. A preset is data: one entry of \
         `authorization_servers`, nothing else. The page of each says what to set up there, and what goes wrong, as of November 2026."
            .to_owned(),
        String::new(),
        "```python\nfrom mcpauth.providers import entra\n\nentra(tenant_id=\"11111111-2222-3333-4444-555555555555\", app_id=\"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee\")\n```".to_owned(),
        String::new(),
        "```js\nimport { entra } from 'mcp-auth/providers';\n\nentra({\n  tenantId: '11111111-2222-3333-4444-555555555555',\n  appId: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',\n});\n```".to_owned(),
        String::new(),
        "Parameters in **bold** must be given; Node spells them in camelCase.".to_owned(),
    ];
    for one in presets() {
        lines.push(format!(
            "\n## `{0}`: [{1}](providers/{0}.md)\n",
            one.name, one.title
        ));
        for parameter in one.parameters {
            let name = match parameter.required {
                true => format!("**`{}`**", parameter.name),
                false => format!("`{}`", parameter.name),
            };
            lines.push(format!("- {name}: {}", sentence(parameter)));
        }
        if let Some(why) = one.refusal() {
            lines.push(format!("A configuration error: it {why}."));
            continue;
        }
        lines.push(match one.relaxes {
            [] => "\nRelaxes nothing.".to_owned(),
            relaxes => format!("\nRelaxes: {}", relaxes.join(" ")),
        });
    }
    lines.join("\n") + "\n"
}

fn python() -> String {
    let mut text = String::from(
        "\"\"\"Known providers: each function gives the `AuthServerConfig` that trusts one, for `authorization_servers`.\n\n\
         Made of the engine's table: `UPDATE=1 cargo test -p mcpauth-core --test presets`.\n\"\"\"\n\n\
         from collections.abc import Sequence\nfrom typing import Literal\n\n\
         from mcpauth._authorization_server import AuthServerConfig\nfrom mcpauth._preset import server\n\n",
    );
    let mut names: Vec<&str> = presets().iter().map(|one| one.name).collect();
    names.sort_unstable();
    let names: Vec<String> = names
        .iter()
        .map(|name| format!("    \"{name}\",\n"))
        .collect();
    text += &format!("__all__ = [\n{}]\n", names.concat());
    for one in presets() {
        text += &format!("\n\ndef {}(", one.name);
        if !one.parameters.is_empty() {
            text += "\n    *,\n";
        }
        for parameter in one.parameters {
            let kind = match parameter.kind {
                ParameterKind::Texts => "Sequence[str]",
                ParameterKind::Names => "dict[str, str]",
                ParameterKind::Flag => "bool",
                ParameterKind::TokenType => "Literal[\"guarded\", \"strict\"]",
                _ => "str",
            };
            let default = if parameter.required {
                ""
            } else {
                " | None = None"
            };
            text += &format!("    {}: {kind}{default},\n", parameter.name);
        }
        text += &format!(
            ") -> AuthServerConfig:\n    \"\"\"{}.\n",
            capitalized(one.title)
        );
        for paragraph in remarks(one) {
            text += "\n";
            text += &wrapped(&paragraph, "    ", "    ");
        }
        if !one.parameters.is_empty() {
            text += "\n    Args:\n";
        }
        for parameter in one.parameters {
            let line = format!("{}: {}", parameter.name, sentence(parameter));
            text += &wrapped(&line, "        ", "            ");
        }
        let arguments = if one.parameters.is_empty() {
            "{}"
        } else {
            "locals()"
        };
        text += &format!(
            "    \"\"\"\n    return server(\"{}\", {arguments})\n",
            one.name
        );
    }
    text
}

fn javascript() -> String {
    let mut text = String::from(
        "'use strict';\n\n// Made of the engine's table: `UPDATE=1 cargo test -p mcpauth-core --test presets`.\n\n\
         const { server } = require('./preset.js');\n\n",
    );
    for one in presets() {
        let (function, name) = (camel_case(one.name), one.name);
        text += &format!("exports.{function} = (parameters) => server('{name}', parameters);\n");
    }
    text
}

fn types() -> String {
    let mut text = String::from(
        "// Made of the engine's table: `UPDATE=1 cargo test -p mcpauth-core --test presets`.\n\n\
         import type { AuthServerConfig } from '../index.js';\n",
    );
    for one in presets() {
        text += &format!("\n/**\n * {}.\n", one.title);
        for paragraph in remarks(one) {
            text += " *\n";
            text += &wrapped(&paragraph, " * ", " * ");
        }
        text += &format!(" */\nexport function {}(", camel_case(one.name));
        if one.refusal().is_some() {
            text += "): never;\n";
            continue;
        }
        text += "parameters: {\n";
        for parameter in one.parameters {
            let kind = match parameter.kind {
                ParameterKind::Texts => "readonly string[]",
                ParameterKind::Names => "Readonly<Record<string, string>>",
                ParameterKind::Flag => "boolean",
                ParameterKind::TokenType => "'guarded' | 'strict'",
                _ => "string",
            };
            let mark = if parameter.required { "" } else { "?" };
            let name = camel_case(parameter.name);
            text += &format!(
                "  /** {} */\n  {name}{mark}: {kind};\n",
                sentence(parameter)
            );
        }
        text += "}): AuthServerConfig;\n";
    }
    text
}

/// What its users must know beside the parameters.
fn remarks(one: &Preset) -> Vec<String> {
    match (one.refusal(), one.relaxes) {
        (Some(why), _) => vec![format!("A configuration error: it {why}.")],
        (None, []) => vec!["Relaxes nothing.".to_owned()],
        (None, relaxes) => vec![format!("Relaxes: {}", relaxes.join(" "))],
    }
}

fn sentence(parameter: &Parameter) -> String {
    let default = parameter
        .default
        .map(|default| format!("; by default {default}"));
    capitalized(parameter.about) + &default.unwrap_or_default() + "."
}

fn capitalized(text: &str) -> String {
    let (first, rest) = text.split_at(1);
    first.to_uppercase() + rest
}

fn wrapped(text: &str, first: &str, next: &str) -> String {
    let (mut lines, mut line) = (String::new(), first.to_owned());
    let mut is_empty = true;
    for word in text.split(' ') {
        if !is_empty && line.len() + 1 + word.len() > 120 {
            lines += &format!("{line}\n");
            (line, is_empty) = (next.to_owned(), true);
        }
        if !is_empty {
            line.push(' ');
        }
        line += word;
        is_empty = false;
    }
    format!("{lines}{line}\n")
}

fn camel_case(name: &str) -> String {
    let (first, rest) = name.split_once('_').unwrap_or((name, ""));
    let words = rest.split('_').filter(|word| !word.is_empty());
    words.fold(first.to_owned(), |text, word| {
        let (letter, letters) = word.split_at(1);
        text + &letter.to_uppercase() + letters
    })
}

fn sample(parameter: &Parameter) -> Value {
    match parameter.kind {
        ParameterKind::Domain => json!("host.example"),
        ParameterKind::BaseUrl | ParameterKind::Url => json!("https://sample.example"),
        ParameterKind::Segment => json!("segment-1"),
        ParameterKind::Guid => json!("01234567-89ab-cdef-0123-456789abcdef"),
        ParameterKind::Text => json!("some text"),
        ParameterKind::Texts => json!(["one", "two"]),
        ParameterKind::Names => json!({"long": "short"}),
        ParameterKind::Flag => json!(true),
        ParameterKind::TokenType => json!("strict"),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn document(name: &str) -> Vec<Value> {
    serde_json::from_str(&fs::read_to_string(path(name)).unwrap()).unwrap()
}

fn path(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}
