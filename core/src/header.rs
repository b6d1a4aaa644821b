//! The JOSE header of an access token (RFC 7515 section 4).

use crate::algorithm::{Algorithm, Algorithms};
use crate::error::Code;
use crate::json::{Bounds, Object, Text, Unread, Value};
use crate::limits;

/// The members of a header that a verdict depends on. Embedded and referenced keys (`jwk`, `jku`, `x5c`,
/// `x5u`) are not among them: a token never brings its own key.
#[derive(Clone, Copy, Debug)]
pub struct Header<'a, A = Algorithm> {
    algorithm: A,
    kid: Option<Text<'a>>,
    token_type: TokenType,
}

/// What `typ` says, by RFC 8725 section 3.11.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenType {
    /// `at+jwt`, with or without `application/` (RFC 9068 section 2.1).
    AccessToken,
    /// `JWT` or nothing: not typed explicitly.
    Untyped,
    /// Any other explicit type.
    Other,
}

impl<'a> Header<'a> {
    /// Reads a decoded header. Refuses any `crit` and `b64` (no extension is needed for an access token)
    /// and every algorithm that does not exist here.
    pub fn parse(decoded: &'a [u8]) -> Result<Self, Code> {
        Self::read(decoded, |name| Algorithm::from_name(|known| name == *known))
    }

    /// Reads a decoded header with up to `N` members within less memory ([`Object::parse_within`]). One that is well
    /// formed but does not fit is [`Code::TokenTooLarge`].
    pub fn parse_within<const N: usize, const OPEN: usize>(
        decoded: &'a [u8],
    ) -> Result<Self, Code> {
        let mut object = Object::<N>::unread(decoded);
        let read = object.fill::<OPEN>(Bounds::TOKEN);
        read.map_err(|unread| match unread {
            Unread::TooManyMembers if OPEN < limits::OPEN_NAMES => Code::TokenTooLarge,
            Unread::TooManyMembers | Unread::Malformed => Code::MalformedToken,
        })?;
        if object.members().count() > limits::HEADER_MEMBERS {
            return Err(Code::MalformedToken);
        }
        Self::of(&object, |name| Algorithm::from_name(|known| name == *known))
    }

    /// Judges what can be judged before a key is looked for: the algorithm is one that the issuer may use, and the
    /// type one that an access token may have. RFC 9068 section 4 asks for `at+jwt`, which `strict` means; many
    /// issuers do not type their tokens yet.
    pub fn check(&self, allowed: Algorithms, strict: bool) -> Result<(), Code> {
        if !allowed.contains(self.algorithm) {
            return Err(Code::UnsupportedAlgorithm);
        }
        match self.token_type {
            TokenType::AccessToken => Ok(()),
            TokenType::Untyped if !strict => Ok(()),
            TokenType::Untyped | TokenType::Other => Err(Code::WrongTokenType),
        }
    }
}

impl<'a, A: Copy> Header<'a, A> {
    /// Reads a decoded header whose `alg` is one of those that the function knows.
    pub(crate) fn read(
        decoded: &'a [u8],
        algorithm: impl FnOnce(Text<'a>) -> Option<A>,
    ) -> Result<Self, Code> {
        let mut object = Object::<{ limits::HEADER_MEMBERS }>::unread(decoded);
        object
            .fill::<{ limits::OPEN_NAMES }>(Bounds::TOKEN)
            .map_err(|_| Code::MalformedToken)?;
        Self::of(&object, algorithm)
    }

    fn of<const N: usize>(
        object: &Object<'a, N>,
        algorithm: impl FnOnce(Text<'a>) -> Option<A>,
    ) -> Result<Self, Code> {
        let string = |name| match object.find(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Code::MalformedToken),
        };
        let (name, kid, typ) = (string("alg")?, string("kid")?, string("typ")?);
        let name = name.ok_or(Code::MalformedToken)?;
        if kid.is_some_and(|kid| kid.utf8_len() > limits::KID_BYTES) {
            return Err(Code::MalformedToken);
        }
        let algorithm = algorithm(name).ok_or(Code::UnsupportedAlgorithm)?;
        if object.find("crit").is_some() || object.find("b64").is_some() {
            return Err(Code::UnsupportedCritical);
        }
        Ok(Self {
            algorithm,
            kid,
            token_type: TokenType::of(typ),
        })
    }

    /// `alg`
    pub const fn algorithm(&self) -> A {
        self.algorithm
    }

    /// `kid`
    pub const fn kid(&self) -> Option<Text<'a>> {
        self.kid
    }

    /// The header without its `kid`, to be kept when a key was found by it.
    #[cfg(feature = "alloc")]
    pub(crate) const fn without_kid(&self) -> Header<'static, A> {
        Header {
            algorithm: self.algorithm,
            kid: None,
            token_type: self.token_type,
        }
    }

    /// What `typ` says.
    pub const fn token_type(&self) -> TokenType {
        self.token_type
    }
}

impl TokenType {
    /// Media types compare without case and `application/` may be left out (RFC 7515 section 4.1.9).
    fn of(typ: Option<Text<'_>>) -> Self {
        let is = |text: Text<'_>, name: &str| {
            let same = |prefix: &str| {
                let expected = prefix.bytes().chain(name.bytes());
                text.utf8()
                    .map(|byte| byte.to_ascii_lowercase())
                    .eq(expected)
            };
            same("") || same("application/")
        };
        match typ {
            None => Self::Untyped,
            Some(typ) if is(typ, "at+jwt") => Self::AccessToken,
            Some(typ) if is(typ, "jwt") => Self::Untyped,
            Some(_) => Self::Other,
        }
    }
}
