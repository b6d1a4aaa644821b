//! What is expected of each vector of a set, and what came.

use std::collections::{BTreeMap, HashSet};
use std::io::{Write, stdout};

use serde_json::Value;

/// The verdicts on one set, held against its labels and the entries of `exceptions.json`.
pub(crate) struct Ledger {
    set: String,
    /// Labels that are wrong: whether the vector is valid in truth.
    labels: BTreeMap<u64, bool>,
    /// Where we differ from a right label: whether we accept.
    exceptions: BTreeMap<u64, bool>,
    seen: HashSet<u64>,
    accepted: usize,
    notes: usize,
    wrong: Vec<String>,
}

impl Ledger {
    pub(crate) fn open(set: &str) -> Self {
        Self {
            set: set.to_owned(),
            labels: entries("labels", set, "valid"),
            exceptions: entries("exceptions", set, "accepted"),
            seen: HashSet::new(),
            accepted: 0,
            notes: 0,
            wrong: Vec::new(),
        }
    }

    /// Whether a vector is valid: what its label says, unless that is wrong.
    pub(crate) fn is_valid(&mut self, vector: u64, label: bool) -> bool {
        match self.labels.remove(&vector) {
            None => label,
            Some(truth) => {
                if truth == label {
                    self.fail(vector, "its label needs no correction");
                }
                self.notes += 1;
                truth
            }
        }
    }

    /// Takes the verdict on a vector.
    pub(crate) fn enter(&mut self, vector: u64, is_valid: bool, is_accepted: bool) {
        if !self.seen.insert(vector) {
            self.fail(vector, "is there twice");
        }
        self.accepted += usize::from(is_accepted);
        let expected = match self.exceptions.remove(&vector) {
            None => is_valid,
            Some(ours) => {
                if ours == is_valid {
                    self.fail(vector, "is no exception");
                }
                self.notes += 1;
                ours
            }
        };
        if is_accepted != expected {
            let verdict = if is_accepted { "accepted" } else { "refused" };
            self.fail(vector, &format!("was {verdict}"));
        }
    }

    /// Notes what is wrong with a vector.
    pub(crate) fn fail(&mut self, vector: u64, what: &str) {
        self.wrong.push(format!("{} {vector}: {what}", self.set));
    }

    /// Prints the counts; returns how many vectors there were, and adds what was wrong.
    pub(crate) fn close(mut self, wrong: &mut Vec<String>) -> usize {
        let unused: Vec<u64> = self
            .labels
            .keys()
            .chain(self.exceptions.keys())
            .copied()
            .collect();
        for vector in unused {
            self.fail(vector, "is an entry of exceptions.json, but no vector");
        }
        let (count, accepted) = (self.seen.len(), self.accepted);
        say(&format!(
            "wycheproof {}: {count} vectors, {accepted} accepted, {} refused; {} by an entry of exceptions.json; {} wrong",
            self.set,
            count - accepted,
            self.notes,
            self.wrong.len()
        ));
        wrong.append(&mut self.wrong);
        count
    }
}

/// The entries of one list for one set: from the number of a vector to whether its `verdict` is `positive`.
fn entries(list: &str, set: &str, positive: &str) -> BTreeMap<u64, bool> {
    let file = file();
    let of_set = file[list]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["set"] == set);
    of_set
        .flat_map(|entry| {
            let vectors = entry["vectors"].as_array().unwrap();
            vectors
                .iter()
                .map(|vector| (vector.as_u64().unwrap(), entry["verdict"] == positive))
        })
        .collect()
}

fn file() -> Value {
    serde_json::from_str(include_str!("exceptions.json")).unwrap()
}

/// Prints even when the test passes: the harness only holds back what `println!` prints.
pub(crate) fn say(line: &str) {
    let line = format!("{line}\n");
    stdout().write_all(line.as_bytes()).unwrap();
}

#[test]
fn every_entry_names_a_set_that_is_run_and_a_reason() {
    let sets: Vec<&str> = crate::jose::SETS
        .into_iter()
        .chain(crate::primitives::sets())
        .collect();
    let file = file();
    for (list, verdicts) in [
        ("labels", ["valid", "invalid"]),
        ("exceptions", ["accepted", "refused"]),
    ] {
        for entry in file[list].as_array().unwrap() {
            let text = |name: &str| entry[name].as_str().unwrap();
            assert!(sets.contains(&text("set")), "{entry}");
            assert!(verdicts.contains(&text("verdict")), "{entry}");
            assert!(text("why").len() > 20, "{entry}");
        }
    }
}
