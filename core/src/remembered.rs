//! What is kept of a token that was verified and accepted. No part of the token itself is.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use crate::auth_info::AuthInfo;
use crate::claims::Claims;
use crate::error::Code;
use crate::header::Header;
use crate::json::Text;
use crate::policy::Facts;
use crate::time::Time;

/// What a later decision on the same token depends on, so that everything but its signature can be judged anew.
pub(crate) struct Remembered {
    pub(crate) caller: Arc<AuthInfo>,
    pub(crate) header: Header<'static>,
    pub(crate) kid: Option<Arc<str>>,
    /// The number of the key set whose key verified the signature. It belongs to one issuer.
    pub(crate) keys: u64,
    not_before: Option<Time>,
    /// Every claim that is present, and more than `null`: its name behind the length of that, which has two bytes.
    names: Box<[u8]>,
    authentication_class: Option<Box<str>>,
    authenticated_at: Option<Time>,
    is_sender_constrained: bool,
    is_not_an_access_token: bool,
}

impl Remembered {
    /// Takes what the claims of an accepted token say.
    pub(crate) fn new(
        caller: Arc<AuthInfo>,
        header: &Header<'_>,
        kid: Option<Arc<str>>,
        keys: u64,
        claims: &Claims<'_, '_>,
    ) -> Result<Self, Code> {
        let class = claims.authentication_class()?;
        Ok(Self {
            caller,
            header: header.without_kid(),
            kid,
            keys,
            not_before: claims.not_before(),
            names: names(claims),
            authentication_class: class.map(|class| class.to_owned().into_boxed_str()),
            authenticated_at: claims.authenticated_at()?,
            is_sender_constrained: claims.is_sender_constrained(),
            is_not_an_access_token: claims.is_not_an_access_token(),
        })
    }
}

impl Facts for Remembered {
    fn has(&self, name: &str) -> bool {
        let mut rest = &*self.names;
        while let Some((length, behind)) = rest.split_first_chunk() {
            let (present, others) = behind.split_at(u16::from_le_bytes(*length).into());
            if present == name.as_bytes() {
                return true;
            }
            rest = others;
        }
        false
    }

    fn client_id(&self) -> Option<Text<'_>> {
        self.caller.client_id.as_deref().map(Text::plain)
    }

    fn expires_at(&self) -> Option<Time> {
        self.caller.expires_at.map(Time::from_unix_seconds)
    }

    fn not_before(&self) -> Option<Time> {
        self.not_before
    }

    fn audience(&self) -> impl Iterator<Item = Text<'_>> {
        let audience = self.caller.audience.iter();
        audience.map(|audience| Text::plain(audience))
    }

    fn is_sender_constrained(&self) -> bool {
        self.is_sender_constrained
    }

    fn is_not_an_access_token(&self) -> bool {
        self.is_not_an_access_token
    }

    fn authentication_class(&self) -> Result<Option<Text<'_>>, Code> {
        Ok(self.authentication_class.as_deref().map(Text::plain))
    }

    fn authenticated_at(&self) -> Result<Option<Time>, Code> {
        Ok(self.authenticated_at)
    }
}

/// A token is at most [`TOKEN_BYTES`](crate::limits::TOKEN_BYTES) long, so two bytes tell the length of any name in it.
fn names(claims: &Claims<'_, '_>) -> Box<[u8]> {
    let length = |name: &Text<'_>| name.utf8_len() as u16;
    let sizes = claims.names().map(|name| 2 + usize::from(length(&name)));
    let mut names = Vec::with_capacity(sizes.sum());
    for name in claims.names() {
        names.extend_from_slice(&length(&name).to_le_bytes());
        match name.as_plain() {
            Some(plain) => names.extend_from_slice(plain.as_bytes()),
            None => names.extend_from_slice(name.to_owned().as_bytes()),
        }
    }
    names.into_boxed_slice()
}

/// That a token was verified and accepted: for `Engine::remember`, so that the next request
/// with it costs less. It holds no part of the token.
pub struct Remember(pub(crate) Box<Ticket>);

/// What is to be remembered, and where.
pub(crate) struct Ticket {
    /// Of the token.
    pub(crate) digest: u128,
    /// Where the issuer stands among the engine's.
    pub(crate) issuer: usize,
    /// When it was accepted.
    pub(crate) now: Time,
    /// The cache that has not seen it.
    pub(crate) cache: Arc<()>,
    pub(crate) known: Remembered,
}

impl fmt::Debug for Remember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Remember(..)") // A claim never reaches a log by way of `{:?}`.
    }
}
