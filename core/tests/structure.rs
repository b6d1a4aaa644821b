//! Holds the modules to their order: each uses only those that stand before it in this list.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::fs;
use std::path::{Path, PathBuf};

/// Extend it before you write the module.
const ORDER: &str = "
    error error_text limits time
    base64url json url request credentials
    algorithm spki jws header jwk payload
    signature
    claims challenge policy token
    operation
    metadata auth_info event remembered answer cors
    authorization_server hierarchy configuration verdict presets discovery validation
    slot tables keys remote issuer_keys issuer jwt_verifier
    cache resources sessions gate engine
    checkup
";

#[test]
fn a_module_uses_only_modules_before_it() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let library = fs::read_to_string(source.join("lib.rs")).unwrap();
    let order: Vec<&str> = ORDER.split_whitespace().collect();
    let mut declared: Vec<&str> = library.lines().filter_map(declared_module).collect();
    let mut listed = order.clone();
    declared.sort_unstable();
    listed.sort_unstable();
    assert_eq!(
        listed, declared,
        "the list and lib.rs name different modules"
    );
    let mut wrong = Vec::new();
    for (position, module) in order.iter().enumerate() {
        for file in files_of(&source, module) {
            let text = fs::read_to_string(&file).unwrap();
            for used in text.split("crate::").skip(1).map(first_word) {
                match order.iter().position(|other| *other == used) {
                    Some(other) if other <= position => {}
                    _ => wrong.push(format!("{module} uses {used} ({})", file.display())),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The name in `mod name;` or `pub mod name;`.
fn declared_module(line: &str) -> Option<&str> {
    line.trim_start_matches("pub ")
        .strip_prefix("mod ")?
        .strip_suffix(';')
}

fn first_word(text: &str) -> &str {
    let end = text
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    &text[..end]
}

/// `module.rs` and everything in the folder `module`, folders in it included.
fn files_of(source: &Path, module: &str) -> Vec<PathBuf> {
    let mut files = vec![source.join(format!("{module}.rs"))];
    let mut folders = vec![source.join(module)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            let list = if path.is_dir() {
                &mut folders
            } else {
                &mut files
            };
            list.push(path);
        }
    }
    files
}
