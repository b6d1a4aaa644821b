//! The keys of an issuer, given or fetched, and the one way to verify a signature with them.

use crate::answer::{Details, Fetch, Refusal, Reply};
use crate::error::Code;
use crate::header::Header;
use crate::jws::Compact;
use crate::keys::KeySet;
use crate::payload::Payload;
use crate::remote::{Attempts, Find, RemoteKeys};
use crate::signature::{SignatureProvider, Verified};
use crate::time::Time;

/// Keys that belong together, and are never searched elsewhere.
pub(crate) enum IssuerKeys {
    Given(KeySet),
    Remote(RemoteKeys),
}

/// A signature that holds, or the document to fetch before it can be judged.
pub(crate) enum Judged<'v, 'a> {
    Verified(Verified<'v, 'a>),
    Fetch(Fetch),
}

impl IssuerKeys {
    /// Verifies a token's signature with the key that fits its header.
    pub(crate) fn verify<'v, 'a>(
        &self,
        jws: &Compact<'_>,
        header: &Header<'_>,
        payload: &'v Payload<'a>,
        now: Time,
    ) -> Result<Judged<'v, 'a>, Refusal> {
        let key = match self.find(|set| set.find(header), now) {
            Find::Key(key) => key,
            Find::Fetch(fetch) => return Ok(Judged::Fetch(fetch)),
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
        match Verified::verify(jws, header, payload, key) {
            // The key may have been replaced under the same `kid`.
            Err(Code::BadSignature) => match self.refetch(now) {
                Some(fetch) => Ok(Judged::Fetch(fetch)),
                None => Err(Code::BadSignature.into()),
            },
            verified => Ok(Judged::Verified(verified?)),
        }
    }

    fn find<'s, K>(&'s self, find: impl FnOnce(&'s KeySet) -> Option<K>, now: Time) -> Find<K> {
        match self {
            Self::Given(set) => find(set).map_or(Find::Missing, Find::Key),
            Self::Remote(keys) => keys.find(find, now),
        }
    }

    /// Whether a key that was found in the set of this number would be found now.
    pub(crate) fn still_finds(&self, number: u64, now: Time) -> bool {
        let same = |set: &KeySet| (set.number == number).then_some(());
        matches!(self.find(same, now), Find::Key(()))
    }

    /// The number of the present set; 0 where there is none.
    pub(crate) fn number(&self) -> u64 {
        match self {
            Self::Given(set) => set.number,
            Self::Remote(keys) => keys.set().map_or(0, |set| set.number),
        }
    }

    fn refetch(&self, now: Time) -> Option<Fetch> {
        match self {
            Self::Given(_) => None,
            Self::Remote(keys) => keys.fetch(now),
        }
    }

    /// The document that is still lacking, or should be renewed, if an attempt may be made now.
    pub(crate) fn pending(&self, now: Time) -> Option<Fetch> {
        match self {
            Self::Given(_) => None,
            Self::Remote(keys) => keys.pending(now),
        }
    }

    /// Whether there are keys that may serve.
    pub(crate) fn is_ready(&self, now: Time) -> bool {
        match self {
            Self::Given(set) => !set.is_empty(),
            Self::Remote(keys) => keys.is_ready(now),
        }
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
        if let Self::Remote(keys) = self {
            keys.supply(id, reply, now, provider, attempts);
        }
    }
}
