"""What can be raised, each with a `code` that is contract and a message that is not.

The gate never raises these for a bad request: it answers. They are raised while an application configures itself, and
an application may raise the bearer and token ones from its own handlers.
"""

import warnings
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel

__all__ = [
    "AuthServerExceptionCode",
    "BearerAuthExceptionCode",
    "MCPAuthAuthServerException",
    "MCPAuthBearerAuthException",
    "MCPAuthBearerAuthExceptionDetails",
    "MCPAuthConfigException",
    "MCPAuthException",
    "MCPAuthTokenVerificationException",
    "MCPAuthTokenVerificationExceptionCode",
]

_UNKNOWN = "An unknown error occurred."


class MCPAuthException(Exception):  # noqa: N818 - the documented name
    """The base of every exception of this package."""

    def __init__(self, code: str, message: str, cause: Any = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.cause = cause

    def __str__(self) -> str:
        detail = self.cause.get("error_description") if isinstance(self.cause, dict) else None
        return f"{self.message} {detail}" if detail else self.message

    def to_json(self, show_cause: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 - the documented signature
        """The exception as the JSON object of an OAuth error response."""
        return _given(
            error=_spelling(self.code),
            error_description=self.message,
            cause=self.cause if show_cause else None,
        )


class MCPAuthConfigException(MCPAuthException):
    """Something that the configuration needs could not be had, like a metadata document."""


class AuthServerExceptionCode(str, Enum):
    """Why an authorization server or a configuration cannot be used."""

    INVALID_SERVER_METADATA = "invalid_server_metadata"
    INVALID_SERVER_CONFIG = "invalid_server_config"
    MISSING_JWKS_URI = "missing_jwks_uri"


class MCPAuthAuthServerException(MCPAuthException):
    """The configuration, or the metadata of an authorization server, cannot be used; `cause` says where and why."""

    _messages: ClassVar[dict[str, str]] = {
        AuthServerExceptionCode.INVALID_SERVER_METADATA: "The server metadata is invalid or malformed.",
        AuthServerExceptionCode.INVALID_SERVER_CONFIG: "The server configuration cannot be used.",
        AuthServerExceptionCode.MISSING_JWKS_URI: "The server metadata does not contain a JWKS URI.",
    }

    def __init__(self, code: AuthServerExceptionCode, cause: Any = None) -> None:
        super().__init__(code, self._messages.get(code, _UNKNOWN), cause)


class BearerAuthExceptionCode(str, Enum):
    """The detail codes that a response body carries in `error`."""

    MISSING_AUTH_HEADER = "missing_auth_header"
    INVALID_AUTH_HEADER_FORMAT = "invalid_auth_header_format"
    MISSING_BEARER_TOKEN = "missing_bearer_token"  # noqa: S105 - a code
    INVALID_ISSUER = "invalid_issuer"
    INVALID_AUDIENCE = "invalid_audience"
    MISSING_REQUIRED_SCOPES = "missing_required_scopes"
    INVALID_TOKEN = "invalid_token"  # noqa: S105 - a code


class MCPAuthBearerAuthExceptionDetails(BaseModel):
    """What was expected and what was there; every member is optional."""

    cause: Any = None
    uri: str | None = None
    missing_scopes: list[str] | None = None
    expected: Any = None
    actual: Any = None


class MCPAuthBearerAuthException(MCPAuthException):
    """A caller may not do this. Applications raise it from their own handlers, for rules of their own."""

    _messages: ClassVar[dict[str, str]] = {
        BearerAuthExceptionCode.MISSING_AUTH_HEADER: "The Authorization header is missing.",
        BearerAuthExceptionCode.INVALID_AUTH_HEADER_FORMAT: "The Authorization header is not of the form Bearer TOKEN.",
        BearerAuthExceptionCode.MISSING_BEARER_TOKEN: "The Authorization header carries no token.",
        BearerAuthExceptionCode.INVALID_ISSUER: "The token issuer does not match the expected issuer.",
        BearerAuthExceptionCode.INVALID_AUDIENCE: "The token audience does not match the expected audience.",
        BearerAuthExceptionCode.MISSING_REQUIRED_SCOPES: "The token does not contain the necessary scopes.",
        BearerAuthExceptionCode.INVALID_TOKEN: "The provided token is not valid or has expired.",
    }

    def __init__(self, code: BearerAuthExceptionCode, cause: MCPAuthBearerAuthExceptionDetails | None = None) -> None:
        super().__init__(code, self._messages.get(code, _UNKNOWN), cause)

    def to_json(self, show_cause: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 - the documented signature
        """As for the base, with `error_uri` and `missing_scopes` when they are known."""
        details = self.cause if isinstance(self.cause, MCPAuthBearerAuthExceptionDetails) else None
        shown = details.model_dump(exclude_none=True) if details and show_cause else None
        return _given(
            error=_spelling(self.code),
            error_description=self.message,
            cause=shown,
            error_uri=details.uri if details else None,
            missing_scopes=details.missing_scopes if details else None,
        )


class MCPAuthTokenVerificationExceptionCode(str, Enum):
    """Why a token could not be verified."""

    INVALID_TOKEN = "invalid_token"  # noqa: S105 - a code
    TOKEN_VERIFICATION_FAILED = "token_verification_failed"  # noqa: S105 - a code
    JWT_VERIFICATION_FAILED = TOKEN_VERIFICATION_FAILED
    """Its name in earlier documentation."""


class MCPAuthTokenVerificationException(MCPAuthException):
    """A token could not be verified."""

    _messages: ClassVar[dict[str, str]] = {
        MCPAuthTokenVerificationExceptionCode.INVALID_TOKEN: "The provided token is invalid or malformed.",
        MCPAuthTokenVerificationExceptionCode.TOKEN_VERIFICATION_FAILED: "The token could not be verified.",
    }

    def __init__(self, code: MCPAuthTokenVerificationExceptionCode, cause: Any = None) -> None:
        super().__init__(code, self._messages.get(code, _UNKNOWN), cause)


def _spelling(code: str) -> str:
    return code.value if isinstance(code, Enum) else code


def _given(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


if TYPE_CHECKING:
    MCPAuthJwtVerificationException = MCPAuthTokenVerificationException
    MCPAuthJwtVerificationExceptionCode = MCPAuthTokenVerificationExceptionCode
else:

    def __getattr__(name: str) -> Any:
        """The names that earlier documentation used."""
        current = {
            "MCPAuthJwtVerificationException": MCPAuthTokenVerificationException,
            "MCPAuthJwtVerificationExceptionCode": MCPAuthTokenVerificationExceptionCode,
        }.get(name)
        if current is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        warnings.warn(f"{name} is now called {current.__name__}", DeprecationWarning, stacklevel=2)
        return current
