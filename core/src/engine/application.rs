//! What an application asks about a caller whom its gate has let pass.

use alloc::string::String;
use alloc::vec::Vec;

use super::Engine;
use crate::answer::Response;
use crate::gate::Gate;
use crate::request::Request;

impl Engine {
    /// The refusal of a caller who does not hold these scopes, for the application to send; `None` where all are held.
    /// The challenge names them beside those of the gate (RFC 6750 section 3.1, MCP authorization: Step-Up). `held` is
    /// `None` for an anonymous caller.
    pub fn require(
        &self,
        gate: &Gate,
        request: &Request<'_>,
        held: Option<&[String]>,
        scopes: &[String],
    ) -> Option<Response> {
        match self.trust(gate) {
            Ok(trust) => gate.require(request, held, scopes, trust.hierarchy),
            Err(_) => Some(gate.failure(request)),
        }
    }

    /// Those of the names that a caller with these scopes may use under a method, for the filtering of lists; `held` is
    /// `None` for an anonymous caller.
    pub fn visible<'n>(
        &self,
        gate: &Gate,
        held: Option<&[String]>,
        method: &str,
        names: &'n [String],
    ) -> Vec<&'n str> {
        match self.trust(gate) {
            Ok(trust) => gate.visible(held, method, names, trust.hierarchy),
            Err(_) => Vec::new(),
        }
    }
}
