//! Another configuration for a running engine.

use core::mem;

use super::Engine;
use crate::cache::Forgotten;
use crate::configuration::ConfigurationError;
use crate::issuer::Issuer;

impl Engine {
    /// Puts another configuration in the place of the present one, whole or, where it has problems, not at all.
    ///
    /// An issuer whose options stay the same keeps its keys, and a fetch for it that is under way still counts; one to
    /// an issuer that is gone is ignored when its answer comes. Sessions keep their owners. Gates stay usable: each
    /// finds its resource again by the identifier, with the issuers and the scope hierarchy that it has now. Where the
    /// resource is gone, or this engine would no longer make such a gate, the gate answers every request with 500
    /// ([`InvalidConfiguration`](crate::error::Code::InvalidConfiguration)). [`Engine::metadata_paths`] may change. Tokens
    /// that were remembered are forgotten.
    pub fn update(&mut self, configuration: &str) -> Result<Forgotten, ConfigurationError> {
        let mut next = Self::build(configuration, self.provider.clone(), self.attempts.clone())?;
        for issuer in &mut next.issuers {
            let is_same = |own: &&mut Issuer| own.options() == issuer.options();
            if let Some(own) = self.issuers.iter_mut().find(is_same) {
                mem::swap(own, issuer);
            }
        }
        next.sessions = mem::take(&mut self.sessions);
        next.generation = self.generation + 1;
        next.cache = self.cache.renewed(next.cache.size());
        let forgotten = mem::replace(self, next).cache.forget_all();
        Ok(forgotten)
    }
}
