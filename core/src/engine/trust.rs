//! Whose tokens a gate accepts, by the configuration that the engine has now.

use alloc::vec::Vec;

use super::Engine;
use crate::configuration::gate::{Guarded, foreign_audiences};
use crate::configuration::issuer::{IssuerOptions, KeySource};
use crate::error::Code;
use crate::gate::Gate;
use crate::hierarchy::Hierarchy;
use crate::issuer::Issuer;
use crate::json::Text;

/// Whose tokens are accepted, and what their scopes imply.
pub(super) struct Trust<'e> {
    /// Where the issuers stand among the engine's.
    pub(super) issuers: &'e [usize],
    pub(super) hierarchy: &'e Hierarchy,
}

impl Engine {
    /// What a gate trusts. A gate that was made before the latest update is held to the rules for new ones again: an
    /// issuer may have come whose audience it must not share.
    pub(super) fn trust(&self, gate: &Gate) -> Result<Trust<'_>, Code> {
        let options = &gate.options;
        let found = self.trust_of(options.resource.as_deref());
        // A gate of another engine names a resource that is not ours.
        let trust = found.ok_or(Code::InvalidConfiguration)?;
        if gate.generation != self.generation {
            let audience = options.audience.as_deref().unwrap_or_default();
            let issuers: Vec<&str> = self.issuers.iter().map(Issuer::name).collect();
            let is_foreign = foreign_audiences(audience, &issuers).next().is_some();
            let is_wide =
                options.required_scopes.is_empty() && self.find(&trust, is_wide).is_some();
            let is_keyless = !options.verify_custom && self.find(&trust, is_keyless).is_some();
            if is_foreign || is_wide || is_keyless {
                return Err(Code::InvalidConfiguration);
            }
        }
        Ok(trust)
    }

    /// What a resource trusts, or authorization-server mode, which has none.
    pub(super) fn trust_of(&self, resource: Option<&str>) -> Option<Trust<'_>> {
        match (resource, &self.server) {
            (Some(resource), _) => {
                let resource = self.resources.find(resource)?;
                Some(Trust {
                    issuers: &resource.issuers,
                    hierarchy: &resource.hierarchy,
                })
            }
            (None, Some(_)) => Some(Trust {
                issuers: &[0],
                hierarchy: Hierarchy::FLAT,
            }),
            (None, None) => None,
        }
    }

    /// Everything that a gate can guard.
    pub(super) fn guarded(&self) -> Vec<Guarded<'_>> {
        let resources = self.resources.identifiers().into_iter().map(Some);
        let server = self.server.iter().map(|_| None);
        let all = resources.chain(server).map(|resource| {
            let trust = self.trust_of(resource);
            let find = |is| trust.as_ref().and_then(|trust| self.find(trust, is));
            Guarded {
                resource,
                wide_issuer: find(is_wide).map(Issuer::name),
                keyless_issuer: find(is_keyless).map(Issuer::name),
            }
        });
        all.collect()
    }

    /// The trusted issuer that has this name, and where it stands among the engine's.
    pub(super) fn issuer_named(
        &self,
        trust: &Trust<'_>,
        name: Text<'_>,
    ) -> Option<(usize, &Issuer)> {
        let mut issuers = trust
            .issuers
            .iter()
            .map(|&index| (index, &self.issuers[index]));
        issuers.find(|(_, issuer)| issuer.is_named(name))
    }

    fn find(&self, trust: &Trust<'_>, is: fn(&IssuerOptions) -> bool) -> Option<&Issuer> {
        let mut issuers = trust.issuers.iter().map(|&index| &self.issuers[index]);
        issuers.find(|issuer| is(issuer.options()))
    }
}

/// Other APIs share an audience of its tokens.
const fn is_wide(options: &IssuerOptions) -> bool {
    !options.wide_audience.is_empty()
}

/// Only the application can verify its tokens.
fn is_keyless(options: &IssuerOptions) -> bool {
    options.source == KeySource::Nowhere
}
