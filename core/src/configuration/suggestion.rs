//! "Did you mean": the known name that a misspelled one is nearest to.

use alloc::string::String;
use alloc::vec::Vec;

/// The nearest known name, if one is near enough to have been meant.
pub(crate) fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let plain = |text: &str| -> String {
        text.chars()
            .filter(|character| *character != '_')
            .map(|character| character.to_ascii_lowercase())
            .collect()
    };
    let name = plain(name);
    known
        .iter()
        .map(|candidate| (distance(&name, &plain(candidate)), *candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len() / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The edit distance of Levenshtein, of names cut to a sane length.
fn distance(one: &str, two: &str) -> usize {
    let two: Vec<char> = two.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=two.len()).collect();
    for (i, from) in one.chars().take(64).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in two.iter().enumerate() {
            let substituted = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[two.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_a_stranger_is_not() {
        let known = ["required_scopes", "audience", "leeway"];
        assert_eq!(nearest("requiredScopes", &known), Some("required_scopes"));
        assert_eq!(nearest("audiense", &known), Some("audience"));
        assert_eq!(nearest("clock_tolerance", &known), None);
    }
}
