"""The route of the protected resource metadata documents (RFC 9728 section 3)."""

from typing import Any

from starlette.datastructures import URLPath
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

from mcpauth._asgi import RequestFacts, respond
from mcpauth._engine import Engine

__all__ = ["MetadataRoute"]

_ANSWER = "mcpauth.metadata"


class MetadataRoute(BaseRoute):
    """Matches what the engine says is a request for metadata.

    The engine reads the raw path: a route pattern would see it decoded, and takes `{` and `}` for its own.
    """

    name = "mcpauth-protected-resource-metadata"

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.paths = engine.metadata_paths()

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """A full match carries the answer along."""
        if scope["type"] != "http":
            return Match.NONE, {}
        answer = self._engine.metadata(RequestFacts.of(scope))
        return (Match.NONE, {}) if answer is None else (Match.FULL, {"endpoint": self, _ANSWER: answer})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the document."""
        await respond(scope, send, scope[_ANSWER])

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        """There is one path for each resource, so none goes by a name."""
        raise NoMatchFound(name, path_params)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(paths={self.paths!r})"
