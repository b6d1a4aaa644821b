//! The tokens that were verified and accepted last, each known by a digest.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::Any;
use core::fmt;
use core::mem;
use core::sync::atomic::{AtomicBool, Ordering};

use hashbrown::HashTable;
use sha2::{Digest, Sha256};
use siphasher::sip128::SipHasher13;

use crate::limits;
use crate::policy::Facts;
use crate::remembered::{Remembered, Ticket};
use crate::time::Time;

/// A bounded table of accepted tokens. The only change that a look-up makes is a mark that the entry was of use; where the
/// table is full, the first entry without that mark gives way, and every mark passed over on the way to it is taken back
/// (CLOCK, also called second chance).
pub(crate) struct Cache {
    /// How many tokens are remembered at most; 0 where none is.
    size: usize,
    /// What nobody outside knows; without it no digest is secret.
    seed: Option<[u8; 16]>,
    /// Where the entry of a digest stands.
    index: HashTable<usize>,
    entries: Vec<Entry>,
    /// The entry that is looked at next when one has to give way.
    hand: usize,
    /// No entry has ended before.
    earliest_end: Time,
    /// Tells this cache from every other one.
    identity: Arc<()>,
}

/// A token that is remembered.
pub(crate) struct Entry {
    digest: u128,
    known: Remembered,
    host: Option<Arc<dyn Any + Send + Sync>>,
    was_used: AtomicBool,
}

/// What hosts have stored beside tokens that are no longer remembered. Dropping it runs their destructors, so a host drops
/// it where it holds no lock that these may want.
#[derive(Default)]
pub struct Forgotten(Vec<Arc<dyn Any + Send + Sync>>);

impl fmt::Debug for Forgotten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Forgotten({})", self.0.len())
    }
}

impl Cache {
    pub(crate) fn new(size: usize, seed: Option<[u8; 16]>) -> Self {
        Self {
            size,
            seed,
            index: HashTable::new(),
            entries: Vec::new(),
            hand: 0,
            earliest_end: Time::from_unix_seconds(u64::MAX),
            identity: Arc::default(),
        }
    }

    /// An empty one of another size, with the same seed.
    pub(crate) fn renewed(&self, size: usize) -> Self {
        Self::new(size, self.seed)
    }

    pub(crate) const fn size(&self) -> usize {
        self.size
    }

    pub(crate) fn identity(&self) -> Arc<()> {
        Arc::clone(&self.identity)
    }

    /// The digest of a token; `None` where tokens are not remembered. 128 bits, so that nobody finds a token that has the
    /// digest of another's: by SipHash-1-3 under a secret, which is a pseudorandom function, or by the front of a SHA-256.
    pub(crate) fn digest(&self, token: &[u8]) -> Option<u128> {
        if self.size == 0 || token.len() > limits::TOKEN_BYTES {
            return None;
        }
        Some(match &self.seed {
            Some(seed) => SipHasher13::new_with_key(seed).hash(token).into(),
            None => {
                let mut front = [0; 16];
                front.copy_from_slice(&Sha256::digest(token)[..16]);
                u128::from_le_bytes(front)
            }
        })
    }

    pub(crate) fn find(&self, digest: u128) -> Option<&Entry> {
        let is_it = |&place: &usize| self.entries[place].digest == digest;
        let place = self.index.find(hash(digest), is_it)?;
        self.entries.get(*place)
    }

    /// Remembers a token. One that has ended gives way first, whatever mark it has.
    pub(crate) fn insert(
        &mut self,
        ticket: Ticket,
        host: Option<Arc<dyn Any + Send + Sync>>,
    ) -> Forgotten {
        let mut forgotten = Forgotten::default();
        if ticket.now >= self.earliest_end {
            forgotten = self.retain(|entry| ticket.now < end(&entry.known));
        }
        self.earliest_end = self.earliest_end.min(end(&ticket.known));
        let entry = Entry {
            digest: ticket.digest,
            known: ticket.known,
            host,
            was_used: AtomicBool::new(false),
        };
        let is_it = |&place: &usize| self.entries[place].digest == entry.digest;
        let known = self.index.find(hash(entry.digest), is_it).copied();
        let place = match known {
            Some(place) => place,
            None if self.entries.len() < self.size => {
                let place = self.entries.len();
                self.point(entry.digest, place);
                self.entries.push(entry);
                return forgotten;
            }
            None => {
                let place = self.give_way();
                self.unpoint(self.entries[place].digest);
                self.point(entry.digest, place);
                place
            }
        };
        let gone = mem::replace(&mut self.entries[place], entry);
        forgotten.0.extend(gone.host);
        forgotten
    }

    /// Forgets what was verified with a key of this set.
    pub(crate) fn forget_keys(&mut self, number: u64) -> Forgotten {
        self.retain(|entry| entry.known.keys != number)
    }

    /// Everything is forgotten, and what was to be remembered is not.
    pub(crate) fn forget_all(self) -> Forgotten {
        let hosts = self.entries.into_iter().filter_map(|entry| entry.host);
        Forgotten(hosts.collect())
    }

    fn retain(&mut self, keep: impl Fn(&Entry) -> bool) -> Forgotten {
        let mut forgotten = Forgotten::default();
        self.entries.retain_mut(|entry| {
            let kept = keep(entry);
            if !kept {
                forgotten.0.extend(entry.host.take());
            }
            kept
        });
        self.index.clear();
        for place in 0..self.entries.len() {
            self.point(self.entries[place].digest, place);
        }
        let ends = self.entries.iter().map(|entry| end(&entry.known));
        self.earliest_end = ends.min().unwrap_or(Time::from_unix_seconds(u64::MAX));
        self.hand = 0;
        forgotten
    }

    /// The place of the first entry that was of no use since the hand passed it.
    fn give_way(&mut self) -> usize {
        loop {
            let place = self.hand;
            self.hand = (place + 1) % self.entries.len();
            if !mem::take(self.entries[place].was_used.get_mut()) {
                return place;
            }
        }
    }

    fn point(&mut self, digest: u128, place: usize) {
        let entries = &self.entries;
        let rehash = |&place: &usize| hash(entries[place].digest);
        self.index.insert_unique(hash(digest), place, rehash);
    }

    fn unpoint(&mut self, digest: u128) {
        let is_it = |&place: &usize| self.entries[place].digest == digest;
        if let Ok(found) = self.index.find_entry(hash(digest), is_it) {
            found.remove();
        }
    }
}

impl Entry {
    pub(crate) const fn known(&self) -> &Remembered {
        &self.known
    }

    /// What the host has stored with it.
    pub(crate) fn host(&self) -> Option<Arc<dyn Any + Send + Sync>> {
        self.host.clone()
    }

    /// It was of use. The mark is written once, so that threads do not wait for each other's memory.
    pub(crate) fn mark(&self) {
        if !self.was_used.load(Ordering::Relaxed) {
            self.was_used.store(true, Ordering::Relaxed);
        }
    }
}

/// A digest is as good as random already.
const fn hash(digest: u128) -> u64 {
    digest as u64
}

/// When no gate will accept a token any more.
fn end(known: &Remembered) -> Time {
    let end = known.expires_at();
    end.map_or(Time::from_unix_seconds(u64::MAX), |end| {
        end.plus(limits::LEEWAY)
    })
}
