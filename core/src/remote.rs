//! The keys of an issuer that are fetched: from a known URL, or from the one that its metadata names.

use alloc::boxed::Box;
use alloc::string::String;

use crate::answer::{Fetch, Reply};
use crate::discovery::{Discovery, ServerMetadata, document_body, document_fetch};
use crate::keys::KeySet;
use crate::limits;
use crate::signature::SignatureProvider;
use crate::slot::{Slot, max_age};
use crate::time::Time;

/// A JWK Set that lives elsewhere.
pub(crate) struct RemoteKeys {
    location: Location,
    keys: Slot<KeySet>,
    /// The attempt that may be made next, or is being made.
    attempt: u64,
}

/// Numbers the attempts of all issuers of an engine, each once: an answer that comes late, or for an issuer that was
/// replaced, names an attempt that nobody waits for. There are 2^52 of them. A key set has the number of the attempt
/// that brought it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attempts(u64);

impl Attempts {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }
}

enum Location {
    Url(String),
    Discovered(Box<Discovered>),
}

struct Discovered {
    search: Discovery,
    metadata: Slot<ServerMetadata>,
    /// The last document that was found and names no keys: of no use here, but the clients may read it.
    keyless: Option<String>,
}

/// The two kinds of document that are fetched.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Keys = 0,
    Metadata = 1,
}

/// What became of the search for a key; `K` is what the searcher wants of it.
pub(crate) enum Find<K> {
    Key(K),
    Fetch(Fetch),
    Missing,
    Unavailable { retry_after: u64 },
}

/// What became of the search for a metadata document.
pub(crate) enum Document<'d> {
    Known(&'d str),
    Fetch(Fetch),
    Unavailable { retry_after: u64 },
}

impl RemoteKeys {
    pub(crate) fn at(url: String, cooldown: u64, attempts: &mut Attempts) -> Self {
        Self::new(Location::Url(url), cooldown, attempts)
    }

    pub(crate) fn discovered(search: Discovery, cooldown: u64, attempts: &mut Attempts) -> Self {
        let discovered = Discovered {
            search,
            metadata: Slot::empty(limits::COOLDOWN),
            keyless: None,
        };
        Self::new(
            Location::Discovered(Box::new(discovered)),
            cooldown,
            attempts,
        )
    }

    fn new(location: Location, cooldown: u64, attempts: &mut Attempts) -> Self {
        Self {
            location,
            keys: Slot::empty(cooldown),
            attempt: attempts.next(),
        }
    }

    /// The metadata, once it is known.
    pub(crate) fn metadata(&self) -> Option<&ServerMetadata> {
        match &self.location {
            Location::Url(_) => None,
            Location::Discovered(discovered) => discovered.metadata.value(),
        }
    }

    /// The key that `find` sees in a set. A key that is there serves while another fetch is under way; a stale one
    /// serves where no attempt may be made now.
    pub(crate) fn find<'s, K>(
        &'s self,
        find: impl FnOnce(&'s KeySet) -> Option<K>,
        now: Time,
    ) -> Find<K> {
        let is_fresh = self.keys.is_fresh(now);
        let key = match self.keys.usable(now).and_then(find) {
            Some(key) if is_fresh => return Find::Key(key),
            key => key,
        };
        match (self.fetch(now), key) {
            (Some(fetch), _) => Find::Fetch(fetch),
            (None, Some(key)) => Find::Key(key),
            (None, None) if is_fresh && !self.keys.last_attempt_failed() => Find::Missing,
            (None, None) => Find::Unavailable {
                retry_after: self.retry_after(now),
            },
        }
    }

    /// The metadata for whoever asks for it: fresh, or stale where no attempt may be made now.
    pub(crate) fn document(&self, now: Time) -> Option<Document<'_>> {
        let Location::Discovered(discovered) = &self.location else {
            return None;
        };
        let Discovered {
            search,
            metadata,
            keyless,
        } = &**discovered;
        if !metadata.is_fresh(now) && metadata.due_in(now) == 0 {
            let id = self.fetch_id(Kind::Metadata);
            return search
                .ask()
                .map(|fetch| Document::Fetch(Fetch { id, ..fetch }));
        }
        let usable = metadata.usable(now).map(|metadata| &metadata.document);
        Some(match usable.or(keyless.as_ref()) {
            Some(document) => Document::Known(document),
            None => Document::Unavailable {
                retry_after: metadata.due_in(now).max(1),
            },
        })
    }

    /// What to fetch to get newer keys, if an attempt may be made now.
    pub(crate) fn fetch(&self, now: Time) -> Option<Fetch> {
        if self.keys.due_in(now) > 0 {
            return None;
        }
        let url = match &self.location {
            Location::Url(url) => url,
            Location::Discovered(discovered) => {
                let Discovered {
                    search, metadata, ..
                } = &**discovered;
                if !metadata.is_fresh(now) && metadata.due_in(now) == 0 {
                    let id = self.fetch_id(Kind::Metadata);
                    return search.ask().map(|fetch| Fetch { id, ..fetch });
                }
                metadata.value()?.jwks_uri.as_ref()?
            }
        };
        Some(document_fetch(
            self.fetch_id(Kind::Keys),
            url,
            limits::JWKS_BYTES,
        ))
    }

    /// What to fetch so that no request has to wait for it, if an attempt may be made now.
    pub(crate) fn pending(&self, now: Time) -> Option<Fetch> {
        if self.keys.is_fresh(now) {
            None
        } else {
            self.fetch(now)
        }
    }

    /// The keys there are, however old.
    pub(crate) const fn set(&self) -> Option<&KeySet> {
        self.keys.value()
    }

    /// Whether there are keys that may serve.
    pub(crate) fn is_ready(&self, now: Time) -> bool {
        self.keys.usable(now).is_some()
    }

    /// Takes the answer to the attempt that may be under way; any other is ignored.
    pub(crate) fn supply(
        &mut self,
        id: u64,
        reply: Reply<'_>,
        now: Time,
        provider: &dyn SignatureProvider,
        attempts: &mut Attempts,
    ) {
        if id >> 1 != self.attempt {
            return;
        }
        let number = self.attempt;
        self.attempt = attempts.next();
        let is_metadata = id & 1 == Kind::Metadata as u64;
        match &mut self.location {
            Location::Discovered(discovered) if is_metadata => discovered.supply(reply, now),
            location => {
                let set = document_body(reply, limits::JWKS_BYTES)
                    .and_then(|body| KeySet::read(body, number, provider, self.keys.value()));
                match (set, location) {
                    // A set without usable keys is a failed refresh, not a revocation.
                    (Ok(set), _) if !set.is_empty() => {
                        self.keys
                            .succeed(set, max_age(&reply, limits::DOCUMENT_AGE_DEFAULT), now);
                    }
                    (_, Location::Discovered(discovered)) => {
                        discovered.metadata.expire(now); // The keys may have moved.
                        self.keys.fail(now);
                    }
                    (_, Location::Url(_)) => self.keys.fail(now),
                }
            }
        }
    }

    /// Names the attempt and the kind of document. It stays exact in a double, which has 53 bits for it.
    fn fetch_id(&self, kind: Kind) -> u64 {
        self.attempt << 1 | kind as u64
    }

    /// Seconds until the next attempt, at least one.
    fn retry_after(&self, now: Time) -> u64 {
        let seconds = match &self.location {
            Location::Discovered(discovered) if discovered.metadata.value().is_none() => {
                discovered.metadata.due_in(now)
            }
            _ => self.keys.due_in(now),
        };
        seconds.max(1)
    }
}

impl Discovered {
    fn supply(&mut self, reply: Reply<'_>, now: Time) {
        self.search.supply(reply);
        match self.search.outcome() {
            None => return, // Another place is to be asked in the same attempt.
            Some(Ok(found)) if found.jwks_uri.is_some() => {
                let max_age = max_age(&reply, limits::METADATA_AGE_DEFAULT);
                self.metadata.succeed(found.clone(), max_age, now);
                self.keyless = None;
            }
            Some(found) => {
                if let Ok(found) = found {
                    self.keyless = Some(found.document.clone());
                }
                self.metadata.fail(now);
            }
        }
        self.search.restart();
    }
}
