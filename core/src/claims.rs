//! The claims of an access token (RFC 7519 section 4, RFC 9068 section 2.2), read from a verified payload.

use crate::error::Code;
use crate::json::{Array, Object, Text, Value};
use crate::limits;
use crate::signature::Verified;
use crate::time::Time;

/// The registered claims of a token whose signature holds. Types are right and times in range; nothing
/// has been compared with a policy yet.
pub struct Claims<'v, 'a, const N: usize = { limits::OBJECT_MEMBERS }> {
    object: &'v Object<'a, N>,
    issuer: Text<'a>,
    subject: Text<'a>,
    client_id: Option<Text<'a>>,
    expires_at: Option<Time>,
    not_before: Option<Time>,
    audience: Strings<'a>,
    scopes: Strings<'a>,
}

/// A claim that is one string or an array of strings.
#[derive(Clone, Copy, Debug)]
pub enum Strings<'a> {
    /// The claim is absent.
    None,
    /// One string.
    One(Text<'a>),
    /// An array, all of whose elements are strings.
    Many(Array<'a>),
}

/// Where an issuer puts what has no one place; of each list the first claim that is present counts.
#[derive(Clone, Copy, Debug)]
pub struct ClaimNames<'n, S> {
    /// The subject.
    pub subject: &'n [S],
    /// The scopes.
    pub scopes: &'n [S],
}

impl ClaimNames<'static, &'static str> {
    /// `sub`; `scope`, `scp` or `scopes`.
    pub const USUAL: Self = Self {
        subject: &["sub"],
        scopes: &["scope", "scp", "scopes"],
    };
}

impl<'v, 'a, const N: usize> Claims<'v, 'a, N> {
    /// Reads the claims, the subject from `sub`. `exp` and `sub` are required here, `iss` and `aud` where they
    /// are compared. A wrong JSON type is never coerced.
    pub fn read(verified: &Verified<'v, 'a, N>) -> Result<Self, Code> {
        Self::read_with(verified, ClaimNames::USUAL)
    }

    /// Reads the claims, the subject and the scopes where an issuer puts them.
    pub fn read_with<S: AsRef<str>>(
        verified: &Verified<'v, 'a, N>,
        names: ClaimNames<'_, S>,
    ) -> Result<Self, Code> {
        let claims = Self::read_all(verified, names)?;
        claims.expires_at.ok_or(Code::MissingClaim)?;
        Ok(claims)
    }

    /// Reads the claims of a token that may have no `exp`.
    #[cfg(feature = "alloc")]
    pub(crate) fn read_unlimited(verified: &Verified<'v, 'a, N>) -> Result<Self, Code> {
        Self::read_all(verified, ClaimNames::USUAL)
    }

    fn read_all<S: AsRef<str>>(
        verified: &Verified<'v, 'a, N>,
        names: ClaimNames<'_, S>,
    ) -> Result<Self, Code> {
        let object = verified.payload().object();
        let issuer = verified.payload().unverified_issuer()?;
        let mut subject = None;
        for name in names.subject {
            subject = subject.or(string(object, name.as_ref())?);
        }
        let subject = subject.ok_or(Code::MissingClaim)?;
        if subject.is_empty() {
            return Err(Code::InvalidClaim);
        }
        let expires_at = time(object, "exp")?;
        let not_before = time(object, "nbf")?;
        time(object, "iat")?; // May lie in the future; only its type and range matter.
        string(object, "jti")?;
        let mut client_id = None;
        for name in ["client_id", "azp", "cid", "appid"] {
            client_id = client_id.or(string(object, name)?);
        }
        let audience = Strings::read(object.find("aud"), limits::AUDIENCES)?;
        let mut present = names.scopes.iter().map(|name| object.find(name.as_ref()));
        let scope = present.find_map(|value| value);
        let scopes = Strings::read(scope, limits::SCOPES)?;
        let claims = Self {
            object,
            issuer,
            subject,
            client_id,
            expires_at,
            not_before,
            audience,
            scopes,
        };
        claims.check_scopes()?;
        Ok(claims)
    }

    /// A scope token that holds a space, as an element of an array or by an escape, would be two scopes to
    /// another reader (RFC 6749 section 3.3).
    fn check_scopes(&self) -> Result<(), Code> {
        let has_space = |token: Text<'_>| token.utf8().any(|byte| byte == b' ');
        let spaced = match self.scopes {
            // Every space separates, and there is no room for too many.
            Strings::One(text) if !text.is_escaped() && text.utf8_len() <= limits::SCOPES => {
                return Ok(());
            }
            Strings::Many(_) => self.scopes.iter().any(has_space),
            Strings::None | Strings::One(_) => self.scopes().any(has_space),
        };
        if spaced || self.scopes().count() > limits::SCOPES {
            return Err(Code::InvalidClaim);
        }
        Ok(())
    }

    /// `iss`
    pub const fn issuer(&self) -> Text<'a> {
        self.issuer
    }

    /// `sub`
    pub const fn subject(&self) -> Text<'a> {
        self.subject
    }

    /// The first present of `client_id`, `azp`, `cid` and `appid`.
    pub const fn client_id(&self) -> Option<Text<'a>> {
        self.client_id
    }

    /// `exp`, rounded up to a whole second. It is always there, but where a token without it was explicitly read.
    pub const fn expires_at(&self) -> Option<Time> {
        self.expires_at
    }

    /// `nbf`, rounded up to a whole second.
    pub const fn not_before(&self) -> Option<Time> {
        self.not_before
    }

    /// The values of `aud`.
    pub fn audience(&self) -> impl Iterator<Item = Text<'a>> + use<'a, N> {
        self.audience.iter()
    }

    /// `aud` as it was written, for the operator; `null` where it is absent.
    pub fn audience_as_written(&self) -> Value<'a> {
        self.object.find("aud").unwrap_or(Value::Null)
    }

    /// The scope tokens of the first present claim that holds them, even if that one is empty.
    pub fn scopes(&self) -> impl Iterator<Item = Text<'a>> + use<'a, N> {
        self.scopes.iter().flat_map(|text| text.tokens())
    }

    /// The claim that holds the scopes.
    pub const fn scope_claim(&self) -> Strings<'a> {
        self.scopes
    }

    /// Whether a claim is present, and more than `null`.
    pub fn has(&self, name: &str) -> bool {
        !matches!(self.object.find(name), None | Some(Value::Null))
    }

    /// The names of the claims that are present, and more than `null`.
    #[cfg(feature = "alloc")]
    pub(crate) fn names(&self) -> impl Iterator<Item = Text<'a>> + '_ {
        let present = |(name, value): (_, _)| (value != Value::Null).then_some(name);
        self.object.members().filter_map(present)
    }

    /// `acr`, the class of the user's authentication (RFC 9068 section 2.2.1).
    pub fn authentication_class(&self) -> Result<Option<Text<'a>>, Code> {
        string(self.object, "acr")
    }

    /// `auth_time`, when the user was authenticated (RFC 9068 section 2.2.1).
    pub fn authenticated_at(&self) -> Result<Option<Time>, Code> {
        time(self.object, "auth_time")
    }

    /// `cnf` is present: the token is bound to a key (RFC 7800 section 3.1).
    pub fn is_sender_constrained(&self) -> bool {
        self.object.find("cnf").is_some()
    }

    /// The claims are those of an ID token, a logout token or a security event.
    pub fn is_not_an_access_token(&self) -> bool {
        let is_one_of = |name, values: &[&str]| match self.object.find(name) {
            Some(Value::String(text)) => values.iter().any(|value| text == **value),
            _ => false,
        };
        let markers = ["at_hash", "c_hash", "events"];
        markers.iter().any(|name| self.object.find(name).is_some())
            || is_one_of("typ", &["ID", "Refresh", "Logout", "Offline"])
            || self.object.find("token_use").is_some() && !is_one_of("token_use", &["access"])
    }
}

impl<'a> Strings<'a> {
    fn read(value: Option<Value<'a>>, most: usize) -> Result<Self, Code> {
        match value {
            None => Ok(Self::None),
            Some(Value::String(text)) => Ok(Self::One(text)),
            Some(Value::Array(array)) => {
                let is_string = |element| matches!(element, Ok(Value::String(_)));
                if array.elements().count() > most || !array.elements().all(is_string) {
                    return Err(Code::InvalidClaim);
                }
                Ok(Self::Many(array))
            }
            Some(_) => Err(Code::InvalidClaim),
        }
    }

    fn iter(&self) -> impl Iterator<Item = Text<'a>> + use<'a> {
        let (one, many) = match self {
            Self::None => (None, None),
            Self::One(text) => (Some(*text), None),
            Self::Many(array) => (None, Some(array.elements())),
        };
        let texts = many
            .into_iter()
            .flatten()
            .filter_map(|element| element.ok()?.as_text());
        one.into_iter().chain(texts)
    }
}

fn string<'a, const N: usize>(
    object: &Object<'a, N>,
    name: &str,
) -> Result<Option<Text<'a>>, Code> {
    match object.find(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Code::InvalidClaim),
    }
}

/// A NumericDate (RFC 7519 section 2), which may have a fraction.
fn time<const N: usize>(object: &Object<'_, N>, name: &str) -> Result<Option<Time>, Code> {
    match object.find(name) {
        None => Ok(None),
        Some(Value::Number(number)) => match number.ceiling() {
            Some(seconds) if seconds <= limits::CLAIM_TIME => {
                Ok(Some(Time::from_unix_seconds(seconds)))
            }
            _ => Err(Code::InvalidClaim),
        },
        Some(_) => Err(Code::InvalidClaim),
    }
}
