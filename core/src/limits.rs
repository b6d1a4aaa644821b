//! Every bound of the engine, with its reason. Each is tested at the limit and one past it.

/// Bytes of a compact token. Node's whole header block is 16 KiB and nginx allows 8 KiB a line, so a
/// larger token rarely arrives; an Entra token with 200 groups is about 11 KiB.
pub const TOKEN_BYTES: usize = 16_384;

/// Decoded bytes of header and payload together for which no memory has to be asked for. Most tokens have under 1,500.
pub const USUAL_TOKEN_BYTES: usize = 2_048;

/// Encoded bytes of the header segment. Real headers are under 400 bytes; one `x5c` chain fits.
pub const HEADER_BYTES: usize = 4_096;

/// Members of a JOSE header.
pub const HEADER_MEMBERS: usize = 64;

/// Members of any object in a payload or document.
pub const OBJECT_MEMBERS: usize = 256;

/// Member names that may be open at once while nested objects are scanned: two full objects.
pub const OPEN_NAMES: usize = 512;

/// Places in a table that are looked at for one name. Most are free, so names that were not chosen for it do not find
/// as many taken.
pub const NAME_PLACES: usize = 16;

/// Nesting of a header, payload or document. The deepest real claims (RAR, nested `act`) stay below 10.
pub const JSON_DEPTH: usize = 32;

/// Values in a token's header or payload, itself included. Entra lists 200 groups at most before it leaves them out; at 16 KiB there could be
/// several thousand, each of which costs a forger nothing and the reader something.
pub const PAYLOAD_VALUES: usize = 512;

/// Member names in a token's header or payload, those of all nested objects together, for the same reason.
pub const PAYLOAD_NAMES: usize = 400;

/// Bytes of all those names together, as they are written. Reading a name costs most, for duplicates are found by what
/// it means; the names of a resource party token with two hundred permissions come to half of it.
pub const PAYLOAD_NAME_BYTES: usize = 4_096;

/// Escapes in the strings of a token's header or payload, of all together. Each is read by itself, where plain characters
/// are read eight at once; a page of Chinese that is written in escapes has fewer.
pub const PAYLOAD_ESCAPES: usize = 1_024;

/// Values in a JWK Set or a metadata document: 100 keys with certificates need about 2,000.
pub const DOCUMENT_VALUES: usize = 8_192;

/// Values in a JSON-RPC request body, whose arguments belong to the application.
pub const BODY_VALUES: usize = 1_048_576;

/// Bytes of a number's text: no arithmetic on big numbers, ever.
pub const NUMBER_BYTES: usize = 64;

/// Digits of a number's exponent.
pub const EXPONENT_DIGITS: usize = 4;

/// Digits before the point that a number may stand for. Binary64 ends there, at 1.797...e308.
pub const NUMBER_WHOLE_DIGITS: usize = 309;

/// With that many, the digits from which on others may read infinity.
pub const NUMBER_TOO_LARGE: &[u8] = b"1797693134862315";

/// The last second of the year 9999. A larger claim time is a unit mistake (milliseconds) and overflows
/// the dates of other languages.
pub const CLAIM_TIME: u64 = 253_402_300_799;

/// Default leeway in seconds for `exp` and `nbf` (RFC 7519 4.1.4: "usually no more than a few minutes").
pub const LEEWAY_DEFAULT: u64 = 60;

/// The largest leeway an operator may configure, in seconds.
pub const LEEWAY: u64 = 600;

/// Bytes of a `kid`. RFC 7638 thumbprints have 43; ARNs fit.
pub const KID_BYTES: usize = 256;

/// Members of an `aud` array.
pub const AUDIENCES: usize = 64;

/// Scope tokens in a token.
pub const SCOPES: usize = 128;

/// Bytes of a JWK Set document. Entra's, with certificates, is about 20 KiB.
pub const JWKS_BYTES: usize = 65_536;

/// Bytes of an authorization server metadata document.
pub const METADATA_BYTES: usize = 65_536;

/// Keys in a JWK Set; a larger set is refused whole.
pub const JWKS_KEYS: usize = 100;

/// RSA modulus in bits: RFC 7518 3.3 asks for 2048; more than 8192 costs over 0.5 ms a verification.
pub const RSA_MODULUS_BITS: core::ops::RangeInclusive<usize> = 2_048..=8_192;

/// RSA public exponent: FIPS 186-5 asks for more than 2^16, 33 bits bound the work.
pub const RSA_EXPONENT: core::ops::Range<u64> = 65_537..(1 << 33);

/// Signatures of a key that must hold before it gets a table. To make one takes as long as 4 verifications on P-256 or
/// P-384 and as 27 on Ed25519, about a millisecond at most; whoever has served so often serves on.
pub const KEY_TABLE_USES: u32 = 16;

/// Bytes of one key's table. More makes a verification little faster, and slower where other work needs the caches.
pub const KEY_TABLE_BYTES: usize = 65_536;

/// Bytes of the tables of all keys of one engine: about 90 keys on P-256. Further keys do without.
pub const KEY_TABLES_BYTES: usize = 4_194_304;

/// Seconds a JWK Set is fresh when its response names no `max-age`.
pub const DOCUMENT_AGE_DEFAULT: u64 = 600;

/// Bounds on a document's own `max-age`, in seconds.
pub const DOCUMENT_AGE: core::ops::RangeInclusive<u64> = 60..=86_400;

/// Seconds that discovered metadata is fresh when its response names no `max-age`: a `jwks_uri` moves
/// rarely, and a failing key fetch asks for it again at once.
pub const METADATA_AGE_DEFAULT: u64 = 86_400;

/// Seconds a stale JWK Set serves through an outage.
pub const STALE: u64 = 3_600;

/// Seconds between two attempts for the same document, successful or not, once there is a usable one.
pub const COOLDOWN: u64 = 30;

/// What an operator may set in place of that, in seconds. Each attempt may be caused by a forged token, so none is free.
pub const KEY_COOLDOWN: core::ops::RangeInclusive<u64> = 1..=300;

/// The longest pause between attempts, after repeated failures, in seconds.
pub const BACKOFF: u64 = 300;

/// Total time of one fetch, in milliseconds.
pub const FETCH_MILLISECONDS: u32 = 5_000;

/// Bytes of a JSON-RPC body the engine asks for when scopes depend on the operation.
pub const BODY_BYTES: usize = 4_194_304;

/// Operations in one JSON-RPC batch.
pub const BATCH: usize = 100;

/// Sessions whose owner is remembered; with 32 bytes each, 128 KiB.
pub const SESSIONS: usize = 4_096;

/// Tokens that are remembered by default. One of 756 bytes takes 1.3 KiB, one at its limit 13 KiB.
pub const TOKEN_CACHE_DEFAULT: usize = 4_096;

/// Tokens that an operator may have remembered at most: usually 80 MiB.
pub const TOKEN_CACHE: usize = 65_536;

/// Issuers in one engine, which are walked through for every token and every fetched document.
pub const ISSUERS: usize = 1_024;

/// Characters of a refused token's value that reach a log.
pub const LOGGED_CHARACTERS: usize = 200;
