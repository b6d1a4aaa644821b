//! What is kept: bytes on the heap for an engine, a key and a remembered token.

use serde_json::json;

use crate::cases::Cases;
use crate::heap::held;
use crate::ours::{self, Named, PORTABLE, Server, bearer};
use crate::write;

/// Writes a row for each.
pub(crate) fn weigh(cases: &Cases) {
    let Named { name, provider } = PORTABLE;
    for algorithm in &cases.algorithms {
        let before = held();
        let key = ours::prepare(provider, &algorithm.tokens[0]);
        let decoded = held() - before;
        key.tabulate();
        let tables = held() - before - decoded;
        drop(key);
        report(
            &format!("key, {}, {name}", algorithm.name),
            decoded,
            &format!("and {tables} for its tables"),
        );
    }
    let before = held();
    let mut server = Server::remembering(cases, provider);
    let keys: usize = cases.algorithms.iter().map(|one| one.keys()).sum();
    report(
        "engine",
        held() - before,
        &format!("with a gate and {keys} keys"),
    );
    let tokens = &cases.algorithm("ES256").tokens;
    let before = held();
    if tokens
        .iter()
        .all(|token| server.remember(&bearer(token.token.as_bytes())))
    {
        let each = (held() - before) / tokens.len();
        report(
            "remembered token",
            each,
            &format!("of {} bytes", tokens[0].token.len()),
        );
    }
}

fn report(what: &str, bytes: usize, remark: &str) {
    write(json!({"group": "memory", "what": what, "bytes": bytes, "remark": remark}));
}
