"""A `WWW-Authenticate` header of an application's own."""

from typing_extensions import Self

from mcpauth import _mcpauth as native

__all__ = ["BearerWWWAuthenticateHeader"]


class BearerWWWAuthenticateHeader:
    """Builds a Bearer challenge (RFC 6750 section 3), for handlers that answer themselves; the gate makes its own."""

    header_name = native.challenge_header

    def __init__(self) -> None:
        self._parameters: dict[str, str] = {}

    def set_parameter_if_value_exists(self, parameter: str, value: str | None) -> Self:
        """Sets a parameter; an empty value or None leaves the header as it is."""
        if value:
            self._parameters[parameter] = value
        return self

    def to_string(self) -> str:
        """The value of the header; empty without parameters."""
        return native.challenge(list(self._parameters.items())) if self._parameters else ""
