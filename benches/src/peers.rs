//! The peers: libraries of signatures, each as one candidate of a race, and libraries of whole tokens.
//!
//! Each gets its key parsed beforehand, as far as it offers that, and what it verifies in the form that it wants.

use crate::cases::Algorithm;
use crate::race::Candidate;

#[cfg(feature = "aws-lc-rs")]
mod aws_lc;
#[cfg(feature = "graviola")]
mod graviola;
#[cfg(feature = "jsonwebtoken")]
mod jsonwebtoken;
#[cfg(feature = "jwt-simple")]
mod jwt_simple;
#[cfg(feature = "openssl")]
mod openssl;
#[cfg(feature = "ring")]
mod ring;

use crate::cases::Cases;

/// Those that verify signatures of an algorithm.
#[cfg_attr(
    not(any(
        feature = "aws-lc-rs",
        feature = "graviola",
        feature = "openssl",
        feature = "ring"
    )),
    expect(unused_variables, reason = "there are none")
)]
pub(crate) fn signatures(algorithm: &Algorithm) -> Vec<Candidate<'_>> {
    #[allow(unused_mut, reason = "there may be none")]
    let mut all = Vec::new();
    #[cfg(feature = "openssl")]
    all.extend(openssl::candidates(algorithm));
    #[cfg(feature = "aws-lc-rs")]
    all.push(aws_lc::candidate(algorithm));
    #[cfg(feature = "ring")]
    all.push(ring::candidate(algorithm));
    #[cfg(feature = "graviola")]
    all.extend(graviola::candidate(algorithm));
    all
}

/// OpenSSL alone: what shares of its time are taken of.
#[cfg(feature = "openssl")]
pub(crate) fn yardstick(algorithm: &Algorithm) -> Vec<Candidate<'_>> {
    openssl::candidates(algorithm)
}

/// OpenSSL alone, where it was not built.
#[cfg(not(feature = "openssl"))]
pub(crate) fn yardstick(_: &Algorithm) -> Vec<Candidate<'_>> {
    Vec::new()
}

/// Those that verify whole tokens.
#[cfg_attr(
    not(any(feature = "jsonwebtoken", feature = "jwt-simple")),
    expect(unused_variables, reason = "there are none")
)]
pub(crate) fn tokens<'c>(cases: &'c Cases, algorithm: &'c Algorithm) -> Vec<Candidate<'c>> {
    #[allow(unused_mut, reason = "there may be none")]
    let mut all = Vec::new();
    #[cfg(feature = "jsonwebtoken")]
    all.extend(jsonwebtoken::candidates(cases, algorithm));
    #[cfg(feature = "jwt-simple")]
    all.push(jwt_simple::candidate(cases, algorithm));
    all
}

/// One that refuses tokens.
#[cfg(feature = "jsonwebtoken")]
pub(crate) fn refuser<'c>(cases: &'c Cases, input: &'c [u8]) -> Option<Candidate<'c>> {
    Some(jsonwebtoken::refuser(cases, input))
}

/// One that refuses tokens, where it was not built.
#[cfg(not(feature = "jsonwebtoken"))]
pub(crate) fn refuser<'c>(_: &'c Cases, _: &'c [u8]) -> Option<Candidate<'c>> {
    None
}
