//! The metadata documents that an engine serves.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::Engine;
use crate::answer::{Answer, Refusal, Style};
use crate::configuration::resources::ServerOptions;
use crate::cors::Sharing;
use crate::error::Code;
use crate::json::Unspaced;
use crate::metadata::SERVER_WELL_KNOWN;
use crate::remote::Document;
use crate::request::Request;
use crate::resources::{document_request, document_response};
use crate::time::Time;

impl Engine {
    /// The paths under which metadata documents are served, for a host that lists its routes.
    pub fn metadata_paths(&self) -> Vec<String> {
        match self.server {
            Some(_) => vec![SERVER_WELL_KNOWN.to_owned()],
            None => self.resources.metadata_paths(),
        }
    }

    /// Answers a request for a metadata document; `None` for any other request. It is never behind a gate. That of a
    /// resource (RFC 9728 section 3) is known; that of the server, in authorization-server mode, may have to be fetched.
    pub fn metadata(&self, request: &Request<'_>, now: Time) -> Option<Answer> {
        if let Some(server) = &self.server {
            return self.server_metadata(server, request, now);
        }
        let resource = self.resources.asked_for(request)?;
        let servers: Vec<&str> = resource
            .issuers
            .iter()
            .map(|&index| self.issuers[index].name())
            .collect();
        Some(Answer::Respond(match document_request(request)? {
            Ok(()) => document_response(request, resource.metadata(&servers)),
            Err(preflight) => preflight,
        }))
    }

    /// The server's own metadata (RFC 8414 section 3.2), as it was given or fetched. A server of which only the keys
    /// are known has none.
    fn server_metadata(
        &self,
        server: &ServerOptions,
        request: &Request<'_>,
        now: Time,
    ) -> Option<Answer> {
        if request.path() != SERVER_WELL_KNOWN {
            return None;
        }
        let document = match &server.metadata {
            Some(given) => Document::Known(given),
            None => self.issuers.first()?.document(now)?,
        };
        if let Err(preflight) = document_request(request)? {
            return Some(Answer::Respond(preflight));
        }
        Some(match document {
            Document::Known(text) => {
                Answer::Respond(document_response(request, Unspaced(text).to_string()))
            }
            Document::Fetch(fetch) => Answer::Fetch(fetch),
            Document::Unavailable { retry_after } => {
                let refusal = Refusal::for_now(Code::MetadataUnavailable, retry_after);
                let mut response = refusal.response(Style::default());
                Sharing::Any.add_to(&mut response.headers);
                Answer::Respond(response)
            }
        })
    }
}
