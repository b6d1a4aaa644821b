//! A random history that is lived through by an engine that remembers tokens and by one that does not: every answer is the
//! same. Who chooses what happens is whoever runs it: a test or a fuzzer.

use std::any::Any;
use std::sync::Arc;

use base64ct::{Base64UrlUnpadded, Encoding};
use ed25519_dalek::{Signer, SigningKey};
use mcpauth_core::{
    Allow, Answer, Engine, Event, Fetch, Gate, Portable, Remember, Reply, Request, Time,
};
use serde_json::{Value, json};

pub(crate) const START: u64 = 1_800_000_000;
pub(crate) const NOTES: &str = "https://api.example/notes";
const MAIL: &str = "https://api.example/mail";

/// One history, in two engines at once.
pub(crate) struct History {
    random: Random,
    cached: Engine,
    plain: Engine,
    gates: Vec<(Gate, Gate)>,
    now: u64,
    fetches: Vec<Fetch>,
    /// What a slow host has not given back yet.
    late: Vec<Remember>,
    pub(crate) hits: usize,
}

impl History {
    pub(crate) fn new(mut random: Random) -> Self {
        let size = random.one_of(&[1, 2, 3, 8, 4_096]);
        let configuration = random.below(CONFIGURATIONS);
        let new = |size| Engine::new(&configured(configuration, size), &Portable).unwrap();
        let (mut cached, plain) = (new(*size), new(0));
        if random.below(2) == 0 {
            cached.set_cache_seed([7; 16]);
        }
        let mut history = Self {
            random,
            cached,
            plain,
            gates: Vec::new(),
            now: START,
            fetches: Vec::new(),
            late: Vec::new(),
            hits: 0,
        };
        history.make_gates();
        history
    }

    fn make_gates(&mut self) {
        let make = |engine: &Engine, options: &Value| engine.gate(&options.to_string()).ok();
        let made = gates().into_iter().filter_map(|options| {
            let pair = (make(&self.cached, &options), make(&self.plain, &options));
            Some((pair.0?, pair.1?))
        });
        self.gates = made.collect();
    }

    pub(crate) fn step(&mut self, tokens: &[String]) {
        match self.random.below(100) {
            0..=73 => self.ask(tokens),
            74..=87 => self.supply(),
            88..=90 => self.pass(&[1, 9, 29]),
            91 => self.pass(&[60, 300, 601]),
            92 => self.pass(&[3_000, 4_300, 90_000]),
            93 => self.now -= self.random.one_of(&[1, 100, 5_000]),
            94 => self.now = START,
            95 => self.update(),
            96..=98 => {
                for remember in std::mem::take(&mut self.late) {
                    self.cached.remember(remember, None);
                }
            }
            _ => self.cached.set_cache_seed([self.random.below(2) as u8; 16]),
        }
    }

    fn pass(&mut self, seconds: &[u64]) {
        self.now += self.random.one_of(seconds);
    }

    fn ask(&mut self, tokens: &[String]) {
        let now = Time::from_unix_seconds(self.now);
        // A few tokens come often, as those of real clients do.
        let among = *self.random.one_of(&[2, 3, 3, 8, tokens.len()]);
        let token = &tokens[self.random.below(among)];
        let (with, without) = self.random.one_of(&self.gates);
        let credential = format!("Bearer {token}");
        let bodies = [
            None,
            Some(
                &br#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"send"}}"#[..],
            ),
        ];
        let session = self.random.one_of(&["s1", "s2"]).as_bytes();
        let request = Request {
            method: "POST",
            target: "/",
            headers: &[
                (b"authorization", credential.as_bytes()),
                (b"mcp-session-id", session),
            ],
            body: bodies[self.random.below(2)],
        };
        let alone = self.random.below(8) == 0;
        let decide = |engine: &Engine, gate: &Gate| match alone {
            true => engine.check_token(gate, token, None, now),
            false => engine.check(gate, &request, now),
        };
        let answers = (decide(&self.cached, with), decide(&self.plain, without));
        assert_eq!(
            told(&answers.0),
            told(&answers.1),
            "{token} at {}",
            self.now
        );
        match answers.0 {
            Answer::Fetch(fetch) => self.fetches.push(fetch),
            Answer::Allow(allow) => self.take(allow, session),
            _ => {}
        }
    }

    fn take(&mut self, allow: Allow, session: &[u8]) {
        self.hits += usize::from(allow.event.cached);
        assert!(allow.remember.is_none() || !allow.event.cached);
        let Some(caller) = allow.caller else { return };
        if let Some(host) = allow.host {
            let kept = host.downcast::<(String, Vec<String>)>().unwrap();
            assert_eq!(*kept, (caller.subject.clone(), caller.scopes.clone()));
        }
        if let Some(remember) = allow.remember {
            if self.random.below(6) == 0 {
                self.late.push(remember);
            } else {
                let kept: Arc<dyn Any + Send + Sync> =
                    Arc::new((caller.subject.clone(), caller.scopes.clone()));
                self.cached.remember(remember, Some(kept));
            }
        }
        if self.random.below(10) == 0 {
            self.cached.open_session(session, caller.principal());
            self.plain.open_session(session, caller.principal());
        }
    }

    fn supply(&mut self) {
        let now = Time::from_unix_seconds(self.now);
        let Some(fetch) = self.fetches.pop() else {
            return;
        };
        let set = self.random.one_of(KEY_SETS);
        let body = match fetch.url.contains(".well-known") {
            // It may spell itself differently after a while.
            true => json!({
                "issuer": self.random.one_of(&["https://c.example", "https://c.example/"]),
                "jwks_uri": "https://c.example/jwks",
            }),
            false => jwks(set),
        };
        let body = body.to_string();
        let reply = match self.random.below(5) {
            0 => Reply::Failed,
            _ => Reply::Document {
                status: 200,
                headers: &[],
                body: body.as_bytes(),
            },
        };
        self.cached.supply(fetch.id, reply, now);
        self.plain.supply(fetch.id, reply, now);
    }

    fn update(&mut self) {
        let configuration = self.random.below(CONFIGURATIONS);
        let size = *self.random.one_of(&[0, 1, 8]);
        self.cached
            .update(&configured(configuration, size))
            .unwrap();
        self.plain.update(&configured(configuration, 0)).unwrap();
        if self.random.below(2) == 0 {
            self.make_gates();
        }
    }
}

/// The configurations that a history changes between.
const CONFIGURATIONS: usize = 4;

fn configured(number: usize, token_cache_size: usize) -> String {
    let fetched = |name: &str| json!({"issuer": name, "jwks_uri": format!("{name}/jwks")});
    let discovered = json!({"issuer": "https://c.example", "type": "oauth"});
    let given = json!({"issuer": "https://b.example", "jwks": jwks(&[2, 3])});
    let mut lenient = fetched("https://a.example");
    lenient["sender_constraint"] = json!("checked_by_gateway");
    lenient["clients_without_audience"] = json!(["c1"]);
    lenient["scope_names"] = json!({"mail": "read"});
    let mut strict = given.clone();
    strict["token_type"] = json!("strict");
    strict["jwks"] = jwks(&[3]);
    strict["required_claims"] = json!(["jti"]);
    strict["audience"] = json!(["https://more.example"]);
    let (notes, mail) = match number {
        0 => (json!([fetched("https://a.example"), given]), json!([given])),
        1 => (
            json!([fetched("https://a.example"), discovered]),
            json!([fetched("https://a.example")]),
        ),
        2 => (json!([lenient, given]), json!([strict, discovered])),
        _ => (json!([given]), json!([lenient])),
    };
    let resource = |resource: &str, servers: Value| {
        json!({
            "metadata": {"resource": resource, "authorization_servers": servers},
            "scope_hierarchy": {"all": ["read", "mail"]},
        })
    };
    json!({
        "protected_resources": [resource(NOTES, notes), resource(MAIL, mail)],
        "token_cache_size": token_cache_size,
    })
    .to_string()
}

fn gates() -> Vec<Value> {
    let operations = json!({"tools/call": {"send": ["mail"]}});
    vec![
        json!({"resource": NOTES}),
        json!({"resource": MAIL}),
        json!({"resource": NOTES, "required_scopes": ["read"], "show_error_details": true}),
        json!({"resource": NOTES, "audience": [MAIL, "https://more.example"], "leeway": 0}),
        json!({"resource": NOTES, "audience": {"dangerously_any": true}, "leeway": 600}),
        json!({"resource": MAIL, "required_claims": ["jti"], "report_only": true}),
        json!({"resource": NOTES, "acr_values": ["gold"], "max_age": 500}),
        json!({"resource": MAIL, "token_type": "strict", "required_scopes": ["mail"]}),
        json!({"resource": NOTES, "algorithms": ["ES256"], "report_only": true}),
        json!({"resource": NOTES, "operations": operations, "required_scopes": ["read"]}),
        json!({"resource": MAIL, "verify": "custom"}),
    ]
}

/// Good ones and bad ones; the first few are good in many places.
pub(crate) fn tokens() -> Vec<String> {
    let claims = |issuer: &str, subject: &str, more: Value| {
        let mut claims = json!({
            "iss": issuer, "sub": subject, "aud": [NOTES, MAIL], "client_id": "c1",
            "exp": START + 2_000, "scope": "read mail", "jti": "1", "acr": "gold", "auth_time": START,
        });
        for (name, value) in more.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims
            .as_object_mut()
            .unwrap()
            .retain(|_, value| !value.is_null());
        claims
    };
    let slashed = "https://c.example/";
    let (a, b, c) = (
        "https://a.example",
        "https://b.example",
        "https://c.example",
    );
    let typed = json!({"typ": "at+jwt"});
    let mut tokens = Vec::new();
    for (issuer, key) in [
        (a, 1),
        (b, 2),
        (a, 2),
        (c, 1),
        (a, 4),
        (b, 3),
        (a, 3),
        (slashed, 1),
    ] {
        tokens.push(signed(key, &typed, &claims(issuer, "u1", json!({}))));
    }
    for more in [
        json!({"exp": START + 90_000}),
        json!({"nbf": START + 300}),
        json!({"aud": MAIL}),
        json!({"aud": "https://more.example"}),
        json!({"aud": null}),
        json!({"cnf": {"jkt": "x"}}),
        json!({"jti": null}),
        json!({"scope": "all"}),
        json!({"scope": ""}),
        json!({"auth_time": null}),
        json!({"acr": "silver"}),
        json!({"token_use": "id"}),
        json!({"sub": ""}),
    ] {
        tokens.push(signed(1, &typed, &claims(a, "u2", more.clone())));
        tokens.push(signed(2, &json!({}), &claims(b, "u3", more)));
    }
    let forged: Vec<String> = tokens[..3].iter().map(|token| forged(token)).collect();
    tokens.extend(forged);
    tokens
}

/// Another signature under the same words.
fn forged(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { "B" } else { "A" };
    format!("{signed}.{first}{}", &signature[1..])
}

pub(crate) fn signed(key: u8, header: &Value, claims: &Value) -> String {
    let mut header = header.clone();
    header["alg"] = json!("EdDSA");
    header["kid"] = json!(kid(key).to_string());
    let encoded = |value: &Value| Base64UrlUnpadded::encode_string(value.to_string().as_bytes());
    let input = format!("{}.{}", encoded(&header), encoded(claims));
    let signature = secret(key).sign(input.as_bytes()).to_bytes();
    format!("{input}.{}", Base64UrlUnpadded::encode_string(&signature))
}

fn secret(key: u8) -> SigningKey {
    SigningKey::from_bytes(&[key; 32])
}

/// The key sets that an issuer publishes.
const KEY_SETS: &[&[u8]] = &[&[1, 2, 3], &[1, 2, 3], &[1, 2], &[4, 2, 3], &[2], &[]];

/// The fourth key replaces the first under its name.
fn kid(key: u8) -> u8 {
    (key - 1) % 3
}

pub(crate) fn jwks(keys: &[u8]) -> Value {
    let keys = keys.iter().map(|&key| {
        let x = Base64UrlUnpadded::encode_string(secret(key).verifying_key().as_bytes());
        json!({"kty": "OKP", "crv": "Ed25519", "kid": kid(key).to_string(), "x": x})
    });
    json!({"keys": keys.collect::<Vec<_>>()})
}

/// Everything that an answer says, but whether the token was remembered and what is to be.
fn told(answer: &Answer) -> String {
    let event = |event: &Event| {
        format!(
            "{:?}",
            Event {
                cached: false,
                ..event.clone()
            }
        )
    };
    match answer {
        Answer::Allow(allow) => {
            let caller = allow.caller.as_ref().map(|caller| {
                (
                    (&caller.issuer, &caller.subject, &caller.client_id),
                    (&caller.scopes, &caller.audience, caller.expires_at),
                    String::from_utf8_lossy(&caller.claims),
                )
            });
            format!(
                "{caller:?} {:?} {} {:?} {:?} {:?} {:?} {}",
                allow.token,
                allow.leeway,
                allow.resource,
                allow.headers,
                allow.operations,
                allow.report,
                event(&allow.event)
            )
        }
        Answer::Respond(response) => format!(
            "{} {:?} {} {:?} {:?} {:?} {}",
            response.status,
            response.headers,
            String::from_utf8_lossy(&response.body),
            response.code,
            response.cause,
            response.problem,
            event(&response.event)
        ),
        other => format!("{other:?}"),
    }
}

/// Chooses a number below another.
pub(crate) struct Random(pub(crate) Box<dyn FnMut(usize) -> usize>);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        (self.0)(end)
    }

    fn one_of<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.below(things.len())]
    }
}
