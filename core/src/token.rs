//! One token from end to end on the ground floor: no heap, and no memory but the caller's buffer.

use core::ops::Range;

use crate::algorithm::Algorithms;
use crate::base64url::{decode, decoded_len};
use crate::claims::{Claims, Strings};
use crate::error::Code;
use crate::header::Header;
use crate::json::{Form, write_out};
use crate::jws::{Compact, Parts};
use crate::payload::Payload;
use crate::policy::{Policy, missing_scopes};
use crate::signature::{PreparedKey, Verified};
use crate::time::Time;

/// What a protected resource asks of a token. `S` is how the host keeps its strings.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'p, S> {
    /// The demands on its claims.
    pub policy: Policy<'p, S>,
    /// What its issuer may sign with.
    pub algorithms: Algorithms,
    /// Whether `typ` must be `at+jwt` (RFC 9068 section 4).
    pub strict_type: bool,
    /// The scopes that it must have.
    pub scopes: &'p [S],
}

/// A token, taken apart and decoded, not yet verified. It has up to `N` claims.
pub struct Token<'t, 'b, const N: usize> {
    jws: Compact<'t>,
    header: Header<'b>,
    payload: Payload<'b, N>,
}

impl<'t, 'b, const N: usize> Token<'t, 'b, N> {
    /// Decodes what [`bearer`](crate::credentials::bearer) has found into a buffer with room for three quarters of it.
    /// Names of objects that are open at once may be `OPEN`, half of them in one object. What does not fit is
    /// [`Code::TokenTooLarge`]: how large a token may be is the device's choice.
    #[inline(always)] // As `parse` is.
    pub fn of_bearer<const OPEN: usize>(
        bearer: &'t [u8],
        buffer: &'b mut [u8],
    ) -> Result<Self, Code> {
        let (jws, header, payload) = Parts::split(bearer)?.decode(buffer)?;
        Self::parse::<OPEN>(jws, header, payload)
    }

    /// The same of a token from elsewhere, of which nothing is said as credentials.
    pub fn read<const OPEN: usize>(token: &'t str, buffer: &'b mut [u8]) -> Result<Self, Code> {
        let jws = Compact::split(token)?;
        let (header, rest) = buffer
            .split_at_mut_checked(decoded_len(jws.header()))
            .ok_or(Code::TokenTooLarge)?;
        let payload = rest
            .get_mut(..decoded_len(jws.payload()))
            .ok_or(Code::TokenTooLarge)?;
        let malformed = |_| Code::MalformedToken;
        let header = decode(jws.header(), header).map_err(malformed)?;
        let payload = decode(jws.payload(), payload).map_err(malformed)?;
        Self::parse::<OPEN>(jws, header, payload)
    }

    #[inline(always)] // It is large: so it is made where it stays.
    fn parse<const OPEN: usize>(
        jws: Compact<'t>,
        header: &'b [u8],
        payload: &'b [u8],
    ) -> Result<Self, Code> {
        let mut token = Self {
            jws,
            header: Header::parse_within::<N, OPEN>(header)?,
            payload: Payload::unread(payload),
        };
        match token.payload.fill::<OPEN>() {
            Ok(()) => Ok(token),
            Err(code) => Err(code),
        }
    }

    /// The decoded header, whose `kid` and `alg` choose the key.
    pub const fn header(&self) -> &Header<'b> {
        &self.header
    }
}

impl<S: AsRef<str>> Terms<'_, S> {
    /// Decides on a token with the one key that fits its header ([`only`](crate::jwk::only)). The issuer is compared and
    /// the header judged before a key is looked for, everything else when the signature holds.
    pub fn admit<'v, 'b, const N: usize, K: PreparedKey>(
        &self,
        token: &'v Token<'_, 'b, N>,
        key: impl FnOnce(&Header<'b>) -> Result<K, Code>,
        now: Time,
    ) -> Result<Claims<'v, 'b, N>, Code> {
        let Token {
            jws,
            header,
            payload,
        } = token;
        self.policy.check_issuer(payload.unverified_issuer()?)?;
        header.check(self.algorithms, self.strict_type)?;
        let key = key(header)?;
        let verified = Verified::verify(jws, header, payload, &key)?;
        let claims = Claims::read(&verified)?;
        self.policy.check(&claims, now)?;
        let granted = |scope: &str| claims.scopes().any(|one| one == *scope);
        if missing_scopes(self.scopes, granted).next().is_some() {
            return Err(Code::InsufficientScope);
        }
        Ok(claims)
    }
}

/// Who calls, by texts of the buffer that the token was read into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller<'b> {
    /// The subject.
    pub subject: &'b str,
    /// The client that the token was issued to.
    pub client_id: Option<&'b str>,
    /// The granted scopes, each once, separated by single spaces.
    pub scopes: &'b str,
    /// When the token expires.
    pub expires_at: Time,
}

/// Where in the buffer the texts of a caller stand, for the time until they are written out there.
#[derive(Clone, Debug)]
pub struct CallerPlaces {
    subject: Range<usize>,
    client_id: Option<Range<usize>>,
    scopes: (Range<usize>, Form),
    expires_at: Time,
}

impl CallerPlaces {
    /// The places of an admitted token's texts in the buffer that begins at this address; the buffer is the one that the
    /// token was read into.
    pub fn find<const N: usize>(claims: &Claims<'_, '_, N>, address: usize) -> Self {
        let place = |text: &str| {
            let start = text.as_ptr().addr().wrapping_sub(address);
            start..start.wrapping_add(text.len())
        };
        let scopes = match claims.scope_claim() {
            Strings::None => (0..0, Form::Words),
            Strings::One(text) => (place(text.raw()), Form::Words),
            Strings::Many(array) => (place(array.raw()), Form::Array),
        };
        Self {
            subject: place(claims.subject().raw()),
            client_id: claims.client_id().map(|text| place(text.raw())),
            scopes,
            expires_at: claims.expires_at().unwrap_or(Time::UNKNOWN),
        }
    }

    /// Writes the texts out where they stand. What else the buffer holds is of no use any more.
    pub fn write_out(self, buffer: &mut [u8]) -> Option<Caller<'_>> {
        let mut write = |place: Range<usize>, form| {
            let length = write_out(buffer.get_mut(place.clone())?, form);
            Some(place.start..place.start + length)
        };
        let subject = write(self.subject, Form::Text)?;
        let client_id = match self.client_id {
            Some(place) => Some(write(place, Form::Text)?),
            None => None,
        };
        let (scopes, form) = self.scopes;
        let scopes = write(scopes, form)?;
        let text = |place| core::str::from_utf8(buffer.get(place)?).ok();
        Some(Caller {
            subject: text(subject)?,
            client_id: match client_id {
                Some(place) => Some(text(place)?),
                None => None,
            },
            scopes: text(scopes)?,
            expires_at: self.expires_at,
        })
    }
}
