"""An MCP operation: what a JSON-RPC message asks for."""

from typing import NamedTuple

__all__ = ["Operation"]


class Operation(NamedTuple):
    """A JSON-RPC method, and the tool, prompt or resource that it names."""

    method: str
    """Such as `tools/call`."""
    name: str | None
    """Such as the name of the tool."""
