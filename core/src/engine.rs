//! The engine: one decision for every request.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use crate::answer::{
    Answer, AuthInfo, Cause, Details, Fetch, Refusal, Reply, Response, json_headers,
};
use crate::base64url;
use crate::claims::Claims;
use crate::configuration::gate::GateOptions;
use crate::configuration::resources::{EngineOptions, ResourceOptions};
use crate::configuration::{ConfigurationError, Reader};
use crate::credentials::bearer_token;
use crate::error::Code;
use crate::gate::{Demand, Gate};
use crate::header::Header;
use crate::issuer::Issuer;
use crate::json::{Bounds, Object, Value};
use crate::jws::Compact;
use crate::metadata::{Metadata, MetadataPath, WELL_KNOWN};
use crate::payload::Payload;
use crate::remote::{Find, issuer_of_fetch};
use crate::request::{Request, is_token_byte};
use crate::signature::{SignatureProvider, Verified};
use crate::time::Time;
use crate::url::Url;

/// Decides on requests to a set of protected resources.
///
/// It has no clock, does no I/O and holds no lock: time is an argument, documents are asked for with
/// [`Answer::Fetch`] and handed over with [`Engine::supply`], and only that changes anything.
pub struct Engine {
    resources: Vec<ResourceOptions>,
    issuers: Vec<Issuer>,
    provider: &'static dyn SignatureProvider,
}

/// What a token turned out to be.
enum Verdict {
    Caller(AuthInfo),
    Fetch(Fetch),
}

impl Engine {
    /// Builds an engine from its JSON configuration. Every problem is reported, each with its place.
    pub fn new(
        configuration: &str,
        provider: &'static dyn SignatureProvider,
    ) -> Result<Self, ConfigurationError> {
        Reader::read(configuration, |reader, root| {
            let EngineOptions {
                resources,
                issuers: options,
            } = EngineOptions::read(reader, root)?;
            let mut issuers = Vec::new();
            for option in options {
                let name = option.issuer.clone();
                match Issuer::new(option, provider) {
                    Ok(issuer) => issuers.push(issuer),
                    Err(code) => {
                        let place = root.at("protected_resources");
                        reader.problem(
                            &place,
                            format!("has keys of {name} that cannot be used: {code}"),
                        );
                    }
                }
            }
            Some(Self {
                resources,
                issuers,
                provider,
            })
        })
    }

    /// Makes a gate from its JSON options.
    pub fn gate(&self, options: &str) -> Result<Gate, ConfigurationError> {
        let resources: Vec<&str> = self
            .resources
            .iter()
            .map(|resource| resource.resource.as_str())
            .collect();
        let options = Reader::read(options, |reader, root| {
            GateOptions::read(reader, root, &resources)
        })?;
        let issuers: Vec<String> = self
            .resource(&options.resource)
            .expect("the options were read with the list of resources")
            .issuers
            .iter()
            .map(|&issuer| {
                let issuer = &self.issuers[issuer];
                let algorithms: Vec<&str> = issuer
                    .algorithms()
                    .iter()
                    .map(|algorithm| algorithm.name())
                    .collect();
                let typ = if issuer.is_strict() {
                    "at+jwt only"
                } else {
                    "guarded"
                };
                format!("{} ({}; typ {typ})", issuer.name(), algorithms.join(" "))
            })
            .collect();
        Ok(Gate::new(options, &issuers.join(", ")))
    }

    fn resource(&self, identifier: &str) -> Option<&ResourceOptions> {
        self.resources
            .iter()
            .find(|resource| resource.resource == identifier)
    }

    /// Decides on a request.
    pub fn check(&self, gate: &Gate, request: &Request<'_>, now: Time) -> Answer {
        if let Some(method) = request.preflight_method().filter(|_| gate.options.cors) {
            let mut response = preflight(request, method);
            response
                .headers
                .insert(0, ("Cache-Control", "no-store".to_owned()));
            return Answer::Respond(response);
        }
        self.judge(gate, request, now)
            .unwrap_or_else(|refusal| Answer::Respond(gate.refuse(refusal)))
    }

    /// Takes how a fetch ended. A late answer to an earlier fetch is ignored.
    pub fn supply(&mut self, id: u64, reply: Reply<'_>, now: Time) {
        if let Some(issuer) = self.issuers.get_mut(issuer_of_fetch(id)) {
            issuer.supply(id, reply, now, self.provider);
        }
    }

    fn judge(&self, gate: &Gate, request: &Request<'_>, now: Time) -> Result<Answer, Refusal> {
        let caller = match bearer_token(request) {
            Err(Code::MissingAuthorization) if gate.has_anonymous() => None,
            token => match self.verify(gate, token?, now)? {
                Verdict::Caller(caller) => Some(caller),
                Verdict::Fetch(fetch) => return Ok(Answer::Fetch(fetch)),
            },
        };
        match gate.demand(request)? {
            Demand::NeedBody => Ok(Answer::NeedBody {
                max: crate::limits::BODY_BYTES,
            }),
            demand => gate.admit(caller, &demand).map(Answer::Allow),
        }
    }

    /// The one way from a token to a caller: every step takes what only the step before it can make.
    fn verify(&self, gate: &Gate, token: &str, now: Time) -> Result<Verdict, Refusal> {
        let jws = Compact::split(token)?;
        let (mut header, mut payload) = (decode_buffer(jws.header()), decode_buffer(jws.payload()));
        let malformed = |_| Code::MalformedToken;
        let header =
            Header::parse(base64url::decode(jws.header(), &mut header).map_err(malformed)?)?;
        let bytes = base64url::decode(jws.payload(), &mut payload).map_err(malformed)?;
        let payload = Payload::parse(bytes)?;
        let (index, issuer) = self.trusted_issuer(gate, &payload)?;
        issuer.check_header(&header)?;
        let key = match issuer.find(index, &header, now) {
            Find::Key(key) => key,
            Find::Fetch(fetch) => return Ok(Verdict::Fetch(fetch)),
            Find::Missing => return Err(Code::KeyNotFound.into()),
            Find::Unavailable { retry_after } => {
                let retry_after = Some(retry_after);
                let details = Details {
                    retry_after,
                    ..Details::default()
                };
                return Err(Refusal::with(Code::KeysUnavailable, details));
            }
        };
        let verified = match Verified::verify(&jws, &header, &payload, key) {
            Err(Code::BadSignature) => match issuer.refetch(index, now) {
                Some(fetch) => return Ok(Verdict::Fetch(fetch)),
                None => return Err(Code::BadSignature.into()),
            },
            verified => verified?,
        };
        let claims = Claims::read(&verified)?;
        gate.claims_policy()
            .check(&claims, now)
            .map_err(|code| audience_refusal(code, gate, bytes))?;
        Ok(Verdict::Caller(AuthInfo {
            token: token.to_owned(),
            issuer: claims.issuer().to_owned(),
            subject: claims.subject().to_owned(),
            client_id: claims.client_id().map(|client| client.to_owned()),
            scopes: unique(claims.scopes().map(|scope| scope.to_owned())),
            audience: claims
                .audience()
                .map(|audience| audience.to_owned())
                .collect(),
            expires_at: claims.expires_at().unix_seconds(),
            leeway: gate.options.leeway,
            claims: bytes.to_vec(),
        }))
    }

    /// The issuer of the gate's resource that a payload names.
    fn trusted_issuer(
        &self,
        gate: &Gate,
        payload: &Payload<'_>,
    ) -> Result<(usize, &Issuer), Refusal> {
        let named = payload.unverified_issuer()?;
        // A gate of another engine names a resource that is not ours.
        let resource = self
            .resource(&gate.options.resource)
            .ok_or(Code::InvalidConfiguration)?;
        let trusted = &resource.issuers;
        let found = trusted
            .iter()
            .map(|&index| (index, &self.issuers[index]))
            .find(|(_, issuer)| issuer.is_named(named));
        found.ok_or_else(|| {
            let names: Vec<&str> = trusted
                .iter()
                .map(|&index| self.issuers[index].name())
                .collect();
            let cause = Some(Cause::new(&names, Value::String(named)));
            Refusal::with(
                Code::UntrustedIssuer,
                Details {
                    cause,
                    ..Details::default()
                },
            )
        })
    }
}

/// Metadata documents.
impl Engine {
    /// The paths under which metadata documents are served, for a host that lists its routes.
    pub fn metadata_paths(&self) -> Vec<String> {
        let mut paths = vec![WELL_KNOWN.to_owned()];
        for resource in &self.resources {
            let path = MetadataPath(&resource.url()).to_string();
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        paths
    }

    /// Answers a request for a metadata document; `None` for any other request (RFC 9728 section 3). It is
    /// never behind a gate, and open to every origin.
    pub fn metadata(&self, request: &Request<'_>) -> Option<Response> {
        let resource = self.resource_at(request)?;
        match request.method {
            "GET" | "HEAD" => {
                let mut headers = json_headers("max-age=3600");
                headers.push(("Access-Control-Allow-Origin", "*".to_owned()));
                let servers: Vec<&str> = resource
                    .issuers
                    .iter()
                    .map(|&index| self.issuers[index].name())
                    .collect();
                let members: Vec<(&str, &str)> = resource
                    .members
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.as_str()))
                    .collect();
                let document = Metadata {
                    resource: &resource.resource,
                    authorization_servers: &servers,
                    members: &members,
                };
                let body = if request.method == "GET" {
                    document.to_string()
                } else {
                    String::new()
                };
                Some(Response {
                    status: 200,
                    headers,
                    body: body.into_bytes(),
                    code: None,
                    cause: None,
                })
            }
            "OPTIONS" => Some(preflight(request, "GET, HEAD, OPTIONS")),
            _ => None,
        }
    }

    /// The resource whose document a request asks for: by its path, with or without a slash behind it; where
    /// several share that path, by host and query too. The root serves what is unambiguous.
    fn resource_at(&self, request: &Request<'_>) -> Option<&ResourceOptions> {
        let path = request.path();
        let rest = path.strip_prefix(WELL_KNOWN)?;
        let at_path: Vec<&ResourceOptions> = self
            .resources
            .iter()
            .filter(|resource| {
                let own = MetadataPath(&resource.url()).to_string();
                own == path
                    || own
                        .strip_suffix('/')
                        .map_or(path.strip_suffix('/') == Some(&own), |bare| bare == path)
            })
            .collect();
        if let Some(resource) = unambiguous(&at_path, request) {
            return Some(resource);
        }
        let all: Vec<&ResourceOptions> = self.resources.iter().collect();
        (rest.is_empty() || rest == "/")
            .then(|| unambiguous(&all, request))
            .flatten()
            .filter(|_| at_path.is_empty())
    }
}

impl ResourceOptions {
    fn url(&self) -> Url<'_> {
        Url::parse(&self.resource).expect("the configuration was checked")
    }
}

/// The only candidate; among several, the only one of the request's host, exact spelling first, then query.
fn unambiguous<'r>(
    candidates: &[&'r ResourceOptions],
    request: &Request<'_>,
) -> Option<&'r ResourceOptions> {
    if let [only] = candidates {
        return Some(only);
    }
    let host = request.value("host")?;
    let of_host =
        |resource: &&&ResourceOptions| resource.url().authority.eq_ignore_ascii_case(host);
    let asked = request.path();
    let exact = |resource: &&&ResourceOptions| MetadataPath(&resource.url()).to_string() == asked;
    let same_query = |resource: &&&ResourceOptions| resource.url().query == request.query();
    let narrowed: Vec<&&ResourceOptions> = candidates.iter().filter(of_host).collect();
    let of_query: Vec<&&ResourceOptions> = narrowed.iter().copied().filter(same_query).collect();
    let narrowed = if of_query.is_empty() {
        narrowed
    } else {
        of_query
    };
    match narrowed.as_slice() {
        [only] => Some(only),
        several => {
            let mut exact = several.iter().copied().filter(exact);
            exact
                .next()
                .filter(|_| exact.next().is_none())
                .map(|resource| &**resource)
        }
    }
}

/// The answer to a CORS preflight (Fetch standard, CORS-preflight request). What was asked for is repeated
/// when it is made of tokens, so that nothing else gets into our headers.
fn preflight(request: &Request<'_>, methods: &str) -> Response {
    let mut headers = vec![
        ("Access-Control-Allow-Origin", "*".to_owned()),
        ("Access-Control-Allow-Methods", methods.to_owned()),
    ];
    let is_token_list = |text: &&str| {
        text.bytes()
            .all(|byte| is_token_byte(byte) || b", ".contains(&byte))
    };
    if let Some(asked) = request
        .value("access-control-request-headers")
        .filter(is_token_list)
    {
        headers.push(("Access-Control-Allow-Headers", asked.to_owned()));
    }
    headers.push(("Access-Control-Max-Age", "600".to_owned()));
    Response {
        status: 204,
        headers,
        body: Vec::new(),
        code: None,
        cause: None,
    }
}

/// Adds what was expected and what came to a failed audience check.
fn audience_refusal(code: Code, gate: &Gate, payload: &[u8]) -> Refusal {
    let cause = match (code, &gate.options.audience) {
        (Code::WrongAudience, Some(expected)) => {
            let object: Option<Object<'_>> = Object::parse(payload, Bounds::TOKEN).ok();
            let actual = object
                .and_then(|object| object.find("aud").copied())
                .unwrap_or(Value::Null);
            Some(Cause::new(expected, actual))
        }
        _ => None,
    };
    Refusal::with(
        code,
        Details {
            cause,
            ..Details::default()
        },
    )
}

fn decode_buffer(text: &str) -> Vec<u8> {
    vec![0; base64url::decoded_len(text)]
}

fn unique(values: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for value in values {
        if !kept.contains(&value) {
            kept.push(value);
        }
    }
    kept
}
