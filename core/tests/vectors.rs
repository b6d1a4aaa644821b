//! Replays the conversations of `tests/vectors`. The runner holds no knowledge: what a step expects stands in it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where it fails"
)]

use std::fs;
use std::path::Path;

use mcpauth_core::{Answer, ConfigurationError, Engine, Portable, Reply, Request, Response, Time};
use serde_json::{Value, json};

#[test]
fn every_vector_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "jsonl")
    });
    files.sort();
    let (mut passed, mut failed) = (0, 0);
    for path in &files {
        for line in fs::read_to_string(path).unwrap().lines() {
            let vector: Value = serde_json::from_str(line).unwrap();
            match replay(&vector) {
                Ok(()) => passed += 1,
                Err(why) => {
                    failed += 1;
                    let file = path.file_name().unwrap().to_string_lossy();
                    println!("{file}: {}: {why}", vector["name"].as_str().unwrap());
                }
            }
        }
    }
    println!("vectors: {passed} passed, {failed} failed");
    assert_eq!(failed, 0);
    assert!(passed >= 500, "only {passed} vectors were found");
}

fn replay(vector: &Value) -> Result<(), String> {
    let engine = Engine::new(&json_text(&vector["configuration"]), &Portable);
    if let Some(expected) = vector.get("expect_configuration_error") {
        return expect_problems(engine.err(), expected);
    }
    let mut engine = engine.map_err(|error| format!("configuration refused: {error}"))?;
    let gate = vector
        .get("gate")
        .map(|options| engine.gate(&json_text(options)));
    if let Some(expected) = vector.get("expect_gate_error") {
        return expect_problems(gate.and_then(Result::err), expected);
    }
    let gate = gate
        .transpose()
        .map_err(|error| format!("gate refused: {error}"))?;
    let mut fetch = None;
    for (index, step) in vector["steps"].as_array().unwrap().iter().enumerate() {
        let now = Time::from_unix_seconds(step["now"].as_u64().unwrap_or_default());
        if let Some(ask) = step.get("ask") {
            let answer = with_request(ask, |request| {
                engine.check(gate.as_ref().unwrap(), request, now)
            });
            if let Answer::Fetch(order) = &answer {
                fetch = Some(order.id);
            }
            expect(&seen_answer(answer), &step["expect"])
        } else if let Some(ask) = step.get("metadata") {
            let response = with_request(ask, |request| engine.metadata(request));
            let seen = response.map_or(
                json!("pass"),
                |response| json!({"respond": seen_response(response)}),
            );
            expect(&seen, &step["expect"])
        } else if let Some(reply) = step.get("supply") {
            let (headers, body) = (
                header_lines(&reply["headers"]),
                document_bytes(&reply["body"]),
            );
            let headers: Vec<_> = headers
                .iter()
                .map(|(name, value)| (&name[..], &value[..]))
                .collect();
            let status = reply["status"].as_u64().unwrap() as u16;
            let reply = Reply::Document {
                status,
                headers: &headers,
                body: &body,
            };
            engine.supply(fetch.ok_or("nothing was asked for")?, reply, now);
            Ok(())
        } else {
            engine.supply(fetch.ok_or("nothing was asked for")?, Reply::Failed, now);
            Ok(())
        }
        .map_err(|why| format!("step {index}: {why}"))?;
    }
    Ok(())
}

fn expect_problems(error: Option<ConfigurationError>, expected: &Value) -> Result<(), String> {
    let error = error.ok_or("it was not refused")?;
    let pointers = expected
        .get("pointers")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    for pointer in pointers.iter().chain(expected.get("pointer")) {
        if !error
            .problems()
            .iter()
            .any(|problem| problem.pointer == pointer.as_str().unwrap())
        {
            return Err(format!("no problem at {pointer}, but: {error}"));
        }
    }
    Ok(())
}

fn with_request<T>(ask: &Value, run: impl FnOnce(&Request<'_>) -> T) -> T {
    let lines = header_lines(&ask["headers"]);
    let headers: Vec<_> = lines
        .iter()
        .map(|(name, value)| (&name[..], &value[..]))
        .collect();
    let body = ask.get("body").filter(|body| !body.is_null()).map(bytes);
    run(&Request {
        method: ask["method"].as_str().unwrap(),
        target: ask["target"].as_str().unwrap(),
        headers: &headers,
        body: body.as_deref(),
    })
}

fn seen_answer(answer: Answer) -> Value {
    match answer {
        Answer::Respond(response) => json!({"respond": seen_response(response)}),
        Answer::Fetch(fetch) => json!({"fetch": {"url": fetch.url, "method": fetch.method}}),
        Answer::NeedBody { max } => json!({"need_body": {"max": max}}),
        Answer::Allow(allow) => {
            let mut seen = json!({"anonymous": allow.caller.is_none(), "resource": allow.resource, "token": null});
            if let Some(caller) = allow.caller {
                seen["token"] = json!(caller.token);
                seen["issuer"] = json!(caller.issuer);
                seen["subject"] = json!(caller.subject);
                seen["client_id"] = json!(caller.client_id);
                seen["scopes"] = json!(caller.scopes);
                seen["audience"] = json!(caller.audience);
                seen["expires_at"] = json!(caller.expires_at);
                seen["claims"] = serde_json::from_slice(&caller.claims).unwrap_or_default();
            }
            json!({"allow": seen})
        }
    }
}

fn seen_response(response: Response) -> Value {
    let headers: Vec<_> = response
        .headers
        .iter()
        .map(|(name, value)| json!([name.to_ascii_lowercase(), value]))
        .collect();
    json!({
        "status": response.status,
        "code": response.code.map_or("", |code| code.name()),
        "headers": headers,
        "body": String::from_utf8(response.body).unwrap(),
    })
}

/// Every member that is expected is seen; of an object only those listed count.
fn expect(seen: &Value, expected: &Value) -> Result<(), String> {
    let fail = || Err(format!("expected {expected}, saw {seen}"));
    let (Some(seen_kinds), Some(kinds)) = (seen.as_object(), expected.as_object()) else {
        return if seen == expected { Ok(()) } else { fail() };
    };
    for (kind, members) in kinds {
        let Some(seen_members) = seen_kinds.get(kind) else {
            return fail();
        };
        for (name, value) in members.as_object().unwrap() {
            let same = match (name.as_str(), value) {
                ("body_contains", text) => seen_members["body"]
                    .as_str()
                    .unwrap()
                    .contains(text.as_str().unwrap()),
                ("body", Value::String(_)) => seen_members["body"] == *value,
                ("body", value) => {
                    serde_json::from_str::<Value>(seen_members["body"].as_str().unwrap())
                        .is_ok_and(|body| body == *value)
                }
                ("headers", lines) => seen_members["headers"] == lower_names(lines),
                _ => seen_members.get(name) == Some(value),
            };
            if !same {
                return fail();
            }
        }
    }
    Ok(())
}

fn lower_names(lines: &Value) -> Value {
    let lower = |line: &Value| json!([line[0].as_str().unwrap().to_ascii_lowercase(), line[1]]);
    lines.as_array().unwrap().iter().map(lower).collect()
}

fn header_lines(lines: &Value) -> Vec<(Vec<u8>, Vec<u8>)> {
    lines
        .as_array()
        .into_iter()
        .flatten()
        .map(|line| (bytes(&line[0]), bytes(&line[1])))
        .collect()
}

/// A string, `{"base64": ...}`, `{"repeat": ..., "times": n}`, or an array of such pieces.
fn bytes(value: &Value) -> Vec<u8> {
    match value {
        Value::String(text) => text.as_bytes().to_vec(),
        Value::Array(pieces) => pieces.iter().flat_map(bytes).collect(),
        piece => match (piece.get("base64"), piece.get("repeat")) {
            (Some(text), _) => base64(text.as_str().unwrap()),
            (_, Some(text)) => text
                .as_str()
                .unwrap()
                .repeat(piece["times"].as_u64().unwrap() as usize)
                .into_bytes(),
            _ => panic!("not bytes: {piece}"),
        },
    }
}

/// As `bytes`, but any other object is a JSON document.
fn document_bytes(value: &Value) -> Vec<u8> {
    match value {
        Value::Object(object)
            if !object.contains_key("base64") && !object.contains_key("repeat") =>
        {
            value.to_string().into_bytes()
        }
        _ => bytes(value),
    }
}

fn base64(text: &str) -> Vec<u8> {
    use base64ct::{Base64, Encoding};
    Base64::decode_vec(text).unwrap()
}

fn json_text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
