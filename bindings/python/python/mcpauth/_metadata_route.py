"""The route of the metadata documents (RFC 9728 section 3, RFC 8414 section 3)."""

from typing import Any

from starlette.datastructures import URLPath
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

from mcpauth import _mcpauth as native
from mcpauth._asgi import respond
from mcpauth._engine import Engine

__all__ = ["MetadataRoute"]


class MetadataRoute(BaseRoute):
    """Matches what the engine says is a request for metadata.

    The engine reads the raw path: a route pattern would see it decoded, and takes `{` and `}` for its own.
    """

    name = "mcpauth-metadata"

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def paths(self) -> list[str]:
        """Where the documents are."""
        return self._engine.metadata_paths()

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Decided by the raw path and the method."""
        if scope["type"] != "http" or not self._engine.is_metadata(native.RequestFacts.of(scope)):
            return Match.NONE, {}
        return Match.FULL, {"endpoint": self}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the document."""
        await respond(scope, send, await self._engine.metadata(native.RequestFacts.of(scope)))

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        """There is one path for each resource, so none goes by a name."""
        raise NoMatchFound(name, path_params)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(paths={self.paths!r})"
