//! Replays the conversations of `tests/vectors`. The runner holds no knowledge: what a step expects stands in it.
//! With `TRANSCRIPTS` set to a folder it writes what it saw to `rust.txt` there.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where it fails"
)]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use mcpauth_core::{
    Allow, Answer, Code, ConfigurationError, Engine, Event, Portable, Reply, Request, Response,
    Time,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The codes that no answer carries, and why. Every other code of the table is reached by a vector.
const OFF_THE_WIRE: &[(Code, &str)] = &[
    (Code::TimeUnknown, OF_NO_CLOCK),
    (Code::FetchFailed, OF_DISCOVERY),
    (Code::DocumentStatus, OF_DISCOVERY),
    (Code::MalformedDocument, OF_DISCOVERY),
    (Code::IssuerMismatch, OF_DISCOVERY),
    (Code::NoUsableKeys, OF_A_KEY_SET),
    (Code::RefusedUrl, OF_DISCOVERY),
    (Code::DocumentTooLarge, OF_DISCOVERY),
    (Code::TooManyKeys, OF_A_KEY_SET),
];
const OF_NO_CLOCK: &str = "`Policy::earliest` causes it, which the engine does not set";
const OF_DISCOVERY: &str = "`Discovery` tells it; a caller sees `keys_unavailable`";
const OF_A_KEY_SET: &str = "of a document that was fetched, where a caller sees `keys_unavailable`";

#[test]
fn every_vector_holds() {
    let (mut passed, mut failed) = (0, 0);
    let mut transcript = Transcript::default();
    for (file, vector) in vectors() {
        match replay(&vector, &mut transcript) {
            Ok(()) => passed += 1,
            Err(why) => {
                failed += 1;
                println!("{file}: {}: {why}", vector["name"].as_str().unwrap());
            }
        }
    }
    println!("vectors: {passed} passed, {failed} failed");
    if let Some(folder) = env::var_os("TRANSCRIPTS") {
        transcript.save(Path::new(&folder));
    }
    assert_eq!(failed, 0);
    assert!(passed >= 500, "only {passed} vectors were found");
}

#[test]
fn every_code_is_reached_or_says_why_not() {
    let vectors = vectors();
    let steps = vectors
        .iter()
        .filter_map(|(_, vector)| vector["steps"].as_array());
    let reached: BTreeSet<_> = steps
        .flatten()
        .filter_map(|step| step["expect"]["respond"]["code"].as_str())
        .filter(|code| !code.is_empty())
        .collect();
    let on_the_wire: BTreeSet<_> = Code::ALL
        .iter()
        .filter(|code| OFF_THE_WIRE.iter().all(|(off, _)| off != *code))
        .map(|code| code.name())
        .collect();
    assert_eq!(reached, on_the_wire);
}

/// Every vector with the name of its file, in the order of the files and of their lines.
fn vectors() -> Vec<(String, Value)> {
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
    let mut vectors = Vec::new();
    for path in &files {
        let file = path.file_name().unwrap().to_string_lossy();
        for line in fs::read_to_string(path).unwrap().lines() {
            vectors.push((file.to_string(), serde_json::from_str(line).unwrap()));
        }
    }
    vectors
}

fn replay(vector: &Value, transcript: &mut Transcript) -> Result<(), String> {
    transcript.vector = vector["name"].as_str().unwrap().to_owned();
    let engine = Engine::new(&json_text(&vector["configuration"]), &Portable);
    if let Err(error) = &engine {
        transcript.refused("-", "configuration_refused", error);
    }
    if let Some(expected) = vector.get("expect_configuration_error") {
        return expect_problems(engine.err(), expected);
    }
    let mut engine = engine.map_err(|error| format!("configuration refused: {error}"))?;
    let gate = vector
        .get("gate")
        .map(|options| engine.gate(&json_text(options)));
    if let Some(Err(error)) = &gate {
        transcript.refused("-", "gate_refused", error);
    }
    if let Some(expected) = vector.get("expect_gate_error") {
        return expect_problems(gate.and_then(Result::err), expected);
    }
    let mut gate = gate
        .transpose()
        .map_err(|error| format!("gate refused: {error}"))?;
    let mut fetch = None;
    let mut caller = None;
    let mut outcome = Ok(());
    for (index, step) in vector["steps"].as_array().unwrap().iter().enumerate() {
        let now = Time::from_unix_seconds(step["now"].as_u64().unwrap_or_default());
        let held = if let Some(ask) = step.get("ask") {
            let answer = with_request(ask, |request| {
                let verdict = verdict(ask);
                engine.check_with_verdict(gate.as_ref().unwrap(), request, verdict.as_deref(), now)
            });
            if let Answer::Fetch(order) = &answer {
                fetch = Some(order.id);
            }
            transcript.answer(index, &answer);
            let seen = seen_answer(&answer);
            if let Answer::Allow(allow) = answer {
                caller = allow.caller;
                if let Some(remember) = allow.remember {
                    engine.remember(remember, None);
                }
            }
            expect(&seen, &step["expect"])
        } else if let Some(ask) = step.get("check_token") {
            let (gate, token) = (gate.as_ref().unwrap(), ask["token"].as_str().unwrap());
            let answer = engine.check_token(gate, token, verdict(ask).as_deref(), now);
            if let Answer::Fetch(order) = &answer {
                fetch = Some(order.id);
            }
            transcript.answer(index, &answer);
            let seen = seen_answer(&answer);
            if let Answer::Allow(Allow {
                remember: Some(remember),
                ..
            }) = answer
            {
                engine.remember(remember, None);
            }
            expect(&seen, &step["expect"])
        } else if let Some(ask) = step.get("metadata") {
            let answer = with_request(ask, |request| engine.metadata(request, now));
            if let Some(Answer::Fetch(order)) = &answer {
                fetch = Some(order.id);
            }
            transcript.answer_or_pass(index, answer.as_ref());
            expect(&seen_answer_or_pass(answer.as_ref()), &step["expect"])
        } else if let Some((kind, ask)) = of_application(step) {
            let gate = gate.as_ref().unwrap();
            let response = with_request(ask, |request| match kind {
                "require" => {
                    let held = ask["held"].as_array().map(|_| strings(&ask["held"]));
                    engine.require(gate, request, held.as_deref(), &strings(&ask["scopes"]))
                }
                "deny" => Some(gate.deny(request)),
                _ => Some(gate.failure(request)),
            });
            let answer = response.map(Answer::Respond);
            transcript.answer_or_pass(index, answer.as_ref());
            expect(&seen_answer_or_pass(answer.as_ref()), &step["expect"])
        } else if let Some(ask) = step.get("visible") {
            let held = ask["held"].as_array().map(|_| strings(&ask["held"]));
            let (gate, names) = (gate.as_ref().unwrap(), strings(&ask["names"]));
            let method = ask["method"].as_str().unwrap();
            let visible = engine.visible(gate, held.as_deref(), method, &names);
            transcript.visible(index, &visible);
            expect(&json!({"visible": {"names": visible}}), &step["expect"])
        } else if step.get("declared").is_some() {
            let declared = gate.as_ref().unwrap().declared();
            transcript.declared(index, &declared);
            let seen = json!({"declared": {"operations": declared}});
            expect(&seen, &step["expect"])
        } else if let Some(reply) = step.get("supply") {
            transcript.done(index, "supplied");
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
        } else if let Some(options) = step.get("gate") {
            let made = engine.gate(&json_text(options));
            gate = Some(made.map_err(|error| format!("gate refused: {error}"))?);
            transcript.done(index, "gate_made");
            Ok(())
        } else if let Some(session) = step.get("open_session") {
            transcript.done(index, "opened");
            let caller = caller.as_ref().ok_or("nobody was let in")?;
            engine.open_session(session.as_str().unwrap().as_bytes(), caller.principal());
            Ok(())
        } else if let Some(configuration) = step.get("update") {
            let seen = match engine.update(&json_text(configuration)) {
                Ok(_) => {
                    transcript.done(index, "updated");
                    json!("updated")
                }
                Err(error) => {
                    transcript.refused(&index.to_string(), "update_refused", &error);
                    json!({"update_refused": serde_json::from_str::<Value>(&error.to_json()).unwrap()})
                }
            };
            expect(&seen, step.get("expect").unwrap_or(&json!("updated")))
        } else {
            assert_eq!(step["supply_failure"], true, "no known step: {step}");
            transcript.done(index, "supplied");
            engine.supply(fetch.ok_or("nothing was asked for")?, Reply::Failed, now);
            Ok(())
        }
        .map_err(|why| format!("step {index}: {why}"));
        outcome = outcome.and(held);
    }
    outcome
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

/// What the application's own function says, as JSON text.
fn verdict(ask: &Value) -> Option<String> {
    let verdict = ask.get("verdict").filter(|verdict| !verdict.is_null());
    verdict.map(json_text)
}

/// A question of the application itself, and what it is asked with.
fn of_application(step: &Value) -> Option<(&str, &Value)> {
    ["require", "deny", "failure"]
        .into_iter()
        .find_map(|kind| Some((kind, step.get(kind)?)))
}

fn strings(list: &Value) -> Vec<String> {
    let list = list.as_array().unwrap().iter();
    list.map(|one| one.as_str().unwrap().to_owned()).collect()
}

fn seen_answer_or_pass(answer: Option<&Answer>) -> Value {
    answer.map_or(json!("pass"), seen_answer)
}

fn seen_answer(answer: &Answer) -> Value {
    match answer {
        Answer::Respond(response) => json!({"respond": seen_response(response)}),
        Answer::Fetch(fetch) => json!({"fetch": {"url": fetch.url, "method": fetch.method}}),
        Answer::NeedBody { max } => json!({"need_body": {"max": max}}),
        Answer::NeedVerdict(need) => json!({"need_verdict": {"token": need.token}}),
        Answer::Allow(allow) => {
            let mut seen = json!({
                "anonymous": allow.caller.is_none(),
                "resource": allow.resource.as_deref(),
                "operations": allow.operations,
                "report": allow.report,
                "token": null,
                "issuer": null,
                "kid": allow.event.kid.as_deref(),
                "algorithm": allow.event.algorithm,
                "cached": allow.event.cached,
            });
            if let Some(caller) = &allow.caller {
                seen["token"] = json!(allow.token);
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

fn seen_response(response: &Response) -> Value {
    let headers: Vec<_> = response
        .headers
        .iter()
        .map(|(name, value)| json!([name.to_ascii_lowercase(), value]))
        .collect();
    json!({
        "status": response.status,
        "code": response.code.map_or("", |code| code.name()),
        "issuer": response.event.issuer.as_deref(),
        "kid": response.event.kid.as_deref(),
        "algorithm": response.event.algorithm,
        "cached": response.event.cached,
        "resource": response.event.resource.as_deref(),
        "headers": headers,
        "body": std::str::from_utf8(&response.body).unwrap(),
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
                ("pointer", pointer) => seen_members["problems"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|problem| problem["pointer"] == *pointer),
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

/// What was seen, a line a step, in the form that `tests/vectors/README.md` defines.
#[derive(Default)]
struct Transcript {
    vector: String,
    lines: String,
}

impl Transcript {
    fn refused(&mut self, step: &str, kind: &str, error: &ConfigurationError) {
        self.line(step, kind, &[("problems", error.to_json().into_bytes())]);
    }

    fn answer(&mut self, step: usize, answer: &Answer) {
        let step = &step.to_string()[..];
        match answer {
            Answer::Respond(response) => self.respond(step, response),
            Answer::Allow(allow) => {
                let anonymous = allow.caller.is_none();
                let mut members = vec![("anonymous", anonymous.to_string().into_bytes())];
                if let Some(caller) = &allow.caller {
                    members.push(("issuer", caller.issuer.clone().into_bytes()));
                }
                members.extend(header_of(&allow.event));
                if let Some(caller) = &allow.caller {
                    members.push(("subject", caller.subject.clone().into_bytes()));
                    if let Some(client_id) = &caller.client_id {
                        members.push(("client_id", client_id.clone().into_bytes()));
                    }
                    if !caller.scopes.is_empty() {
                        members.push(("scopes", caller.scopes.join(" ").into_bytes()));
                    }
                    if let Some(expires_at) = caller.expires_at {
                        members.push(("expires_at", expires_at.to_string().into_bytes()));
                    }
                    members.push(("claims", caller.claims.clone()));
                }
                if let Some(resource) = &allow.resource {
                    members.push(("resource", resource.as_bytes().to_vec()));
                }
                if let Some(token) = &allow.token {
                    members.push(("token", token.clone().into_bytes()));
                }
                if let Some(caller) = &allow.caller {
                    let audience = caller.audience.iter();
                    members.extend(audience.map(|one| ("audience", one.clone().into_bytes())));
                }
                members.extend(headers(&allow.headers));
                let operations = allow.operations.iter();
                members.extend(operations.map(|(method, name)| operation(method, name.as_deref())));
                if let Some(report) = &allow.report {
                    members.push(("report", report.clone().into_bytes()));
                }
                self.line(step, "allow", &members);
            }
            Answer::Fetch(fetch) => {
                let mut members = vec![
                    ("method", fetch.method.as_bytes().to_vec()),
                    ("url", fetch.url.clone().into_bytes()),
                ];
                members.extend(headers(&fetch.headers));
                members.push(("body", fetch.body.clone()));
                members.push(("timeout_ms", fetch.timeout_ms.to_string().into_bytes()));
                members.push(("max_bytes", fetch.max_bytes.to_string().into_bytes()));
                self.line(step, "fetch", &members);
            }
            Answer::NeedBody { max } => {
                self.line(step, "need_body", &[("max", max.to_string().into_bytes())]);
            }
            Answer::NeedVerdict(need) => {
                let token = need.token.clone().into_bytes();
                self.line(step, "need_verdict", &[("token", token)]);
            }
        }
    }

    fn answer_or_pass(&mut self, step: usize, answer: Option<&Answer>) {
        match answer {
            Some(answer) => self.answer(step, answer),
            None => self.line(&step.to_string(), "pass", &[]),
        }
    }

    fn done(&mut self, step: usize, kind: &str) {
        self.line(&step.to_string(), kind, &[]);
    }

    fn visible(&mut self, step: usize, names: &[&str]) {
        let names = names.iter().map(|name| ("name", name.as_bytes().to_vec()));
        self.line(&step.to_string(), "visible", &names.collect::<Vec<_>>());
    }

    fn declared(&mut self, step: usize, declared: &[(&str, &str)]) {
        let declared = declared.iter();
        let operations = declared.map(|(method, name)| operation(method, Some(name)));
        self.line(
            &step.to_string(),
            "declared",
            &operations.collect::<Vec<_>>(),
        );
    }

    fn respond(&mut self, step: &str, response: &Response) {
        let mut members = vec![("status", response.status.to_string().into_bytes())];
        if let Some(code) = response.code {
            members.push(("code", code.name().as_bytes().to_vec()));
        }
        if let Some(issuer) = &response.event.issuer {
            members.push(("issuer", issuer.as_bytes().to_vec()));
        }
        members.extend(header_of(&response.event));
        if let Some(resource) = &response.event.resource {
            members.push(("resource", resource.as_bytes().to_vec()));
        }
        members.extend(headers(&response.headers));
        members.push(("body", response.body.clone()));
        self.line(step, "respond", &members);
    }

    fn line(&mut self, step: &str, kind: &str, members: &[(&str, Vec<u8>)]) {
        let name = escaped(self.vector.as_bytes());
        write!(self.lines, "{name}\t{step}\t{kind}").unwrap();
        for (member, value) in members {
            write!(self.lines, "\t{member}={}", escaped(value)).unwrap();
        }
        self.lines.push('\n');
    }

    fn save(&self, folder: &Path) {
        let hash: String = Sha256::digest(&self.lines)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        fs::create_dir_all(folder).unwrap();
        fs::write(
            folder.join("rust.txt"),
            format!("{}sha256 {hash}\n", self.lines),
        )
        .unwrap();
    }
}

/// What is told of the token's header.
fn header_of(event: &Event) -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    let kid = event.kid.as_ref();
    let kid = kid.map(|kid| ("kid", kid.as_bytes().to_vec()));
    let name = event
        .algorithm
        .map(|algorithm| algorithm.as_bytes().to_vec());
    let cached = ("cached", event.cached.to_string().into_bytes());
    kid.into_iter()
        .chain(name.map(|name| ("algorithm", name)))
        .chain([cached])
}

/// The method, and behind a space the name.
fn operation(method: &str, name: Option<&str>) -> (&'static str, Vec<u8>) {
    let text = name.map_or_else(|| method.to_owned(), |name| format!("{method} {name}"));
    ("operation", text.into_bytes())
}

fn headers(lines: &[(&'static str, String)]) -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    lines
        .iter()
        .map(|(name, value)| ("header", format!("{name}: {value}").into_bytes()))
}

fn escaped(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        match byte {
            b'\\' | ..=0x1f | 0x7f.. => write!(text, "\\x{byte:02x}").unwrap(),
            _ => text.push(char::from(*byte)),
        }
    }
    text
}
