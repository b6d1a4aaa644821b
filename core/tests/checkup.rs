//! Replays `tests/vectors/checkup/cases.jsonl`. The runner holds no knowledge: what a case expects stands in it.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use mcpauth_core::{Checkup, Command, Fetch, Reply};
use serde_json::{Value, json};

const LISTS: [&str; 4] = ["errors", "warnings", "successes", "notes"];

#[test]
fn every_case_holds() {
    let world = read("world.json");
    let (mut names, mut failed) = (BTreeSet::new(), 0);
    for case in cases() {
        let name = case["name"].as_str().unwrap().to_owned();
        if let Err(why) = replay(&case, &world) {
            failed += 1;
            println!("{name}: {why}");
        }
        assert!(names.insert(name), "a name stands twice");
    }
    let passed = names.len() - failed;
    println!("checkup: {passed} passed, {failed} failed");
    assert_eq!(failed, 0);
}

/// What the table of the README says, each code in its list under the latest revision, is what the cases find.
#[test]
fn the_cases_find_the_whole_table_and_nothing_else() {
    let world = read("world.json");
    let mut found = BTreeSet::new();
    for case in cases() {
        if case["checkup"]["options"]["revision"].is_null() {
            let (checkup, _) = run(&case, &world);
            for (list, finding) in findings(&checkup) {
                found.insert(format!("{} {list}", finding["code"].as_str().unwrap()));
            }
        }
    }
    let documented = |path: &str| -> BTreeSet<String> {
        let text = fs::read_to_string(folder().join(path)).unwrap();
        let rows = text.lines().filter_map(|row| {
            let cells: Vec<_> = row.split('|').map(str::trim).collect();
            let [_, code, _, _, _, latest, _, _] = cells[..] else {
                return None;
            };
            let code = code.strip_prefix('`')?.strip_suffix('`')?;
            (latest != "-").then(|| format!("{code} {latest}"))
        });
        rows.collect()
    };
    let validation = documented("../README.md");
    let own: BTreeSet<String> = found.difference(&validation).cloned().collect();
    assert_eq!(own, documented("README.md"));
}

#[test]
fn the_report_of_a_good_server_is_this() {
    let (checkup, _) = run(&cases()[0], &read("world.json"));
    let report = fs::read_to_string(folder().join("report.txt")).unwrap();
    assert_eq!(checkup.report(false), report);
    let coloured = checkup.report(true);
    assert!(coloured.contains("\x1b[32mok      \x1b[0m asks_for_token"));
    let codes = ["0", "1", "31", "32", "33", "36"].map(|code| format!("\x1b[{code}m"));
    let plain = codes
        .iter()
        .fold(coloured, |text, code| text.replace(code, ""));
    assert_eq!(plain, report);
}

/// What a server sends is a stranger's: nothing of it may stop the engine.
#[test]
fn any_answer_is_survived() {
    let world = read("world.json");
    let mut state = 1_u64;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % below
    };
    let pieces = [
        "\"", "\\", "=", ",", " ", "\t", "Bearer", "\u{e9}", "\0", "[", "}", "https://", "://",
        "/", "?", "none",
    ];
    for case in cases() {
        for _ in 0..20 {
            let spoil = |text: &str, random: &mut dyn FnMut(usize) -> usize| {
                let mut characters: Vec<char> = text.chars().collect();
                for _ in 0..random(4) {
                    let at = random(characters.len() + 1);
                    characters.splice(at..at, pieces[random(pieces.len())].chars());
                    characters.remove(random(characters.len()));
                }
                Value::String(characters.into_iter().collect())
            };
            let mut spoiled = case.clone();
            let known = world["replies"].as_array().unwrap().clone();
            let replies = spoiled["replies"].as_array_mut().unwrap();
            replies.extend(known);
            for reply in replies.iter_mut().filter(|reply| reply["fail"] != true) {
                for pair in reply["headers"].as_array_mut().unwrap() {
                    pair[1] = spoil(pair[1].as_str().unwrap(), &mut random);
                }
                let body = match &reply["body"] {
                    Value::String(text) => text.clone(),
                    document => document.to_string(),
                };
                reply["body"] = spoil(&body, &mut random);
            }
            let (checkup, _) = run(&spoiled, &world);
            assert!(checkup.exit_status() <= 2);
            let report = checkup.report(false);
            assert!(
                report
                    .bytes()
                    .all(|byte| byte == b'\n' || (0x20..=0x7e).contains(&byte)),
                "{report}"
            );
            let _: Value = serde_json::from_str(&checkup.json()).unwrap();
        }
    }
}

#[test]
fn a_forged_token_names_a_key_and_expires_late() {
    let (_, asked) = run(&cases()[0], &read("world.json"));
    let tokens: Vec<&str> = asked
        .iter()
        .flat_map(|fetch| &fetch.headers)
        .filter_map(|(_, value)| value.strip_prefix("Bearer "))
        .collect();
    let part = |token: &str, index: usize| -> Value {
        let mut buffer = [0; 4096];
        let text = token.split('.').nth(index).unwrap();
        let bytes = mcpauth_core::base64url::decode(text.as_bytes(), &mut buffer).unwrap();
        serde_json::from_slice(bytes).unwrap()
    };
    let [unsigned, forged] = tokens[..] else {
        panic!("two tokens are sent")
    };
    assert_eq!(part(unsigned, 0)["alg"], "none");
    assert!(unsigned.ends_with('.'));
    let set: Value = serde_json::from_slice(
        &fs::read(folder().join("../../../ffi/tests/data/jwks.json")).unwrap(),
    )
    .unwrap();
    assert_eq!(part(forged, 0)["kid"], set["keys"][0]["kid"]);
    assert_eq!(part(forged, 1)["iss"], "https://as.example");
    assert_eq!(part(forged, 1)["aud"], "https://api.example/mcp");
}

#[test]
fn a_checkup_is_refused_by_name() {
    for (url, options, pointer) in [
        ("api.example", "{}", "/url"),
        ("http://api.example", "{}", "/url"),
        ("https://api.example/#x", "{}", "/url"),
        ("https://api.example", r#"{"kind": "client"}"#, "/kind"),
        (
            "https://api.example",
            r#"{"revision": "2024-11-05"}"#,
            "/revision",
        ),
        ("https://api.example", r#"{"colour": true}"#, "/colour"),
    ] {
        let error = Checkup::new(url, options).unwrap_err();
        assert_eq!(error.problems()[0].pointer, pointer, "{url} {options}");
    }
    assert!(Checkup::new("http://127.0.0.1:3001/mcp", "{}").is_ok());
}

#[test]
fn a_command_line_is_read_to_its_end_or_refused() {
    let check = |words: &[&str]| match Command::read(words) {
        Command::Check {
            url,
            options,
            json,
            colour,
        } => Ok((url, options, json, colour)),
        Command::Print(text) | Command::Refuse(text) => {
            Err(text.lines().next().unwrap().to_owned())
        }
    };
    let url = "https://as.example".to_owned();
    let all = [
        "check",
        "--json",
        "--as=server",
        "https://as.example",
        "--revision",
        "2025-06-18",
        "--no-colour",
    ];
    let options = r#"{"kind":"server","revision":"2025-06-18"}"#.to_owned();
    assert_eq!(check(&all), Ok((url.clone(), options, true, false)));
    assert_eq!(
        check(&["check", &url]),
        Ok((url, "{}".to_owned(), false, true))
    );
    for (words, text) in [
        (&["check"][..], "check needs the URL of a server"),
        (&[], "say what to do: check URL"),
        (
            &["chek", "x"],
            "chek is not a command; the command is check",
        ),
        (
            &["check", "https://a.example", "b"],
            "check takes one URL; b is another",
        ),
        (
            &["check", "https://a.example", "--revison", "x"],
            "--revison is not an option; did you mean --revision?",
        ),
        (
            &["check", "https://a.example", "-x"],
            "-x is not an option; the options are --revision, --as, --json, --no-colour, --help, --version",
        ),
        (
            &["check", "https://a.example", "--revision"],
            "--revision needs a value",
        ),
        (
            &["check", "https://a.example", "--json=1"],
            "--json takes no value",
        ),
        (
            &["check", "https://a.example", "--as", "client"],
            "--as must be server or resource",
        ),
        (
            &["check", "https://a.example", "--as=server", "--as=server"],
            "--as stands twice",
        ),
        (
            &["check", "http://a.example"],
            "the URL must be an absolute URL that begins with https://",
        ),
    ] {
        assert_eq!(check(words), Err(text.to_owned()));
    }
    assert!(
        matches!(Command::read(&["--version"]), Command::Print(text) if text.starts_with("mcpauth "))
    );
    assert!(matches!(
        Command::read(&["check", "--help"]),
        Command::Print(_)
    ));
    let json: Value = serde_json::from_str(&Command::read::<&str>(&[]).to_json()).unwrap();
    assert_eq!(
        json["error"],
        "say what to do: check URL\nTry: mcpauth --help\n"
    );
}

fn replay(case: &Value, world: &Value) -> Result<(), String> {
    let (checkup, asked) = run(case, world);
    let expected = &case["expect"];
    let seen: Value = serde_json::from_str(&checkup.json()).unwrap();
    if json!(checkup.exit_status()) != expected["exit_status"] {
        return Err(format!("exit status {}: {seen}", checkup.exit_status()));
    }
    let subjects = seen["subjects"].as_array().unwrap();
    let wanted = expected["subjects"].as_array().unwrap();
    let named = |list: &[Value]| -> Vec<Value> {
        list.iter()
            .map(|one| json!([one["kind"], one["url"]]))
            .collect()
    };
    if named(subjects) != named(wanted) {
        return Err(format!("subjects {:?}", named(subjects)));
    }
    for (subject, wanted) in subjects.iter().zip(wanted) {
        for list in LISTS.iter().filter(|list| wanted.get(**list).is_some()) {
            let codes: Vec<&Value> = subject[list]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| &one["code"])
                .collect();
            if json!(codes) != wanted[*list] {
                return Err(format!("{} {list}: {codes:?}", subject["kind"]));
            }
        }
    }
    let all: Vec<(String, Value)> = findings(&checkup);
    for (code, text) in expected["seen"].as_object().into_iter().flatten() {
        let finding = all.iter().find(|(_, one)| one["code"] == **code).unwrap();
        if finding.1["seen"] != *text {
            return Err(format!("{code}: seen {}", finding.1["seen"]));
        }
    }
    for (code, places) in expected["pointers"].as_object().into_iter().flatten() {
        let pointers: Vec<&Value> = all
            .iter()
            .filter(|(_, one)| one["code"] == **code)
            .map(|(_, one)| &one["pointer"])
            .collect();
        if json!(pointers) != *places {
            return Err(format!("{code}: at {pointers:?}"));
        }
    }
    if let Some(asks) = expected["asks"].as_array() {
        let same = asks.len() == asked.len()
            && asks.iter().zip(&asked).all(|(ask, fetch)| {
                ask[0] == fetch.method && fits(ask[1].as_str().unwrap(), &fetch.url)
            });
        if !same {
            let asked: Vec<_> = asked.iter().map(|one| (one.method, &one.url)).collect();
            return Err(format!("asked {asked:?}"));
        }
    }
    Ok(())
}

/// The checkup at its end, and everything it asked for.
fn run(case: &Value, world: &Value) -> (Checkup, Vec<Fetch>) {
    let input = &case["checkup"];
    let options = input["options"].to_string();
    let mut checkup = Checkup::new(input["url"].as_str().unwrap(), &options).unwrap();
    let mut asked = Vec::new();
    while let Some(fetch) = checkup.ask() {
        assert!(!checkup.step().is_empty() && asked.len() < 20);
        let replies = case["replies"].as_array().unwrap().iter();
        let reply = replies
            .chain(world["replies"].as_array().unwrap())
            .find(|reply| answers(reply, &fetch));
        supply(&mut checkup, reply);
        asked.push(fetch);
    }
    (checkup, asked)
}

fn answers(reply: &Value, fetch: &Fetch) -> bool {
    let method = reply["method"].as_str().unwrap();
    let with = reply["with"].as_array().into_iter().flatten();
    fits(method, fetch.method)
        && fits(reply["url"].as_str().unwrap(), &fetch.url)
        && with
            .clone()
            .all(|name| fetch.headers.iter().any(|(one, _)| *name == **one))
}

/// A star at the end stands for anything.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => text.starts_with(start),
        None => text == pattern,
    }
}

fn supply(checkup: &mut Checkup, reply: Option<&Value>) {
    let nothing = json!({"status": 404, "headers": [], "body": ""});
    let reply = reply.unwrap_or(&nothing);
    if reply["fail"] == true {
        return checkup.supply(Reply::Failed);
    }
    let headers: Vec<(String, Vec<u8>)> = reply["headers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| {
            let value = pair[1]
                .as_str()
                .unwrap()
                .chars()
                .map(|one| u32::from(one) as u8);
            (pair[0].as_str().unwrap().to_owned(), value.collect())
        })
        .collect();
    let headers: Vec<(&[u8], &[u8])> = headers
        .iter()
        .map(|(name, value)| (name.as_bytes(), value.as_slice()))
        .collect();
    let body = match &reply["body"] {
        Value::String(text) => text.clone(),
        document => document.to_string(),
    };
    let status = reply["status"].as_u64().unwrap() as u16;
    checkup.supply(Reply::Document {
        status,
        headers: &headers,
        body: body.as_bytes(),
    });
}

/// Every finding with its list.
fn findings(checkup: &Checkup) -> Vec<(String, Value)> {
    let seen: Value = serde_json::from_str(&checkup.json()).unwrap();
    let mut all = Vec::new();
    for subject in seen["subjects"].as_array().unwrap() {
        for list in LISTS {
            let findings = subject[list].as_array().unwrap().iter();
            all.extend(findings.map(|finding| (list.to_owned(), finding.clone())));
        }
    }
    all
}

fn cases() -> Vec<Value> {
    let text = fs::read_to_string(folder().join("cases.jsonl")).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn read(name: &str) -> Value {
    serde_json::from_slice(&fs::read(folder().join(name)).unwrap()).unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/checkup")
}
