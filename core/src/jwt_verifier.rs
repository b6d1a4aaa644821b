//! Verifying a JWT apart from any engine, for the documented helpers `create_verify_jwt` and `createVerifyJwt`.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use crate::algorithm::Algorithm;
use crate::answer::{Allow, Answer, Refusal, Reply, Style};
use crate::auth_info::AuthInfo;
use crate::base64url;
use crate::challenge::Authentication;
use crate::claims::Claims;
use crate::configuration::issuer::KeySource;
use crate::configuration::verifier::VerifierOptions;
use crate::configuration::{ConfigurationError, Reader};
use crate::error::Code;
use crate::event::Event;
use crate::header::Header;
use crate::issuer_keys::{IssuerKeys, Judged};
use crate::json::{Bounds, Object, Text};
use crate::jwk::{Jwk, fits};
use crate::jws::Compact;
use crate::keys::KeySet;
use crate::limits;
use crate::payload::Payload;
use crate::policy::check_times;
use crate::remote::{Attempts, RemoteKeys};
use crate::signature::symmetric::{SymmetricAlgorithm, SymmetricKey};
use crate::signature::{SignatureProvider, Verified};
use crate::tables::Tables;
use crate::time::Time;

/// Verifies JWTs with the keys of one JWK Set, or with a key that comes with each token.
///
/// It says who a token is about, and no more: whether its issuer is trusted, its audience and its scopes are for
/// whoever asks. What it judges is
///
/// - the signature, by an algorithm of the list, and the whole token's form, as the engine does;
/// - `exp`, `nbf` and `iat`, each where present, with the leeway (RFC 7519 section 4.1);
/// - `iss` and `sub`, which must be there, because an [`AuthInfo`] has them;
/// - `cnf`: a token that is bound to a key is refused, because nobody has seen the proof (RFC 9449 section 7.1).
///
/// `typ` and the marks of ID tokens are not judged, as they are not by the libraries that these helpers used to be made
/// of: the helper verifies whatever JWT it is given.
pub struct JwtVerifier {
    options: VerifierOptions,
    keys: Option<IssuerKeys>,
    attempts: Attempts,
    provider: Tables,
}

/// The key for one token. What kind of key it is decides which algorithms there are; the token does not (RFC 8725
/// section 3.1).
#[derive(Clone, Copy)]
pub enum VerificationKey<'k> {
    /// Of the verifier's own JWK Set, the one that fits.
    Own,
    /// A public JWK, as JSON (RFC 7517). Whoever hands it over has chosen it: its `kid` is not compared.
    Jwk(&'k str),
    /// A secret, for HS256, HS384 or HS512. It never comes from a document, and is at least as long as the hash.
    Secret(&'k [u8]),
}

impl JwtVerifier {
    /// Builds a verifier from its JSON options: `jwks_uri` or `jwks` or neither, `algorithms`, and `leeway` in seconds.
    pub fn new(
        options: &str,
        provider: &'static dyn SignatureProvider,
    ) -> Result<Self, ConfigurationError> {
        Reader::read(options, |reader, root| {
            let options = VerifierOptions::read(reader, root);
            let provider = Tables::new(provider);
            let mut attempts = Attempts::default();
            let keys = match &options.source {
                Some(KeySource::Url(url)) => {
                    let keys = RemoteKeys::at(url.clone(), limits::COOLDOWN, &mut attempts);
                    Some(IssuerKeys::Remote(keys))
                }
                Some(KeySource::Document(document)) => {
                    match KeySet::read(document.as_bytes(), attempts.next(), &provider, None) {
                        Ok(set) => Some(IssuerKeys::Given(set)),
                        Err(code) => {
                            reader.problem(&root.at("jwks"), code.text());
                            None
                        }
                    }
                }
                Some(KeySource::Discovery(_) | KeySource::Nowhere) | None => None,
            };
            Some(Self {
                options,
                keys,
                attempts,
                provider,
            })
        })
    }

    /// The JOSE header of a token as JSON, for an application that chooses the key by it. It was read strictly and its
    /// `alg` is of the list; nothing else of it is verified.
    pub fn header(&self, token: &str) -> Result<String, Code> {
        let header = decoded(Compact::split(token)?.header())?;
        Header::read(&header, |name| {
            let public = self.public(name).map(drop);
            public.or_else(|| self.symmetric(name).map(drop))
        })?;
        String::from_utf8(header).map_err(|_| Code::MalformedToken)
    }

    /// Verifies a token: [`Answer::Allow`] with the caller, [`Answer::Respond`] with the code and text of what is wrong,
    /// or [`Answer::Fetch`]. A key that cannot be used, or none at all, is [`Code::InvalidConfiguration`].
    pub fn check(&self, token: &str, key: VerificationKey<'_>, now: Time) -> Answer {
        let mut event = Event::default();
        self.judge(token, key, now, &mut event)
            .unwrap_or_else(|refusal| {
                Answer::Respond(refusal.response(Style {
                    resource_metadata: None,
                    scopes: &[],
                    show_cause: false,
                    authentication: Authentication::default(),
                }))
            })
            .about(event)
    }

    /// Takes how a fetch ended. A late answer to an earlier fetch is ignored.
    pub fn supply(&mut self, id: u64, reply: Reply<'_>, now: Time) {
        if let Some(keys) = &mut self.keys {
            keys.supply(id, reply, now, &self.provider, &mut self.attempts);
        }
    }

    fn judge(
        &self,
        token: &str,
        key: VerificationKey<'_>,
        now: Time,
        event: &mut Event,
    ) -> Result<Answer, Refusal> {
        let jws = Compact::split(token)?;
        let header = decoded(jws.header())?;
        let verified;
        let (bytes, payload);
        if let VerificationKey::Secret(secret) = key {
            let header = Header::read(&header, |name| self.symmetric(name))?;
            event.header(header.kid(), header.algorithm().name());
            bytes = decoded(jws.payload())?;
            payload = Payload::parse(&bytes)?;
            let key = SymmetricKey::new(secret, header.algorithm());
            let key = key.ok_or(Code::InvalidConfiguration)?;
            verified = Verified::verify_symmetric(&jws, &header, &payload, key)?;
        } else {
            let header = Header::read(&header, |name| self.public(name))?;
            event.header(header.kid(), header.algorithm().name());
            bytes = decoded(jws.payload())?;
            payload = Payload::parse(&bytes)?;
            verified = if let VerificationKey::Jwk(jwk) = key {
                self.verify_with(jwk, &jws, &header, &payload)?
            } else {
                let keys = self.keys.as_ref().ok_or(Code::InvalidConfiguration)?;
                match keys.verify(&jws, &header, &payload, now)? {
                    Judged::Verified(verified) => verified,
                    Judged::Fetch(fetch) => return Ok(Answer::Fetch(fetch)),
                }
            };
        }
        let claims = Claims::read_unlimited(&verified)?;
        check_times(&claims, self.options.leeway, now)?;
        if claims.is_sender_constrained() {
            return Err(Code::SenderConstrained.into());
        }
        let caller = AuthInfo::new(&claims, &bytes, &[]);
        Ok(Answer::Allow(Allow {
            caller: Some(Arc::new(caller)),
            token: Some(token.to_owned()),
            leeway: self.options.leeway,
            host: None,
            remember: None,
            resource: None,
            headers: Vec::new(),
            operations: Vec::new(),
            report: None,
            event: Event::default(),
        }))
    }

    /// Verifies a signature with a key that the application has chosen.
    fn verify_with<'v, 'a>(
        &self,
        jwk: &str,
        jws: &Compact<'_>,
        header: &Header<'_>,
        payload: &'v Payload<'a>,
    ) -> Result<Verified<'v, 'a>, Code> {
        let object: Object<'_> = Object::parse(jwk.as_bytes(), Bounds::DOCUMENT)
            .map_err(|_| Code::InvalidConfiguration)?;
        let jwk = Jwk::read(&object).map_err(|_| Code::InvalidConfiguration)?;
        let key = self.provider.prepare(&jwk);
        let key = key.map_err(|_| Code::InvalidConfiguration)?;
        if !fits(header, header.kid(), jwk.kind(), jwk.algorithm()) {
            return Err(Code::KeyNotFound);
        }
        Verified::verify(jws, header, payload, &*key)
    }

    fn public(&self, name: Text<'_>) -> Option<Algorithm> {
        let algorithm = Algorithm::from_name(|known| name == *known);
        algorithm.filter(|&algorithm| self.options.algorithms.contains(algorithm))
    }

    fn symmetric(&self, name: Text<'_>) -> Option<SymmetricAlgorithm> {
        let algorithm = SymmetricAlgorithm::from_name(|known| name == *known);
        algorithm.filter(|algorithm| self.options.symmetric.contains(algorithm))
    }
}

fn decoded(part: &[u8]) -> Result<Vec<u8>, Code> {
    let mut bytes = vec![0; base64url::decoded_len(part)];
    let length = base64url::decode(part, &mut bytes)
        .map_err(|_| Code::MalformedToken)?
        .len();
    bytes.truncate(length);
    Ok(bytes)
}
