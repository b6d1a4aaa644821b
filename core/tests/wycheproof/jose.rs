//! The JOSE files, which the crate leaves out: tokens and key sets, by way of the whole engine.
//!
//! They sign `foo` and the like, and an access token has claims. So claims that bring the payload along take its
//! place, and the key puts the payload back just before the signature is verified: everything else, from the
//! `Authorization` header over the choice of the key to the length of the signature, is the engine's own way.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::{env, fs};

use base64ct::{Base64UrlUnpadded, Encoding};
use mcpauth_core::algorithm::Algorithm;
use mcpauth_core::jwk::{Jwk, UnusableKey};
use mcpauth_core::signature::BadSignature;
use mcpauth_core::{
    Answer, ConfigurationError, Engine, Gate, Portable, PreparedKey, Request, SignatureProvider,
    Time, base64url,
};
use serde_json::{Value, json};

use crate::ledger::{Ledger, say};

pub(crate) const SETS: [&str; 3] = ["json_web_signature", "json_web_key", "json_web_crypto"];

const RESOURCE: &str = "https://resource.example/mcp";
const NOW: u64 = 1_800_000_000;

#[test]
fn jose() {
    let Some(folder) = folder() else { return };
    let (mut wrong, mut codes, mut encrypted) = (Vec::new(), BTreeMap::new(), 0);
    let mut distinct: HashMap<String, bool> = HashMap::new();
    for set in SETS {
        let mut ledger = Ledger::open(set);
        let file = fs::read_to_string(folder.join(format!("{set}_test.json"))).unwrap();
        let file: Value = serde_json::from_str(&file).unwrap();
        for group in file["testGroups"].as_array().unwrap() {
            let key = group.get("public").unwrap_or(&group["private"]);
            let verifier = Verifier::new(key);
            for test in group["tests"].as_array().unwrap() {
                let vector = test["tcId"].as_u64().unwrap();
                // The JSON serialization stands in the file as an object.
                let token = |value: &Value| {
                    value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned)
                };
                let Some(jws) = test.get("jws").map(token) else {
                    encrypted += 1;
                    if verifier.judge(&token(&test["jwe"])).is_ok() {
                        ledger.fail(vector, "is encrypted and was accepted");
                    }
                    continue;
                };
                let is_valid = ledger.is_valid(vector, test["result"] == "valid");
                if *distinct.entry(format!("{key} {jws}")).or_insert(is_valid) != is_valid {
                    ledger.fail(vector, "is labelled otherwise elsewhere");
                }
                if verifier.judge(&jws).is_ok() {
                    ledger.fail(vector, "was accepted without claims");
                }
                let verdict = verifier.judge(&with_claims(&jws).unwrap_or(jws));
                ledger.enter(vector, is_valid, verdict.is_ok());
                // A signature that was tampered with is refused for that and for nothing before it.
                let modified = ["ModifiedPadding", "ModifiedSignature"].map(Value::from);
                let is_modified = test["flags"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|flag| modified.contains(flag));
                if is_modified && verdict != Err("bad_signature") {
                    ledger.fail(
                        vector,
                        &format!("was refused for another reason: {verdict:?}"),
                    );
                }
                *codes
                    .entry(verdict.err().unwrap_or("accepted"))
                    .or_insert(0) += 1;
            }
        }
        ledger.close(&mut wrong);
    }
    say(&format!(
        "wycheproof JOSE: {} distinct vectors, {codes:?}; {encrypted} JWE refused",
        distinct.len()
    ));
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!((distinct.len(), encrypted), (426, 34));
}

/// Where the files are. They are not part of the repository.
fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/wycheproof");
    let folder = env::var_os("WYCHEPROOF_DIR").map_or_else(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    let why = format!(
        "wycheproof JOSE: skipped, for there is no {}; set WYCHEPROOF_DIR",
        folder.display()
    );
    assert!(env::var("FULL").as_deref() != Ok("1"), "{why}");
    say(&why);
    None
}

/// An engine that trusts one JWK or JWK Set.
struct Verifier(Result<(Engine, Gate), ConfigurationError>);

impl Verifier {
    fn new(key: &Value) -> Self {
        let jwks = if key.get("keys").is_some() {
            key.clone()
        } else {
            json!({"keys": [key]})
        };
        let algorithms = Algorithm::NAMES.map(|(name, _)| name);
        let server =
            json!({"issuer": "https://issuer.example", "jwks": jwks, "algorithms": algorithms});
        let metadata = json!({"resource": RESOURCE, "authorization_servers": [server]});
        let configuration = json!({"protected_resources": {"metadata": metadata}}).to_string();
        Self(
            Engine::new(&configuration, &RestoringPayload).and_then(|engine| {
                let gate = engine.gate(&json!({"resource": RESOURCE}).to_string())?;
                Ok((engine, gate))
            }),
        )
    }

    /// Whether a token passes, or the code it is refused with.
    fn judge(&self, token: &str) -> Result<(), &'static str> {
        let (engine, gate) = self.0.as_ref().map_err(|_| "invalid_configuration")?;
        let credentials = format!("Bearer {token}");
        let request = Request {
            method: "POST",
            target: "/mcp",
            headers: &[(b"authorization", credentials.as_bytes())],
            body: None,
        };
        match engine.check(gate, &request, Time::from_unix_seconds(NOW)) {
            Answer::Allow(_) => Ok(()),
            Answer::Respond(response) => Err(response.code.unwrap().name()),
            other => panic!("{other:?}"),
        }
    }
}

/// The token with claims in its payload's place; `None` when it does not have three parts or its payload is not
/// base64url, which the engine is to find.
fn with_claims(jws: &str) -> Option<String> {
    let parts: Vec<&str> = jws.split('.').collect();
    let [header, payload, signature] = parts[..] else {
        return None;
    };
    base64url::decode(payload.as_bytes(), &mut vec![0; payload.len()]).ok()?;
    let claims = json!({
        "iss": "https://issuer.example", "aud": RESOURCE, "sub": "user", "client_id": "client", "jti": "1",
        "iat": NOW - 60, "exp": NOW + 60, "signed": payload,
    });
    let claims = Base64UrlUnpadded::encode_string(claims.to_string().as_bytes());
    Some(format!("{header}.{claims}.{signature}"))
}

/// The portable keys, each behind one that puts the payload back that was signed.
struct RestoringPayload;

impl SignatureProvider for RestoringPayload {
    fn prepare(&self, jwk: &Jwk<'_>) -> Result<Box<dyn PreparedKey>, UnusableKey> {
        Portable
            .prepare(jwk)
            .map(|key| Box::new(Restoring(key)) as Box<dyn PreparedKey>)
    }
}

struct Restoring(Box<dyn PreparedKey>);

impl PreparedKey for Restoring {
    fn signature_len(&self, algorithm: Algorithm) -> Option<usize> {
        self.0.signature_len(algorithm)
    }

    fn verify(
        &self,
        algorithm: Algorithm,
        signing_input: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        let (header, claims) = str::from_utf8(signing_input)
            .unwrap()
            .split_once('.')
            .unwrap();
        let claims: Value =
            serde_json::from_slice(&Base64UrlUnpadded::decode_vec(claims).unwrap()).unwrap();
        let signed = format!("{header}.{}", claims["signed"].as_str().unwrap());
        self.0.verify(algorithm, signed.as_bytes(), signature)
    }
}
