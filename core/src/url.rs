//! Just enough of RFC 3986 to place a well-known path and to judge where a fetch may go. URLs are never
//! normalised: what an operator wrote is what is published and compared.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An absolute http or https URL, split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Url<'a> {
    /// Whether the scheme is https.
    pub is_https: bool,
    /// Scheme and authority, as written, without a slash behind them.
    pub origin: &'a str,
    /// Host and port, as written.
    pub authority: &'a str,
    /// The host, without brackets or port.
    pub host: &'a str,
    /// The path, as written; empty or beginning with a slash.
    pub path: &'a str,
    /// What follows the question mark.
    pub query: Option<&'a str>,
}

/// Why a text is no URL that this engine uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlError {
    /// It does not begin with `https://` or `http://`.
    Scheme,
    /// The host or port is not one.
    Authority,
    /// It names a user.
    UserInfo,
    /// It has a fragment.
    Fragment,
    /// It holds a character that must be percent-encoded.
    Character,
}

impl UrlError {
    /// What to change, for the operator.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Scheme => "must be an absolute URL that begins with https://",
            Self::Authority => "must have a valid host and port",
            Self::UserInfo => "must not hold a user name or password",
            Self::Fragment => "must not have a fragment (#...)",
            Self::Character => {
                "must not hold blanks, control characters, quotes, backslashes or non-ASCII characters"
            }
        }
    }
}

impl<'a> Url<'a> {
    /// Splits a URL.
    pub fn parse(text: &'a str) -> Result<Self, UrlError> {
        let allowed = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
        if !text.bytes().all(allowed) {
            return Err(UrlError::Character);
        }
        let (is_https, start) = match text.split_once("://") {
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("https") => (true, 8),
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("http") => (false, 7),
            _ => return Err(UrlError::Scheme),
        };
        if text.contains('#') {
            return Err(UrlError::Fragment);
        }
        let end = text[start..]
            .find(['/', '?'])
            .map_or(text.len(), |at| start + at);
        let authority = &text[start..end];
        if authority.contains('@') {
            return Err(UrlError::UserInfo);
        }
        let host = host_of(authority).ok_or(UrlError::Authority)?;
        let (path, query) = match text[end..].split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (&text[end..], None),
        };
        Ok(Self {
            is_https,
            origin: &text[..end],
            authority,
            host,
            path,
            query,
        })
    }

    /// The host is `localhost` or a loopback address.
    pub fn is_loopback(&self) -> bool {
        self.host.eq_ignore_ascii_case("localhost")
            || self.address().is_some_and(|address| match address {
                IpAddr::V4(address) => address.is_loopback(),
                IpAddr::V6(address) => address.is_loopback(),
            })
    }

    /// The host is not one that a document from elsewhere may send us to: loopback, a literal private,
    /// link-local, shared or unspecified address, or a number that only some readers take for an address.
    pub fn is_internal(&self) -> bool {
        if self.is_loopback() || is_under_localhost(self.host) {
            return true;
        }
        match self.address() {
            Some(IpAddr::V4(address)) => is_internal_v4(address),
            Some(IpAddr::V6(address)) => is_internal_v6(address),
            None => self
                .host
                .rsplit('.')
                .find(|label| !label.is_empty())
                .is_none_or(|last| {
                    last.bytes().all(|byte| byte.is_ascii_digit())
                        || last.starts_with("0x")
                        || last.starts_with("0X")
                }),
        }
    }

    fn address(&self) -> Option<IpAddr> {
        let v4 = self.host.parse::<Ipv4Addr>().map(IpAddr::V4);
        v4.or_else(|_| self.host.parse::<Ipv6Addr>().map(IpAddr::V6))
            .ok()
    }
}

/// The host of an authority whose port, if any, is a port.
fn host_of(authority: &str) -> Option<&str> {
    let (host, rest) = match authority.strip_prefix('[') {
        Some(inside) => {
            let (host, rest) = inside.split_once(']')?;
            host.parse::<Ipv6Addr>().ok()?;
            (host, rest)
        }
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let port_is_good = rest.is_empty()
        || rest
            .strip_prefix(':')
            .is_some_and(|port| port.parse::<u16>().is_ok());
    let host_is_good = !host.is_empty()
        && !host.contains([
            '[', ']', ',', ';', '&', '=', '+', '$', '!', '*', '(', ')', '\'',
        ]);
    (port_is_good && host_is_good).then_some(host)
}

fn is_internal_v4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_multicast()
        || first == 0
        || first == 100 && second & 0xc0 == 64
}

fn is_internal_v6(address: Ipv6Addr) -> bool {
    let embedded = address.to_ipv4().or_else(|| match address.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
        }
        _ => None,
    });
    address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        || embedded.is_some_and(is_internal_v4)
}

/// Whether a host lies under the reserved name `localhost` (RFC 6761 section 6.3).
fn is_under_localhost(host: &str) -> bool {
    let suffix = ".localhost";
    let end = host
        .len()
        .checked_sub(suffix.len())
        .and_then(|at| host.get(at..));
    end.is_some_and(|end| end.eq_ignore_ascii_case(suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_keeps_its_spelling() {
        let url = Url::parse("https://API.example.com:8443/a/?x=1").unwrap();
        assert_eq!(
            (url.origin, url.authority, url.host, url.path, url.query),
            (
                "https://API.example.com:8443",
                "API.example.com:8443",
                "API.example.com",
                "/a/",
                Some("x=1")
            )
        );
        assert_eq!(Url::parse("https://h?x").unwrap().path, "");
        assert_eq!(Url::parse("http://[::1]:80/").unwrap().host, "::1");
    }

    #[test]
    fn what_is_no_usable_url_says_why() {
        for (text, error) in [
            ("h/a", UrlError::Scheme),
            ("ftp://h", UrlError::Scheme),
            ("data:text/plain,x", UrlError::Scheme),
            ("https://", UrlError::Authority),
            ("https://h:99999", UrlError::Authority),
            ("https://[::1", UrlError::Authority),
            ("https://u:p@h", UrlError::UserInfo),
            ("https://h/#f", UrlError::Fragment),
            ("https://h/ x", UrlError::Character),
            ("https://h/\r\nX: y", UrlError::Character),
            ("https://h/\"", UrlError::Character),
            ("https://h/\u{e9}", UrlError::Character),
        ] {
            assert_eq!(Url::parse(text), Err(error), "{text:?}");
        }
    }

    #[test]
    fn internal_hosts_are_known_in_every_spelling() {
        let internal = |host: &str| {
            Url::parse(&std::format!("https://{host}/x"))
                .unwrap()
                .is_internal()
        };
        for host in [
            "localhost",
            "LOCALHOST",
            "a.localhost",
            "127.0.0.1",
            "127.9.9.9",
            "[::1]",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "[fd00::1]",
            "[fe80::1]",
            "[::ffff:10.0.0.1]",
            "[::]",
            "[64:ff9b::7f00:1]",
            "2130706433",
            "0x7f000001",
            "127.1",
            "0x7f.1",
            "255.255.255.255",
        ] {
            assert!(internal(host), "{host}");
        }
        for host in [
            "as.example.com",
            "8.8.8.8",
            "[2606:4700::1]",
            "10.example",
            "172.32.0.1",
            "127.0.0.1.example",
        ] {
            assert!(!internal(host), "{host}");
        }
    }
}
