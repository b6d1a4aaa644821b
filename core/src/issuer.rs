//! A trusted issuer: how it is named, what it may sign with, and its keys.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::algorithm::Algorithm;
use crate::answer::{Fetch, Reply};
use crate::claims::ClaimNames;
use crate::configuration::issuer::{IssuerOptions, KeySource};
use crate::discovery::{Discovery, ServerMetadata};
use crate::error::Code;
use crate::issuer_keys::IssuerKeys;
use crate::json::Text;
use crate::keys::KeySet;
use crate::remote::{Attempts, Document, RemoteKeys};
use crate::signature::SignatureProvider;
use crate::time::Time;
use crate::url::Url;

/// An issuer whose tokens are accepted. Keys belong to their issuer and are never searched elsewhere.
pub(crate) struct Issuer {
    /// Its other spelling, which may turn out to be its own: with or without the slash of an empty path.
    variant: Option<String>,
    options: IssuerOptions,
    keys: IssuerKeys,
    /// The issuer as it spells itself, as far as we know.
    name: Arc<str>,
}

impl Issuer {
    pub(crate) fn new(
        options: IssuerOptions,
        provider: &dyn SignatureProvider,
        attempts: &mut Attempts,
    ) -> Result<Self, Code> {
        let mut variant = None;
        let keys = match &options.source {
            KeySource::Document(document) => {
                let set = KeySet::read(document.as_bytes(), attempts.next(), provider, None)?;
                IssuerKeys::Given(set)
            }
            KeySource::Nowhere => IssuerKeys::Given(KeySet::default()),
            KeySource::Url(url) => {
                IssuerKeys::Remote(RemoteKeys::at(url.clone(), options.key_cooldown, attempts))
            }
            KeySource::Discovery(server_type) => {
                variant = with_other_slash(&options.issuer);
                let search = Discovery::new(&options.issuer, *server_type);
                let search = search.map_err(|_| Code::InvalidConfiguration)?;
                IssuerKeys::Remote(RemoteKeys::discovered(
                    search,
                    options.key_cooldown,
                    attempts,
                ))
            }
        };
        Ok(Self {
            variant,
            name: options.issuer.as_str().into(),
            options,
            keys,
        })
    }

    /// The issuer as it spells itself, as far as we know.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The same, to be kept.
    pub(crate) fn shared_name(&self) -> Arc<str> {
        Arc::clone(&self.name)
    }

    /// Whether a token names this issuer, to the byte (RFC 7519 section 4.1.1). Before its document has
    /// said how it is spelled, both spellings of an empty path may be it.
    pub(crate) fn is_named(&self, iss: Text<'_>) -> bool {
        if let Some(issuers) = &self.options.token_issuers {
            return issuers.iter().any(|issuer| iss == **issuer);
        }
        let is_discovered = self.metadata().is_some();
        let is_variant = |variant: &String| iss == **variant;
        iss == *self.name() || !is_discovered && self.variant.as_ref().is_some_and(is_variant)
    }

    /// What the operator has said of it.
    pub(crate) const fn options(&self) -> &IssuerOptions {
        &self.options
    }

    /// What it is trusted with, for the operator: algorithms, kinds of token, and what its options relax.
    pub(crate) fn describe(&self) -> String {
        let options = &self.options;
        let algorithms: Vec<&str> = options.algorithms.iter().map(Algorithm::name).collect();
        let typ = if options.strict_type {
            "at+jwt only"
        } else {
            "guarded"
        };
        let mut line = format!("{} ({}; typ {typ}", self.name(), algorithms.join(" "));
        if options.sender_is_checked {
            line += "; bound tokens pass";
        }
        let has_own_scopes = options.scope_claims != ClaimNames::USUAL.scopes;
        let scope_claims = if has_own_scopes {
            &options.scope_claims[..]
        } else {
            &[]
        };
        for (what, values) in [
            ("iss", options.token_issuers.as_deref().unwrap_or_default()),
            ("audience also", &options.audience[..]),
            ("audience shared with other APIs", &options.wide_audience),
            (
                "clients without audience",
                &options.clients_without_audience,
            ),
            ("required claims", &options.required_claims),
            ("scopes from", scope_claims),
        ] {
            if !values.is_empty() {
                line += &format!("; {what} {}", values.join(" "));
            }
        }
        line + ")"
    }

    /// Its keys.
    pub(crate) const fn keys(&self) -> &IssuerKeys {
        &self.keys
    }

    fn metadata(&self) -> Option<&ServerMetadata> {
        match &self.keys {
            IssuerKeys::Given(_) => None,
            IssuerKeys::Remote(keys) => keys.metadata(),
        }
    }

    /// Its metadata document, where it is one that is discovered.
    pub(crate) fn document(&self, now: Time) -> Option<Document<'_>> {
        match &self.keys {
            IssuerKeys::Given(_) => None,
            IssuerKeys::Remote(keys) => keys.document(now),
        }
    }

    /// The document that it still lacks, or should renew, if an attempt may be made now.
    pub(crate) fn pending(&self, now: Time) -> Option<Fetch> {
        self.keys.pending(now)
    }

    /// Whether it has keys that may serve.
    pub(crate) fn is_ready(&self, now: Time) -> bool {
        self.options.source == KeySource::Nowhere || self.keys.is_ready(now)
    }

    /// Takes the answer to a fetch, if it is ours and not a late one.
    pub(crate) fn supply(
        &mut self,
        id: u64,
        reply: Reply<'_>,
        now: Time,
        provider: &dyn SignatureProvider,
        attempts: &mut Attempts,
    ) {
        self.keys.supply(id, reply, now, provider, attempts);
        let spelled = self.metadata().map(|metadata| &metadata.issuer);
        if let Some(name) = spelled.filter(|name| ***name != *self.name) {
            self.name = name.as_str().into();
        }
    }
}

/// The other spelling of an issuer whose path is empty.
fn with_other_slash(issuer: &str) -> Option<String> {
    let url = Url::parse(issuer).ok().filter(|url| url.query.is_none())?;
    match url.path {
        "" => Some(format!("{issuer}/")),
        "/" => Some(url.origin.to_owned()),
        _ => None,
    }
}
