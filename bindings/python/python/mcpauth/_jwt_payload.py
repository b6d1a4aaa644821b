"""The claims of an access token, for applications that read a payload themselves."""

from typing import Annotated

from pydantic import BaseModel, Field

__all__ = ["JwtPayload"]

_Text = Annotated[str, Field(min_length=1)]


class JwtPayload(BaseModel):
    """The registered claims that matter here (RFC 7519 section 4.1, RFC 9068 section 2.2).

    The engine does not use it: it reads claims itself, and more strictly.
    """

    iss: _Text
    sub: _Text
    aud: _Text | list[_Text] | None = None
    exp: int | None = None
    client_id: str | None = None
    azp: str | None = None
    scope: str | list[str] | None = None
    scopes: str | list[str] | None = None
