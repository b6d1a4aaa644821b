//! Counts what is taken from the heap: nothing on the ground floor, whatever the token, and nothing to verify a
//! signature. What keys and the engine take is printed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where it fails"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hint::black_box;
use std::io::{Write, stdout};
use std::path::Path;

use mcpauth_core::algorithm::{Algorithm, KeyKind};
use mcpauth_core::base64url::decode;
use mcpauth_core::credentials::bearer_token;
use mcpauth_core::header::Header;
use mcpauth_core::json::{Bounds, Object};
use mcpauth_core::jwk::Jwk;
use mcpauth_core::jws::Compact;
use mcpauth_core::payload::Payload;
use mcpauth_core::signature::Verified;
use mcpauth_core::{Allow, Answer, Code, Engine, Portable, Request, SignatureProvider, Time};
use serde_json::Value;

#[path = "../proofs/ground.rs"]
mod ground;

/// The system's allocator, and how often each thread has called it.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call goes to `System`, which keeps the contract; a counter without a destructor takes no heap.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: the caller keeps the contract of `alloc`, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above; the memory came from `System`.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What something gives, and how many allocations it makes.
fn counted<T>(run: impl FnOnce() -> T) -> (T, usize) {
    let before = COUNT.get();
    let result = run();
    (result, COUNT.get() - before)
}

#[test]
fn the_count_counts() {
    assert_eq!(counted(|| drop(black_box(Box::new(1)))).1, 1);
}

/// Every token of the vectors goes the way of the ground floor. It is decided there as by the engine, where the keys
/// and options are such as the ground floor has.
#[test]
fn the_ground_floor_takes_nothing_from_the_heap_and_decides_as_the_engine() {
    let mut buffer = vec![0; 16_384];
    let (mut tokens, mut same) = (0, 0);
    let mut reached = BTreeSet::new();
    for case in cases() {
        let scopes: Vec<&str> = case.scopes.iter().map(String::as_str).collect();
        let resource = ground::Resource {
            jwks: case.jwks.as_bytes(),
            scopes: &scopes,
            leeway: case.leeway,
        };
        let (decision, count) = counted(|| {
            resource
                .admit::<256, 512>(&case.authorization, case.now, &mut buffer)
                .err()
        });
        assert_eq!(count, 0, "{}", case.name);
        tokens += 1;
        let decision = decision.map_or("admitted", Code::name);
        if case.is_plain {
            assert_eq!(decision, case.expected, "{}", case.name);
            same += 1;
        }
        reached.insert(match decision {
            "admitted" => Token::read(&case.authorization).algorithm.name(),
            code => code,
        });
    }
    let before_the_signature = [
        "encrypted_token",
        "key_not_found",
        "malformed_credentials",
        "malformed_token",
        "missing_authorization",
        "missing_claim",
        "missing_token",
        "token_too_large",
        "unsupported_algorithm",
        "unsupported_critical",
        "unsupported_scheme",
        "untrusted_issuer",
        "wrong_token_type",
    ];
    for expected in before_the_signature
        .iter()
        .chain(&["ES256", "ES384", "EdDSA", "bad_signature"])
    {
        assert!(reached.contains(expected), "no vector reaches {expected}");
    }
    report(&format!(
        "ground floor: 0 allocations in {tokens} decisions; {same} were compared with the engine's"
    ));
    assert!(same > 500);
}

/// Metadata and challenge are written into the caller's buffer.
#[test]
fn documents_and_challenges_take_nothing_from_the_heap() {
    let resource = ground::Resource {
        jwks: b"",
        scopes: &["mcp:read"],
        leeway: 60,
    };
    let mut out = heapless::String::<512>::new();
    let (written, count) = counted(|| {
        resource
            .metadata(&mut out)
            .and(resource.challenge(Code::Expired, &mut out))
    });
    assert_eq!((written, count), (Ok(()), 0));
}

/// The upper floor has the heap and uses it: for keys, and for answers that are the host's to keep. No number is a
/// promise, so none is asserted but that a signature is verified without it.
#[test]
fn what_the_upper_floor_takes_is_printed() {
    let mut lines = BTreeMap::new();
    let (mut refusals, mut seen) = (BTreeSet::new(), BTreeSet::new());
    for case in cases() {
        // One of each kind will do.
        if !seen.insert((case.expected.clone(), case.jwks.clone())) {
            continue;
        }
        let engine = Engine::new(&case.configuration, &Portable).unwrap();
        let gate = engine.gate(&case.gate).unwrap();
        let headers = [(b"authorization".as_slice(), case.authorization.as_slice())];
        let (answer, decided) = counted(|| engine.check(&gate, &request(&headers), case.now));
        if !matches!(answer, Answer::Allow(_)) {
            refusals.insert(decided);
            continue;
        }
        let token = Token::read(&case.authorization);
        let (prepared, verified, modulus) = token.verify(&case.jwks);
        assert_eq!(verified, 0, "{}", case.name);
        lines
            .entry((token.algorithm.name(), modulus))
            .or_insert((prepared, verified, decided));
    }
    for ((algorithm, modulus), (prepared, verified, decided)) in lines {
        report(&format!(
            "{algorithm}{modulus}: {prepared} to prepare the key, {verified} to verify, {decided} to admit by the engine"
        ));
    }
    let (least, most) = (refusals.first().unwrap(), refusals.last().unwrap());
    report(&format!("engine: {least} to {most} to refuse"));
}

/// The token itself, which the application gets as it came.
#[test]
fn a_token_that_comes_again_takes_one_allocation() {
    let mut seen = 0;
    for case in cases().iter().filter(|case| case.expected == "admitted") {
        let mut engine = Engine::new(&case.configuration, &Portable).unwrap();
        let gate = engine.gate(&case.gate).unwrap();
        let headers = [(b"authorization".as_slice(), case.authorization.as_slice())];
        let Answer::Allow(Allow {
            remember: Some(remember),
            ..
        }) = engine.check(&gate, &request(&headers), case.now)
        else {
            continue;
        };
        engine.remember(remember, None);
        let (answer, count) = counted(|| engine.check(&gate, &request(&headers), case.now));
        assert!(matches!(answer, Answer::Allow(allow) if allow.event.cached));
        assert_eq!(count, 1, "{}", case.name);
        seen += 1;
        if seen == 20 {
            return;
        }
    }
    panic!("only {seen} tokens were admitted");
}

/// Past the test harness, which would keep it to itself.
fn report(line: &str) {
    stdout().write_all(format!("{line}\n").as_bytes()).unwrap();
}

fn request<'a>(headers: &'a [(&'a [u8], &'a [u8])]) -> Request<'a> {
    Request {
        method: "POST",
        target: "/mcp",
        headers,
        body: None,
    }
}

/// A token with its parts decoded.
struct Token {
    text: String,
    header: Vec<u8>,
    payload: Vec<u8>,
    algorithm: Algorithm,
}

impl Token {
    fn read(authorization: &[u8]) -> Self {
        let headers = [(b"authorization".as_slice(), authorization)];
        let text = bearer_token(&request(&headers)).unwrap();
        let jws = Compact::split(text).unwrap();
        let decoded = |part| decode(part, &mut [0; 16_384]).unwrap().to_vec();
        let header = decoded(jws.header());
        let algorithm = Header::parse(&header).unwrap().algorithm();
        Self {
            text: text.into(),
            header,
            payload: decoded(jws.payload()),
            algorithm,
        }
    }

    /// Allocations to prepare its key and to verify it, and the bits of an RSA modulus.
    fn verify(&self, jwks: &str) -> (usize, usize, String) {
        let jwks: Value = serde_json::from_str(jwks).unwrap();
        let (jws, header) = (
            Compact::split(&self.text).unwrap(),
            Header::parse(&self.header).unwrap(),
        );
        let payload = Payload::parse(&self.payload).unwrap();
        let texts = jwks["keys"]
            .as_array()
            .unwrap()
            .iter()
            .map(Value::to_string);
        texts
            .filter_map(|text| {
                let object: Object<'_> = Object::parse(text.as_bytes(), Bounds::DOCUMENT).ok()?;
                let jwk = Jwk::read(&object).ok()?;
                let (key, prepared) = counted(|| Portable.prepare(&jwk));
                let key = key.ok()?;
                let modulus = match jwk.kind() {
                    KeyKind::Rsa => format!(" {}", key.signature_len(self.algorithm)? * 8),
                    _ => String::new(),
                };
                let (verified, count) =
                    counted(|| Verified::verify(&jws, &header, &payload, &*key).map(drop));
                key.tabulate();
                let (_, later) =
                    counted(|| Verified::verify(&jws, &header, &payload, &*key).map(drop));
                assert_eq!(count, later);
                verified.ok().map(|()| (prepared, count, modulus))
            })
            .next()
            .unwrap()
    }
}

/// A step of a vector that asks with one Authorization header, of an issuer whose keys are given.
struct Case {
    name: String,
    configuration: String,
    gate: String,
    jwks: String,
    scopes: Vec<String>,
    leeway: u64,
    authorization: Vec<u8>,
    now: Time,
    expected: String,
    is_plain: bool,
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_none_or(|extension| extension != "jsonl")
        {
            continue;
        }
        for line in fs::read_to_string(path).unwrap().lines() {
            let vector: Value = serde_json::from_str(line).unwrap();
            let steps = vector["steps"].as_array().into_iter().flatten();
            found.extend(steps.filter_map(|step| case(&vector, step)));
        }
    }
    found
}

fn case(vector: &Value, step: &Value) -> Option<Case> {
    let [line] = step["ask"]["headers"].as_array()?.as_slice() else {
        return None;
    };
    let resources = vector["configuration"]["protected_resources"].as_array()?;
    let issuers = resources[0]["metadata"]["authorization_servers"].as_array()?;
    let (gate, issuer) = (&vector["gate"], &issuers[0]);
    let expected = match step["expect"].get("allow") {
        Some(_) => "admitted",
        None => step["expect"]["respond"]["code"].as_str()?,
    };
    let only = |object: &Value, names: &[&str]| {
        object
            .as_object()
            .is_some_and(|members| members.keys().all(|name| names.contains(&name.as_str())))
    };
    let jwks = issuer.get("jwks")?.to_string();
    let is_plain = !jwks.contains("RSA")
        && resources.len() == 1
        && issuers.len() == 1
        && gate["resource"] == ground::RESOURCE
        && issuer["issuer"] == ground::ISSUER
        && only(gate, &["resource", "required_scopes", "leeway"])
        && only(issuer, &["issuer", "jwks", "algorithms"]);
    let scopes = gate["required_scopes"].as_array().into_iter().flatten();
    Some(Case {
        name: vector["name"].as_str()?.into(),
        configuration: vector["configuration"].to_string(),
        gate: gate.to_string(),
        jwks,
        scopes: scopes.map(|scope| scope.as_str().unwrap().into()).collect(),
        leeway: gate["leeway"].as_u64().unwrap_or(60),
        authorization: line[1].as_str()?.into(),
        now: Time::from_unix_seconds(step["now"].as_u64()?),
        expected: expected.into(),
        is_plain,
    })
}
