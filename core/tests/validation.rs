//! Replays `tests/vectors/validation/cases.jsonl`. The runner holds no knowledge: what a case expects stands in it.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use mcpauth_core::{MetadataKind, Revision, metadata_problems, problems_to_json, validate};
use serde_json::Value;

const LISTS: [&str; 4] = ["errors", "warnings", "successes", "notes"];
const REVISIONS: [&str; 4] = ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];

#[test]
fn every_case_holds() {
    let (mut names, mut failed) = (BTreeSet::new(), 0);
    for case in cases() {
        let name = case["name"].as_str().unwrap().to_owned();
        if let Err(why) = replay(&case) {
            failed += 1;
            println!("{name}: {why}");
        }
        assert!(names.insert(name), "a name stands twice");
    }
    let passed = names.len() - failed;
    println!("validation: {passed} passed, {failed} failed");
    assert_eq!(failed, 0);
    assert!(passed >= 200, "only {passed} cases were found");
}

/// What the table of the README says, each code in its list under each revision, is what the cases expect.
#[test]
fn the_cases_reach_the_whole_table_and_nothing_else() {
    let mut reached = BTreeSet::new();
    for case in cases() {
        let revision = case["validate"]["revision"].as_str().unwrap();
        for list in LISTS {
            for code in case["expect"][list].as_array().unwrap() {
                reached.insert(format!("{} {revision} {list}", code.as_str().unwrap()));
            }
        }
    }
    let readme = fs::read_to_string(folder().join("README.md")).unwrap();
    let mut table = BTreeSet::new();
    for row in readme.lines() {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let [_, code, lists @ .., _, _] = &cells[..] else {
            continue;
        };
        let is_row = lists.len() == REVISIONS.len()
            && lists
                .iter()
                .all(|list| *list == "-" || LISTS.contains(list));
        for (revision, list) in REVISIONS.iter().zip(lists).filter(|_| is_row) {
            if *list != "-" {
                table.insert(format!("{} {revision} {list}", code.trim_matches('`')));
            }
        }
    }
    assert_eq!(reached, table);
}

#[test]
fn a_revision_has_the_name_of_its_day() {
    for (revision, name) in [
        Revision::V2025_03_26,
        Revision::V2025_06_18,
        Revision::V2025_11_25,
        Revision::V2026_07_28,
    ]
    .into_iter()
    .zip(REVISIONS)
    {
        assert_eq!(Revision::from_name(name), Some(revision));
    }
    assert_eq!(Revision::ALL.map(Revision::name), REVISIONS);
    assert_eq!(Revision::from_name("2024-11-05"), None);
    assert_eq!(Revision::from_name(""), None);
    assert_eq!(Revision::chosen(None), Ok(Revision::V2026_07_28));
    let error = Revision::chosen(Some("latest")).unwrap_err();
    assert_eq!(error.problems()[0].pointer, "/revision");
}

#[test]
fn a_metadata_document_has_members_of_the_right_type() {
    let pointers = |kind: &str, metadata: &str| -> Vec<String> {
        let kind = MetadataKind::from_name(kind).unwrap();
        let problems = metadata_problems(kind, metadata);
        let json: Value = serde_json::from_str(&problems_to_json(&problems)).unwrap();
        assert_eq!(json.as_array().unwrap().len(), problems.len());
        problems.into_iter().map(|one| one.pointer).collect()
    };
    let cases = [
        (
            "authorization_server",
            r#"{"issuer": "https://as.example", "authorization_endpoint": "a", "token_endpoint": "t",
                "response_types_supported": ["code"], "scopes_supported": null, "own": 1}"#,
            vec![],
        ),
        (
            "authorization_server",
            r#"{"issuer": 1, "authorization_endpoint": "a", "response_types_supported": ["code", 2]}"#,
            vec!["/issuer", "/token_endpoint", "/response_types_supported/1"],
        ),
        (
            "protected_resource",
            r#"{"resource": "https://api.example/mcp", "authorization_servers": ["https://as.example"],
                "scopes_supported": null, "resource_name": "Notes", "own": 1}"#,
            vec![],
        ),
        (
            "protected_resource",
            r#"{"authorization_servers": "https://as.example", "scopes_supported": ["a b"],
                "dpop_bound_access_tokens_required": "yes"}"#,
            vec![
                "/resource",
                "/authorization_servers",
                "/scopes_supported/0",
                "/dpop_bound_access_tokens_required",
            ],
        ),
        (
            "protected_resource",
            r#"{"resource": "urn:x"}"#,
            vec!["/resource"],
        ),
        ("protected_resource", "[]", vec![""]),
    ];
    for (kind, metadata, expected) in cases {
        assert_eq!(pointers(kind, metadata), expected, "{metadata}");
    }
    let error = MetadataKind::from_name("client").unwrap_err();
    assert_eq!(error.problems()[0].pointer, "/kind");
}

fn replay(case: &Value) -> Result<(), String> {
    let (input, expected) = (&case["validate"], &case["expect"]);
    let revision = Revision::from_name(input["revision"].as_str().unwrap()).unwrap();
    let findings = validate(
        &document(&input["metadata"]),
        revision,
        input["issuer"].as_str(),
    );
    let seen: Value = serde_json::from_str(&findings.to_json()).unwrap();
    if seen["is_valid"] != expected["is_valid"] {
        return Err(format!("is_valid is {}: {seen}", seen["is_valid"]));
    }
    for list in LISTS {
        let found = seen[list].as_array().unwrap();
        let codes: Value = found
            .iter()
            .map(|finding| finding["code"].clone())
            .collect();
        if codes != expected[list] {
            return Err(format!("{list}: expected {}, saw {codes}", expected[list]));
        }
        if let Some(finding) = found.iter().find(|finding| !is_told_well(finding)) {
            return Err(format!("not a finding for people: {finding}"));
        }
    }
    for (code, pointers) in expected["pointers"].as_object().into_iter().flatten() {
        let places: Value = ["errors", "warnings", "notes"]
            .iter()
            .flat_map(|list| seen[list].as_array().unwrap())
            .filter(|finding| finding["code"] == **code)
            .map(|finding| finding["pointer"].clone())
            .collect();
        if places != *pointers {
            return Err(format!("{code}: expected it at {pointers}, saw {places}"));
        }
    }
    Ok(())
}

/// A finding has a description and, unless it is about the whole document, a place.
fn is_told_well(finding: &Value) -> bool {
    let has_text = finding["description"]
        .as_str()
        .is_some_and(|text| text.len() > 10);
    has_text && (finding["pointer"].is_string() || finding["code"] == "server_metadata_valid")
}

/// An object is a document; a string stands as it is; an array is pieces, one behind the other.
fn document(metadata: &Value) -> String {
    match metadata {
        Value::String(text) => text.clone(),
        Value::Array(pieces) => pieces
            .iter()
            .map(
                |piece| match (piece["repeat"].as_str(), piece["times"].as_u64()) {
                    (Some(text), Some(times)) => text.repeat(times as usize),
                    _ => piece.as_str().unwrap().to_owned(),
                },
            )
            .collect(),
        object => object.to_string(),
    }
}

fn cases() -> Vec<Value> {
    let text = fs::read_to_string(folder().join("validation/cases.jsonl")).unwrap();
    let cases = text.lines().map(|line| serde_json::from_str(line).unwrap());
    cases.collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors")
}
