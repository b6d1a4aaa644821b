//! Another configuration for a running engine.

use alloc::vec::Vec;
use core::mem;

use super::Engine;
use crate::configuration::ConfigurationError;
use crate::configuration::gate::foreign_audiences;
use crate::configuration::resources::ResourceOptions;
use crate::error::Code;
use crate::gate::Gate;
use crate::issuer::Issuer;

impl Engine {
    /// Puts another configuration in the place of the present one, whole or, where it has problems, not at all.
    ///
    /// An issuer whose options stay the same keeps its keys, and a fetch for it that is under way still counts; one to
    /// an issuer that is gone is ignored when its answer comes. Sessions keep their owners. Gates stay usable: each
    /// finds its resource again by the identifier, with the issuers and the scope hierarchy that it has now. Where the
    /// resource is gone, or this engine would no longer make such a gate, the gate answers every request with 500
    /// ([`Code::InvalidConfiguration`]). [`Engine::metadata_paths`] may change.
    pub fn update(&mut self, configuration: &str) -> Result<(), ConfigurationError> {
        let mut next = Self::build(configuration, self.provider, self.attempts.clone())?;
        for issuer in &mut next.issuers {
            let is_same = |own: &&mut Issuer| own.options() == issuer.options();
            if let Some(own) = self.issuers.iter_mut().find(is_same) {
                mem::swap(own, issuer);
            }
        }
        next.sessions = mem::take(&mut self.sessions);
        next.generation = self.generation + 1;
        *self = next;
        Ok(())
    }

    /// The resource of a gate. A gate that was made before the latest update is held to the rules for new ones again:
    /// an issuer may have come whose audience it must not share.
    pub(super) fn resource(&self, gate: &Gate) -> Result<&ResourceOptions, Code> {
        let found = self.resources.find(&gate.options.resource);
        // A gate of another engine names a resource that is not ours.
        let resource = found.ok_or(Code::InvalidConfiguration)?;
        if gate.generation != self.generation {
            let audience = gate.options.audience.as_deref().unwrap_or_default();
            let issuers: Vec<&str> = self.issuers.iter().map(Issuer::name).collect();
            let is_foreign = foreign_audiences(audience, &issuers).next().is_some();
            if is_foreign || self.check_wide_audiences(resource, &gate.options).is_err() {
                return Err(Code::InvalidConfiguration);
            }
        }
        Ok(resource)
    }
}
