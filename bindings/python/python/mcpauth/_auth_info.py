"""The caller of a request."""

from typing import Any

from pydantic import Field

from mcpauth._lazy_model import LazyModel
from mcpauth._mcpauth import Allow

__all__ = ["AuthInfo"]


class AuthInfo(LazyModel):
    """Who called, as the verified access token says. Printing it never prints the token."""

    token: str = Field(repr=False)
    """The access token itself. Do not log it, and do not pass it on to another server."""
    issuer: str
    """The authorization server that issued the token (`iss`)."""
    subject: str
    """The user or client that the token stands for (`sub`); unique within one issuer only."""
    client_id: str | None = None
    """The OAuth client that was given the token, when the token says so."""
    scopes: list[str] = Field(default_factory=list)
    """What the token permits."""
    audience: str | list[str] | None = None
    """For whom the token was issued (`aud`)."""
    expires_at: int | None = None
    """When the token ends (`exp`), in Unix seconds, without leeway."""
    claims: dict[str, Any]
    """Every claim of the token. Those of a verified token are parsed when they are first read."""

    @staticmethod
    def _fill(allow: Allow, members: dict[str, Any]) -> None:
        allow.fill(members)
