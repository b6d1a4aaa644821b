"""What MCP clients will trip over at an authorization server (RFC 8414, MCP authorization)."""

import json
from enum import Enum
from typing import Any

from pydantic import BaseModel, Field

from mcpauth import _mcpauth as native
from mcpauth._authorization_server import AuthServerConfig
from mcpauth._json import to_json

__all__ = [
    "AuthServerConfigError",
    "AuthServerConfigErrorCode",
    "AuthServerConfigFinding",
    "AuthServerConfigValidationResult",
    "AuthServerConfigWarning",
    "AuthServerConfigWarningCode",
    "validate_server_config",
]


class AuthServerConfigErrorCode(str, Enum):
    """The codes of errors that have a name here; a result may carry others of tests/vectors/README.md."""

    INVALID_SERVER_METADATA = "invalid_server_metadata"
    CODE_RESPONSE_TYPE_NOT_SUPPORTED = "code_response_type_not_supported"
    AUTHORIZATION_CODE_GRANT_NOT_SUPPORTED = "authorization_code_grant_not_supported"
    PKCE_NOT_SUPPORTED = "pkce_not_supported"
    S256_CODE_CHALLENGE_METHOD_NOT_SUPPORTED = "s256_code_challenge_method_not_supported"


class AuthServerConfigWarningCode(str, Enum):
    """The codes of warnings that have a name here; a result may carry others."""

    DYNAMIC_REGISTRATION_NOT_SUPPORTED = "dynamic_registration_not_supported"


class AuthServerConfigFinding(BaseModel):
    """One thing that the metadata shows."""

    code: str
    """Its name, which does not change."""
    description: str
    """What it means, and what to change."""
    pointer: str | None = None
    """A JSON pointer to the member that it is about (RFC 6901)."""


class AuthServerConfigError(AuthServerConfigFinding):
    """What breaks the rules or keeps MCP clients out."""

    code: AuthServerConfigErrorCode | str = Field(union_mode="left_to_right")
    cause: Any = None


class AuthServerConfigWarning(AuthServerConfigFinding):
    """What should be changed."""

    code: AuthServerConfigWarningCode | str = Field(union_mode="left_to_right")


class AuthServerConfigValidationResult(BaseModel):
    """Everything that the metadata shows; none of it keeps tokens from being judged."""

    is_valid: bool
    errors: list[AuthServerConfigError]
    warnings: list[AuthServerConfigWarning]
    successes: list[AuthServerConfigFinding] = Field(default_factory=list)
    """What is as it should be."""
    notes: list[AuthServerConfigFinding] = Field(default_factory=list)
    """What is good to know."""


def validate_server_config(
    config: AuthServerConfig, *, revision: str | None = None
) -> AuthServerConfigValidationResult:
    """Judges the metadata of an authorization server by a revision of the MCP specification.

    Args:
        config: The server, with its metadata: given by hand, or fetched with `fetch_server_config`.
        revision: Its date, such as `2025-06-18`. By default the newest that is known.

    Raises:
        ValueError: There is no metadata to judge, or the revision is unknown.
    """
    if config.metadata is None:
        raise ValueError("there is no metadata to judge: fetch it with fetch_server_config")
    return AuthServerConfigValidationResult.model_validate(
        json.loads(native.validate(to_json(config.metadata), revision, config.issuer))
    )
