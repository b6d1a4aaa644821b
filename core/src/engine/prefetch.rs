//! Fetching before anybody asks, so that the first request does not wait.

use super::Engine;
use crate::answer::Fetch;
use crate::time::Time;

impl Engine {
    /// The next document that some issuer lacks or should renew; `None` where there is none, or no attempt may be made
    /// now. Fetch it, supply it, and ask again.
    pub fn pending(&self, now: Time) -> Option<Fetch> {
        self.issuers.iter().find_map(|issuer| issuer.pending(now))
    }

    /// Whether every issuer has keys that may serve now: none of their tokens is answered with 503 for want of keys.
    pub fn is_ready(&self, now: Time) -> bool {
        self.issuers.iter().all(|issuer| issuer.is_ready(now))
    }
}
