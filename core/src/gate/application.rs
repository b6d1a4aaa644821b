//! What an application asks of its gate beside the check of a request: scopes that it demands itself, refusals of its
//! own, and which operations a caller may see.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Details, Gate, Refusal, Rule, check_scopes};
use crate::answer::{Response, all_scopes};
use crate::challenge::is_scope_token;
use crate::cors::Sharing;
use crate::error::Code;
use crate::hierarchy::Hierarchy;
use crate::json::Quoted;
use crate::operation::Operation;
use crate::request::Request;

/// These answer the application itself, so they stand where the gate only reports too.
impl Gate {
    pub(crate) fn require(
        &self,
        request: &Request<'_>,
        held: Option<&[String]>,
        scopes: &[String],
        hierarchy: &Hierarchy,
    ) -> Option<Response> {
        if let Some(scope) = scopes.iter().find(|scope| !is_scope_token(scope)) {
            let problem = Some(format!("{} is not one scope", Quoted(scope)));
            return Some(self.application_failure(request, problem));
        }
        let all = all_scopes(&self.options.required_scopes, scopes);
        let refusal = match held {
            Some(_) => check_scopes(held, scopes, &all, hierarchy).err()?,
            None if scopes.is_empty() => return None,
            None => Refusal::with(
                Code::MissingAuthorization,
                Details {
                    scopes: Some(all),
                    ..Details::default()
                },
            ),
        };
        Some(self.refuse(refusal, self.sharing_of(request)))
    }

    /// The answer to a request that the application's own policy refuses: 403 without a challenge, because no token
    /// would help.
    pub fn deny(&self, request: &Request<'_>) -> Response {
        self.refuse(Code::NotPermitted.into(), self.sharing_of(request))
    }

    /// The answer to a request that the application could not judge, because a function of its own failed.
    pub fn failure(&self, request: &Request<'_>) -> Response {
        self.application_failure(request, None)
    }

    pub(crate) fn visible<'n>(
        &self,
        held: Option<&[String]>,
        method: &str,
        names: &'n [String],
        hierarchy: &Hierarchy,
    ) -> Vec<&'n str> {
        let is_visible = |name: &&str| {
            let operation = Operation::named(method, name);
            let demand = self.union([Ok(operation)].into_iter());
            demand.is_ok_and(|demand| match (demand.scopes, held) {
                (None, _) => true,
                (Some(scopes), Some(held)) => hierarchy.missing(held, &scopes).is_empty(),
                (Some(_), None) => false,
            })
        };
        let names = names.iter().map(String::as_str);
        names
            .filter(|name| self.options.report_only || is_visible(name))
            .collect()
    }

    /// Every tool, prompt and resource that `operations` names, each with its method.
    pub fn declared(&self) -> Vec<(&str, &str)> {
        let mut declared = Vec::new();
        for (method, rule) in &self.options.operations {
            if let Rule::Named(named) = rule {
                declared.extend(named.iter().map(|(name, _)| (&method[..], &name[..])));
            }
        }
        declared
    }

    pub(crate) fn application_failure(
        &self,
        request: &Request<'_>,
        problem: Option<String>,
    ) -> Response {
        let details = Details {
            problem,
            ..Details::default()
        };
        let refusal = Refusal::with(Code::ApplicationFailure, details);
        self.refuse(refusal, self.sharing_of(request))
    }

    /// The request has passed the gate, so its origin was judged.
    fn sharing_of<'r>(&self, request: &Request<'r>) -> Sharing<'r> {
        self.sharing(request).unwrap_or(Sharing::Unsaid)
    }
}
