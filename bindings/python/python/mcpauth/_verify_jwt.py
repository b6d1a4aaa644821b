"""A function that verifies JWTs, for applications that do the rest themselves."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from mcpauth import _mcpauth as native
from mcpauth._auth_info import AuthInfo
from mcpauth._clock import now
from mcpauth._configured import configured
from mcpauth._fetch import fetcher
from mcpauth._flights import Flights
from mcpauth._json import to_json
from mcpauth.exceptions import (
    MCPAuthConfigException,
    MCPAuthTokenVerificationException,
    MCPAuthTokenVerificationExceptionCode,
)

__all__ = ["create_verify_jwt"]

# A verification takes one fetch at most.
_ROUNDS = 4


def create_verify_jwt(
    input: Any,  # noqa: A002 - the documented name
    algorithms: Sequence[str] = ("RS256", "PS256", "ES256", "ES384", "ES512"),
    leeway: float = 60,
) -> Callable[[str], AuthInfo]:
    """Makes a function that verifies a JWT and tells who it is about.

    Issuer, audience and scopes are the caller's to check. It blocks while keys are fetched, which happens now and then;
    as the verifier of a gate it runs in a thread.

    Args:
        input: The URL of a JWK Set, or a `jwt.PyJWKClient` or `jwt.PyJWK` of your own PyJWT.
        algorithms: What may have signed it; HS256, HS384 and HS512 with a `PyJWK` that holds a secret only.
        leeway: Seconds by which clocks may differ.

    Raises:
        MCPAuthAuthServerException: INVALID_SERVER_CONFIG; the URL or the options cannot be used.
        TypeError: The input is none of these.

    The function raises `MCPAuthTokenVerificationException` for a token that is not good, and `MCPAuthConfigException`
    while the keys cannot be had.
    """
    options: dict[str, Any] = {
        "algorithms": list(algorithms),
        "leeway": int(leeway) if float(leeway).is_integer() else leeway,
    }
    if isinstance(input, str):
        options["jwks_uri"] = input
    elif hasattr(input, "get_signing_key_from_jwt"):
        return _Verification(options, lambda token: _key(input.get_signing_key_from_jwt(token)))
    elif hasattr(input, "Algorithm"):
        key = _key(input)
        return _Verification(options, lambda _: key)
    else:
        raise TypeError(f"input must be a URL, a PyJWKClient or a PyJWK, not {type(input).__name__}")
    return _Verification(options, None)


class _Verification:
    def __init__(self, options: dict[str, Any], key: Callable[[str], str | bytes] | None) -> None:
        self._native = configured(native.JwtVerifier, to_json(options))
        self._flights = Flights(self._native, fetcher(None))
        self._key = key

    def __call__(self, token: str) -> AuthInfo:
        key = None if self._key is None else self._chosen(self._key, token)
        for _ in range(_ROUNDS):
            answer = self._native.check(token, key, now())
            if isinstance(answer, native.Fetch):
                self._flights.join(answer).result()
            elif isinstance(answer, native.Respond):
                cause = {"error": answer.code, "error_description": answer.text}
                raise _unavailable(cause) if answer.is_server_error else _not_good(cause)
            else:
                return AuthInfo.of(answer)
        raise RuntimeError("the mcpauth engine came to no decision")

    def _chosen(self, choose: Callable[[str], str | bytes], token: str) -> str | bytes:
        """The application's key for a token; none is looked for on behalf of what is no token."""
        try:
            self._native.header(token)
        except ValueError as error:
            refused = json.loads(str(error))
            raise _not_good({"error": refused["code"], "error_description": refused["text"]}) from None
        try:
            return choose(token)
        except Exception as error:
            failed = MCPAuthTokenVerificationExceptionCode.TOKEN_VERIFICATION_FAILED
            raise MCPAuthTokenVerificationException(failed, error) from error


def _key(jwk: Any) -> str | bytes:
    """A key of PyJWT's as the engine reads it: a secret as bytes, a public key as a JWK."""
    if isinstance(jwk.key, bytes):
        return jwk.key
    public = jwk.key.public_key() if hasattr(jwk.key, "public_key") else jwk.key
    members = json.loads(jwk.Algorithm.to_jwk(public))
    declared = getattr(jwk, "_jwk_data", {}).get("alg")  # PyJWT guesses one where there is none
    return json.dumps({**members, "alg": declared} if declared else members)


def _not_good(cause: dict[str, str]) -> MCPAuthTokenVerificationException:
    return MCPAuthTokenVerificationException(MCPAuthTokenVerificationExceptionCode.INVALID_TOKEN, cause)


def _unavailable(cause: dict[str, str]) -> MCPAuthConfigException:
    return MCPAuthConfigException(cause["error"], cause["error_description"], cause)
