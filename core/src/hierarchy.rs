//! Broad scopes, and the narrower ones that each implies.

use alloc::string::String;
use alloc::vec::Vec;

use crate::policy::missing_scopes;

/// The scope hierarchy of a resource: broad scopes with the narrower ones that each implies.
pub(crate) struct Hierarchy(pub(crate) Vec<(String, Vec<String>)>);

impl Hierarchy {
    /// No scope implies another.
    pub(crate) const FLAT: &'static Self = &Self(Vec::new());

    /// Those of the scopes that are neither held nor implied by one that is.
    pub(crate) fn missing<'s>(&self, held: &[String], scopes: &'s [String]) -> Vec<&'s str> {
        if scopes.iter().all(|scope| held.contains(scope)) {
            return Vec::new();
        }
        let granted = self.with_implied(held);
        missing_scopes(scopes, |scope| granted.contains(&scope)).collect()
    }

    /// The scopes with all narrower ones that they imply, by any number of steps (MCP authorization, Step-Up
    /// Authorization Flow: hierarchies must be accounted for).
    fn with_implied<'s>(&'s self, scopes: &'s [String]) -> Vec<&'s str> {
        let mut granted: Vec<&str> = scopes.iter().map(String::as_str).collect();
        let mut next = 0;
        while let Some(&scope) = granted.get(next) {
            for (_, narrow) in self.0.iter().filter(|(broad, _)| broad == scope) {
                for implied in narrow {
                    if !granted.contains(&implied.as_str()) {
                        granted.push(implied);
                    }
                }
            }
            next += 1;
        }
        granted
    }
}
