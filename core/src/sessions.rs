//! Who opened which MCP session: a bounded table, for servers that do not look themselves (MCP Security Best
//! Practices, Session Hijacking).

use alloc::collections::{BTreeMap, VecDeque};

use sha2::{Digest, Sha256};

use crate::auth_info::Principal;
use crate::limits;

/// The sessions that were opened last, each with its owner. It holds hashes alone.
#[derive(Default)]
pub(crate) struct Sessions {
    owners: BTreeMap<Hash, Hash>,
    /// In the order they were opened.
    order: VecDeque<Hash>,
}

/// The front of a SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Hash([u8; 16]);

impl Sessions {
    /// The caller has opened a session. One that is known keeps its owner.
    pub(crate) fn open(&mut self, session: &[u8], caller: Principal<'_>) {
        let session = hash([session]);
        if self.owners.contains_key(&session) {
            return;
        }
        if self.order.len() == limits::SESSIONS
            && let Some(oldest) = self.order.pop_front()
        {
            self.owners.remove(&oldest);
        }
        self.owners.insert(session, principal(caller));
        self.order.push_back(session);
    }

    /// Whether a session is known to be another principal's. A token may change, its principal may not.
    pub(crate) fn is_foreign(&self, session: &[u8], caller: Principal<'_>) -> bool {
        !self.owners.is_empty()
            && self
                .owners
                .get(&hash([session]))
                .is_some_and(|owner| *owner != principal(caller))
    }
}

fn principal(caller: Principal<'_>) -> Hash {
    let has_client = [u8::from(caller.client_id.is_some())];
    let client = caller.client_id.unwrap_or_default().as_bytes();
    hash([
        caller.issuer.as_bytes(),
        caller.subject.as_bytes(),
        &has_client,
        client,
    ])
}

/// A hash of several texts, each with its length, so that no two lists run into the same bytes.
fn hash<const N: usize>(texts: [&[u8]; N]) -> Hash {
    let mut hasher = Sha256::new();
    for text in texts {
        hasher.update((text.len() as u64).to_le_bytes());
        hasher.update(text);
    }
    let mut short = [0; 16];
    short.copy_from_slice(&hasher.finalize()[..16]);
    Hash(short)
}
