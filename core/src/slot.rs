//! One document that is fetched, kept, refreshed and, in an outage, served stale: a state machine without I/O.

use crate::answer::Reply;
use crate::limits;
use crate::time::Time;

/// Where a fetched document is kept, and when the next attempt to fetch it may be made.
#[derive(Debug)]
pub(crate) struct Slot<T> {
    value: Option<T>,
    fresh_until: Time,
    attempted: Option<Time>,
    /// Failures since the last success.
    failures: u32,
    /// Seconds between attempts while there is something to serve.
    cooldown: u64,
}

impl<T> Slot<T> {
    pub(crate) const fn empty(cooldown: u64) -> Self {
        Self {
            cooldown,
            value: None,
            fresh_until: Time::from_unix_seconds(0),
            attempted: None,
            failures: 0,
        }
    }

    /// A new document has come.
    pub(crate) fn succeed(&mut self, value: T, max_age: u64, now: Time) {
        let fresh_until = now.plus(max_age);
        *self = Self {
            value: Some(value),
            fresh_until,
            attempted: Some(now),
            failures: 0,
            cooldown: self.cooldown,
        };
    }

    /// The attempt has failed. What was there stays.
    pub(crate) fn fail(&mut self, now: Time) {
        self.attempted = Some(now);
        self.failures = self.failures.saturating_add(1);
    }

    /// The document should be fetched again before it is relied on.
    pub(crate) fn expire(&mut self, now: Time) {
        self.fresh_until = self.fresh_until.min(now);
    }

    pub(crate) fn is_fresh(&self, now: Time) -> bool {
        self.value.is_some() && now < self.fresh_until
    }

    /// The document, fresh or stale within the limit.
    pub(crate) fn usable(&self, now: Time) -> Option<&T> {
        self.value
            .as_ref()
            .filter(|_| now < self.fresh_until.plus(limits::STALE))
    }

    /// The document, however old.
    pub(crate) const fn value(&self) -> Option<&T> {
        self.value.as_ref()
    }

    pub(crate) const fn last_attempt_failed(&self) -> bool {
        self.failures > 0
    }

    /// Seconds until the next attempt may be made. An attempt stamped in the future counts as over, so a
    /// clock that was set back does not stop us.
    pub(crate) fn due_in(&self, now: Time) -> u64 {
        match self.attempted {
            Some(attempted) if attempted <= now => {
                self.pause(now).saturating_sub(now.since(attempted))
            }
            _ => 0,
        }
    }

    /// Failures count as attempts. With nothing usable the pauses are short at first: 1, 2, 4 ... 30 s. With
    /// something usable they grow from the cooldown to five minutes.
    fn pause(&self, now: Time) -> u64 {
        let doublings = self.failures.saturating_sub(1).min(8);
        match self.usable(now) {
            None => (1_u64 << doublings).min(limits::COOLDOWN),
            Some(_) => (self.cooldown << doublings).min(limits::BACKOFF),
        }
    }
}

/// Seconds a response may be kept: its `max-age` within bounds (RFC 9111 section 5.2.2.1), else a default.
/// A response that forbids keeping is kept for the least time, or every request would fetch.
pub(crate) fn max_age(reply: &Reply<'_>, default: u64) -> u64 {
    let Reply::Document { headers, .. } = reply else {
        return default;
    };
    let mut age = None;
    let values = headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case(b"cache-control"));
    for directive in values.flat_map(|(_, value)| value.split(|&byte| byte == b',')) {
        let directive = directive.trim_ascii();
        let (name, argument) = directive.split_at(
            directive
                .iter()
                .position(|&byte| byte == b'=')
                .unwrap_or(directive.len()),
        );
        if name.eq_ignore_ascii_case(b"no-store") || name.eq_ignore_ascii_case(b"no-cache") {
            return *limits::DOCUMENT_AGE.start();
        }
        if name.eq_ignore_ascii_case(b"max-age") && age.is_none() {
            age = seconds(argument);
        }
    }
    age.map_or(default, |age| {
        age.clamp(*limits::DOCUMENT_AGE.start(), *limits::DOCUMENT_AGE.end())
    })
}

/// `=` and digits, possibly quoted; as many as there are mean a very long time.
fn seconds(argument: &[u8]) -> Option<u64> {
    let text = core::str::from_utf8(argument.strip_prefix(b"=")?)
        .ok()?
        .trim_matches('"');
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}
