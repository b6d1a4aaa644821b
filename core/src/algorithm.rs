//! The signature algorithms of RFC 7518 section 3 and RFC 8037 that verify with a public key. `none` does not
//! exist, and HMAC is not among them: no key of an issuer is a secret.

use core::fmt;

/// A signature algorithm (RFC 7518 section 3.1, RFC 8037 section 3.1, RFC 9864).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512
    Rs512,
    /// RSASSA-PSS with SHA-256
    Ps256,
    /// RSASSA-PSS with SHA-384
    Ps384,
    /// RSASSA-PSS with SHA-512
    Ps512,
    /// ECDSA on P-256 with SHA-256
    Es256,
    /// ECDSA on P-384 with SHA-384
    Es384,
    /// ECDSA on P-521 with SHA-512
    Es512,
    /// Ed25519; one algorithm under the names `EdDSA` and `Ed25519`
    EdDsa,
}

/// What a key must be for an algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// `kty` RSA
    Rsa,
    /// `kty` EC, `crv` P-256
    P256,
    /// `kty` EC, `crv` P-384
    P384,
    /// `kty` EC, `crv` P-521
    P521,
    /// `kty` OKP, `crv` Ed25519
    Ed25519,
}

impl Algorithm {
    /// Every name, with its algorithm.
    pub const NAMES: [(&'static str, Self); 11] = [
        ("RS256", Self::Rs256),
        ("RS384", Self::Rs384),
        ("RS512", Self::Rs512),
        ("PS256", Self::Ps256),
        ("PS384", Self::Ps384),
        ("PS512", Self::Ps512),
        ("ES256", Self::Es256),
        ("ES384", Self::Es384),
        ("ES512", Self::Es512),
        ("EdDSA", Self::EdDsa),
        ("Ed25519", Self::EdDsa),
    ];

    /// The algorithm of a name; names are case-sensitive (RFC 7515 section 4.1.1).
    pub fn from_name(mut is: impl FnMut(&str) -> bool) -> Option<Self> {
        Self::NAMES
            .iter()
            .find(|(name, _)| is(name))
            .map(|(_, algorithm)| *algorithm)
    }

    /// The algorithm's first name.
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }

    /// The kind of key the algorithm needs.
    pub const fn key_kind(self) -> KeyKind {
        match self {
            Self::Rs256 | Self::Rs384 | Self::Rs512 => KeyKind::Rsa,
            Self::Ps256 | Self::Ps384 | Self::Ps512 => KeyKind::Rsa,
            Self::Es256 => KeyKind::P256,
            Self::Es384 => KeyKind::P384,
            Self::Es512 => KeyKind::P521,
            Self::EdDsa => KeyKind::Ed25519,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of algorithms: what an issuer may sign with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Algorithms(u16);

impl Algorithms {
    /// Nothing.
    pub const NONE: Self = Self(0);

    /// What is allowed when the configuration does not say.
    pub const DEFAULT: Self = Self::NONE
        .with(Algorithm::Rs256)
        .with(Algorithm::Ps256)
        .with(Algorithm::Es256)
        .with(Algorithm::Es384)
        .with(Algorithm::Es512)
        .with(Algorithm::EdDsa);

    /// The set with one more.
    pub const fn with(self, algorithm: Algorithm) -> Self {
        Self(self.0 | 1 << algorithm as u8)
    }

    /// Whether the set has an algorithm.
    pub const fn contains(self, algorithm: Algorithm) -> bool {
        self.0 & (1 << algorithm as u8) != 0
    }

    /// Every algorithm of the set.
    pub fn iter(self) -> impl Iterator<Item = Algorithm> {
        Algorithm::NAMES[..10]
            .iter()
            .map(|(_, algorithm)| *algorithm)
            .filter(move |&one| self.contains(one))
    }
}
