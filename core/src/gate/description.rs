//! The policy of a gate in words.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::algorithm::Algorithm;
use crate::configuration::gate::GateOptions;

impl GateOptions {
    /// The policy in force, in one line, for the operator.
    pub(super) fn describe(&self, issuers: &str) -> String {
        let options = self;
        let audience = match &options.audience {
            Some(values) if values.is_empty() => "not expected".into(),
            Some(values) => values.join(" or "),
            None => "ANY (the audience check is switched off)".into(),
        };
        let scopes = match options.required_scopes.as_slice() {
            [] => "none".into(),
            scopes => scopes.join(" "),
        };
        let operations = match (options.operations.len(), options.deny_undeclared) {
            (0, false) => String::new(),
            (count, deny) => {
                format!(
                    "; operations: {count} methods declared, others {}",
                    if deny {
                        "refused"
                    } else {
                        "need the scopes above"
                    }
                )
            }
        };
        let guarded = options.resource.as_deref();
        let guarded = guarded.unwrap_or("authorization-server mode");
        let mut line = format!(
            "{guarded}: audience {audience}; scopes {scopes}; leeway {} s; issuers {issuers}{operations}",
            options.leeway
        );
        if let Some(algorithms) = options.algorithms {
            let names: Vec<&str> = algorithms.iter().map(Algorithm::name).collect();
            line += &format!("; algorithms {}", names.join(" "));
        }
        if options.strict_type {
            line += "; typ at+jwt only";
        }
        if options.verify_custom {
            line += "; tokens are verified by the application";
        }
        if options.report_only {
            line += "; REPORT ONLY: nothing is refused";
        }
        line
    }
}
