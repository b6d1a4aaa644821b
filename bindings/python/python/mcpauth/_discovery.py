"""The eager fetch of an authorization server's metadata."""

import asyncio
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from mcpauth import _fetch
from mcpauth import _mcpauth as native
from mcpauth._authorization_server import AuthorizationServerMetadata, AuthServerConfig, AuthServerType
from mcpauth.exceptions import AuthServerExceptionCode, MCPAuthAuthServerException, MCPAuthConfigException

if TYPE_CHECKING:
    import httpx

__all__ = [
    "fetch_server_config",
    "fetch_server_config_async",
    "fetch_server_config_by_well_known_url",
    "fetch_server_config_by_well_known_url_async",
]


def fetch_server_config(
    issuer: str,
    type: AuthServerType | str,  # noqa: A002 - the documented name
    transpile_data: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
    *,
    http_client: "httpx.Client | None" = None,
) -> AuthServerConfig:
    """Fetches the metadata of an authorization server now, and waits for it.

    It blocks, also inside a running event loop: call it while the application starts, or use its async twin. When the
    server is down it raises and the application does not start; `AuthServerConfig(issuer=..., type=...)` fetches later.

    Args:
        issuer: The issuer identifier (RFC 8414 section 2).
        type: Which well-known path to ask for.
        transpile_data: Corrects a document that is not quite right, before it is read.
        http_client: For a private certificate authority or a proxy.

    Raises:
        MCPAuthConfigException: The document could not be had.
        MCPAuthAuthServerException: The document is no authorization server metadata.
    """
    return _Query(lambda kind: native.Discovery(issuer, kind.value), type, transpile_data, http_client).run()


async def fetch_server_config_async(
    issuer: str,
    type: AuthServerType | str,  # noqa: A002 - the documented name
    transpile_data: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
    *,
    http_client: "httpx.Client | None" = None,
) -> AuthServerConfig:
    """`fetch_server_config` for an event loop, which goes on meanwhile."""
    query = _Query(lambda kind: native.Discovery(issuer, kind.value), type, transpile_data, http_client)
    return await query.run_async()


def fetch_server_config_by_well_known_url(
    well_known_url: str,
    type: AuthServerType | str,  # noqa: A002 - the documented name
    transpile_data: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
    *,
    http_client: "httpx.Client | None" = None,
) -> AuthServerConfig:
    """`fetch_server_config` for a document that lives elsewhere than its issuer says."""
    return _Query(lambda _: native.Discovery.at(well_known_url), type, transpile_data, http_client).run()


async def fetch_server_config_by_well_known_url_async(
    well_known_url: str,
    type: AuthServerType | str,  # noqa: A002 - the documented name
    transpile_data: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
    *,
    http_client: "httpx.Client | None" = None,
) -> AuthServerConfig:
    """`fetch_server_config_by_well_known_url` for an event loop, which goes on meanwhile."""
    query = _Query(lambda _: native.Discovery.at(well_known_url), type, transpile_data, http_client)
    return await query.run_async()


class _Query:
    def __init__(
        self,
        begin: Callable[[AuthServerType], native.Discovery],
        server_type: AuthServerType | str,
        transpile_data: Callable[[dict[str, Any]], dict[str, Any]] | None,
        client: "httpx.Client | None",
    ) -> None:
        self._type = AuthServerType(server_type)
        try:
            self._discovery = begin(self._type)
        except ValueError as error:
            cause = json.loads(str(error))
            raise _unavailable(cause["error_description"], cause) from None
        self._transpile = transpile_data
        self._client = _fetch.require_sync(client)

    def run(self) -> AuthServerConfig:
        while (fetch := self._discovery.ask()) is not None:
            self._supply(_fetch.start(fetch, self._client).result())
        return self._config()

    async def run_async(self) -> AuthServerConfig:
        while (fetch := self._discovery.ask()) is not None:
            self._supply(await asyncio.wrap_future(_fetch.start(fetch, self._client)))
        return self._config()

    def _supply(self, reply: "_fetch.Reply | None") -> None:
        if reply is None:
            self._discovery.supply_failure()
        else:
            self._discovery.supply(reply.status, reply.headers, reply.body)

    def _config(self) -> AuthServerConfig:
        text = self._discovery.document
        if text is None:
            code, description = self._discovery.error or ("", "")
            raise _unavailable(description, {"error": code, "error_description": description})
        document = json.loads(text)
        try:
            metadata = AuthorizationServerMetadata.model_validate(
                self._transpile(document) if self._transpile else document
            )
        except ValidationError as error:
            cause = {"error_description": str(error)}
            raise MCPAuthAuthServerException(AuthServerExceptionCode.INVALID_SERVER_METADATA, cause) from error
        return AuthServerConfig(metadata=metadata, type=self._type)


def _unavailable(message: str, cause: Any) -> MCPAuthConfigException:
    return MCPAuthConfigException("fetch_server_config_error", message, cause)
