//! The tokens that the vectors expect to pass, each with the engine and the gate that let it in.

use std::fs;
use std::path::Path;

use mcpauth_core::{Answer, Code, Engine, Gate, Portable, Request, Time};
use serde_json::Value;

/// A good token, and who judges it.
pub(crate) struct Accepted {
    engine: Engine,
    gate: Gate,
    pub(crate) token: String,
    now: Time,
}

impl Accepted {
    /// Every such token of a file of vectors.
    pub(crate) fn of_file(name: &str) -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
        let text = fs::read_to_string(folder.join(name)).unwrap();
        text.lines()
            .flat_map(|line| Self::of_vector(&serde_json::from_str(line).unwrap()))
            .collect()
    }

    fn of_vector(vector: &Value) -> Vec<Self> {
        let (Some(gate), Some(steps)) = (vector.get("gate"), vector["steps"].as_array()) else {
            return Vec::new();
        };
        let expected = steps
            .iter()
            .filter(|step| step["expect"].get("allow").is_some());
        let accepted = expected.filter_map(|step| {
            let credential = step["ask"]["headers"][0][1].as_str()?;
            let engine = Engine::new(&vector["configuration"].to_string(), &Portable).unwrap();
            let gate = engine.gate(&gate.to_string()).unwrap();
            Some(Self {
                engine,
                gate,
                token: credential.strip_prefix("Bearer ")?.trim().to_owned(),
                now: Time::from_unix_seconds(step["now"].as_u64()?),
            })
        });
        accepted
            .filter(|one| one.judge(&one.token).is_ok())
            .collect()
    }

    /// The algorithm that the token is signed with, or why another text in its place is refused.
    pub(crate) fn judge(&self, token: &str) -> Result<&'static str, Code> {
        let credential = format!("Bearer {token}");
        let headers: &[(&[u8], &[u8])] = &[(b"authorization", credential.as_bytes())];
        let request = Request {
            method: "GET",
            target: "/",
            headers,
            body: None,
        };
        match self.engine.check(&self.gate, &request, self.now) {
            Answer::Allow(allow) => Ok(allow.event.algorithm.unwrap_or_default()),
            Answer::Respond(response) => Err(response.code.unwrap()),
            answer => panic!("these vectors need nothing more, but got {answer:?}"),
        }
    }
}
