//! Which keys get tables, and when: the policy behind [`PreparedKey::tabulate`].

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use crate::algorithm::Algorithm;
use crate::jwk::{Jwk, UnusableKey};
use crate::limits;
use crate::signature::{BadSignature, PreparedKey, SignatureProvider};

/// A provider whose keys get a table once they have served, within a bound on the memory that all of them take.
///
/// Only a signature that holds counts, so whoever has no token cannot make it work or fill its memory.
#[derive(Clone)]
pub(crate) struct Tables {
    provider: &'static dyn SignatureProvider,
    bytes_left: Arc<AtomicUsize>,
}

impl Tables {
    pub(crate) fn new(provider: &'static dyn SignatureProvider) -> Self {
        Self {
            provider,
            bytes_left: Arc::new(AtomicUsize::new(limits::KEY_TABLES_BYTES)),
        }
    }
}

impl SignatureProvider for Tables {
    fn prepare(&self, jwk: &Jwk<'_>) -> Result<Box<dyn PreparedKey>, UnusableKey> {
        let key = self.provider.prepare(jwk)?;
        let bytes = key.table_bytes();
        if !(1..=limits::KEY_TABLE_BYTES).contains(&bytes) {
            return Ok(key);
        }
        Ok(Box::new(Serving {
            key,
            bytes,
            bytes_left: self.bytes_left.clone(),
            uses: AtomicU32::new(0),
        }))
    }
}

/// A key that may have a table.
struct Serving {
    key: Box<dyn PreparedKey>,
    /// Bytes of its table.
    bytes: usize,
    bytes_left: Arc<AtomicUsize>,
    /// Signatures that held, up to as many as a table pays for; then [`TABULATED`] once it has one.
    uses: AtomicU32,
}

const TABULATED: u32 = u32::MAX;

impl Serving {
    fn count(&self) {
        match self.uses.load(Ordering::Relaxed) {
            TABULATED => {}
            uses if uses < limits::KEY_TABLE_USES => {
                // Of two threads one may not be counted, which does no harm.
                self.uses.store(uses + 1, Ordering::Relaxed);
            }
            uses => {
                let spend = |left: usize| left.checked_sub(self.bytes);
                let (order, left) = (Ordering::Relaxed, &self.bytes_left);
                if left.fetch_update(order, order, spend).is_err() {
                    return;
                }
                let is_first = self.uses.compare_exchange(uses, TABULATED, order, order);
                if is_first.is_ok() {
                    self.key.tabulate();
                } else {
                    left.fetch_add(self.bytes, order);
                }
            }
        }
    }
}

impl PreparedKey for Serving {
    fn signature_len(&self, algorithm: Algorithm) -> Option<usize> {
        self.key.signature_len(algorithm)
    }

    fn verify(
        &self,
        algorithm: Algorithm,
        signing_input: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        self.key.verify(algorithm, signing_input, signature)?;
        self.count();
        Ok(())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if *self.uses.get_mut() == TABULATED {
            self.bytes_left.fetch_add(self.bytes, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

    use super::*;
    use crate::json::{Bounds, Object};

    /// Keys with tables of so many bytes, which count how often they are asked to make them.
    struct Counting {
        bytes: usize,
        made: &'static AtomicUsize,
    }

    struct CountingKey {
        bytes: usize,
        made: &'static AtomicUsize,
    }

    impl SignatureProvider for Counting {
        fn prepare(&self, _: &Jwk<'_>) -> Result<Box<dyn PreparedKey>, UnusableKey> {
            let (bytes, made) = (self.bytes, self.made);
            Ok(Box::new(CountingKey { bytes, made }))
        }
    }

    impl PreparedKey for CountingKey {
        fn signature_len(&self, _: Algorithm) -> Option<usize> {
            Some(1)
        }

        fn verify(&self, _: Algorithm, _: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
            let is_good = signature == b"good";
            is_good.then_some(()).ok_or(BadSignature)
        }

        fn table_bytes(&self) -> usize {
            self.bytes
        }

        fn tabulate(&self) {
            self.made.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn tables(bytes: usize) -> (Tables, &'static AtomicUsize) {
        let made = Box::leak(Box::new(AtomicUsize::new(0)));
        let provider = Box::leak(Box::new(Counting { bytes, made }));
        (Tables::new(provider), made)
    }

    fn key(tables: &Tables) -> Box<dyn PreparedKey> {
        let jwk = br#"{"kty":"OKP","crv":"Ed25519","x":""}"#;
        let object: Object<'_> = Object::parse(jwk, Bounds::DOCUMENT).unwrap();
        tables.prepare(&Jwk::read(&object).unwrap()).unwrap()
    }

    fn serve(key: &dyn PreparedKey, times: u32) {
        for _ in 0..times {
            assert_eq!(key.verify(Algorithm::EdDsa, b"", b"good"), Ok(()));
        }
    }

    #[test]
    fn a_table_is_made_once_after_enough_signatures_that_hold() {
        let (tables, made) = tables(1_000);
        let key = key(&tables);
        for _ in 0..100 {
            let forged = key.verify(Algorithm::EdDsa, b"", b"forged");
            assert_eq!(forged, Err(BadSignature));
        }
        serve(&*key, limits::KEY_TABLE_USES);
        assert_eq!(made.load(Ordering::Relaxed), 0);
        serve(&*key, 1);
        assert_eq!(made.load(Ordering::Relaxed), 1);
        serve(&*key, 100);
        assert_eq!(made.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn tables_of_all_keys_are_bounded_and_given_back() {
        let (tables, made) = tables(limits::KEY_TABLE_BYTES);
        let most = limits::KEY_TABLES_BYTES / limits::KEY_TABLE_BYTES;
        let mut keys = alloc::vec::Vec::new();
        for _ in 0..=most {
            keys.push(key(&tables));
        }
        let served = limits::KEY_TABLE_USES + 1;
        keys.iter().for_each(|key| serve(&**key, served));
        assert_eq!(made.load(Ordering::Relaxed), most);
        assert_eq!(tables.bytes_left.load(Ordering::Relaxed), 0);
        // One that goes makes room for the one that waits.
        drop(keys.swap_remove(0));
        keys.iter().for_each(|key| serve(&**key, 1));
        assert_eq!(made.load(Ordering::Relaxed), most + 1);
        drop(keys);
        let left = tables.bytes_left.load(Ordering::Relaxed);
        assert_eq!(left, limits::KEY_TABLES_BYTES);
    }

    #[test]
    fn a_table_of_more_bytes_than_a_key_may_take_is_not_made() {
        let (tables, made) = tables(limits::KEY_TABLE_BYTES + 1);
        serve(&*key(&tables), limits::KEY_TABLE_USES + 10);
        assert_eq!(made.load(Ordering::Relaxed), 0);
    }
}
