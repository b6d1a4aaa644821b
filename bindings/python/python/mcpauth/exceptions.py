"""What can be raised, each with a `code` that is contract and a message that is not.

The gate never raises these for a bad request: it answers. They are raised while an application configures itself, and
an application may raise the bearer and token ones from its own handlers.
"""

import warnings
from enum import Enum
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from mcpauth import _mcpauth as native

if TYPE_CHECKING:
    from mcpauth._refusal import RefusalResponse

__all__ = [
    "AuthServerExceptionCode",
    "BearerAuthExceptionCode",
    "ConfigExceptionCode",
    "MCPAuthAuthServerException",
    "MCPAuthBearerAuthException",
    "MCPAuthBearerAuthExceptionDetails",
    "MCPAuthConfigException",
    "MCPAuthException",
    "MCPAuthTokenVerificationException",
    "MCPAuthTokenVerificationExceptionCode",
]


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


class ConfigExceptionCode(str, Enum):
    """Why something that the configuration needs could not be had."""

    FETCH_SERVER_CONFIG_ERROR = "fetch_server_config_error"


class AuthServerExceptionCode(str, Enum):
    """Why an authorization server or a configuration cannot be used."""

    INVALID_SERVER_METADATA = "invalid_server_metadata"
    INVALID_SERVER_CONFIG = "invalid_server_config"
    MISSING_JWKS_URI = "missing_jwks_uri"


class MCPAuthAuthServerException(MCPAuthException):
    """The configuration, or the metadata of an authorization server, cannot be used; `cause` says where and why."""

    def __init__(self, code: AuthServerExceptionCode, cause: Any = None) -> None:
        super().__init__(code, _text(code), cause)


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

    response: "RefusalResponse | None" = None
    """What to answer, when it was the engine that refused."""

    def __init__(
        self, code: BearerAuthExceptionCode | str, cause: MCPAuthBearerAuthExceptionDetails | None = None
    ) -> None:
        super().__init__(code, _text(code), cause)

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

    def __init__(self, code: MCPAuthTokenVerificationExceptionCode, cause: Any = None) -> None:
        super().__init__(code, _text(code), cause)


def _text(code: str) -> str:
    """The fixed message; a code of the application's own stands for itself."""
    return native.error_text(code) or _spelling(code)


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
