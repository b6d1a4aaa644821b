"""The eager fetch of an authorization server's metadata."""

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import ValidationError

from mcpauth import _mcpauth as native
from mcpauth._authorization_server import AuthorizationServerMetadata, AuthServerConfig, AuthServerType
from mcpauth._fetch import Reply, fetcher
from mcpauth.exceptions import (
    AuthServerExceptionCode,
    ConfigExceptionCode,
    MCPAuthAuthServerException,
    MCPAuthConfigException,
)

if TYPE_CHECKING:
    import httpx

    from mcpauth._fetch import Client

__all__ = [
    "fetch_server_config",
    "fetch_server_config_async",
    "fetch_server_config_by_well_known_url",
    "fetch_server_config_by_well_known_url_async",
]

Document: TypeAlias = dict[str, Any]


def fetch_server_config(
    issuer: str,
    type: AuthServerType | str,  # noqa: A002 - the documented name
    transpile_data: Callable[[Document], Document] | None = None,
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
        TypeError: `transpile_data` is asynchronous, or `http_client` is: use `fetch_server_config_async`.
    """
    return _Query(lambda kind: native.Discovery(issuer, kind.value), type, http_client).run(transpile_data)


async def fetch_server_config_async(
    issuer: str,
    type: AuthServerType | str,  # noqa: A002 - the documented name
    transpile_data: Callable[[Document], Document | Awaitable[Document]] | None = None,
    *,
    http_client: "Client | None" = None,
) -> AuthServerConfig:
    """`fetch_server_config` for an event loop, which goes on meanwhile; `transpile_data` may be asynchronous."""
    query = _Query(lambda kind: native.Discovery(issuer, kind.value), type, http_client)
    return await query.run_async(transpile_data)


def fetch_server_config_by_well_known_url(
    well_known_url: str,
    type: AuthServerType | str,  # noqa: A002 - the documented name
    transpile_data: Callable[[Document], Document] | None = None,
    *,
    http_client: "httpx.Client | None" = None,
) -> AuthServerConfig:
    """`fetch_server_config` for a document that lives elsewhere than its issuer says."""
    return _Query(lambda _: native.Discovery.at(well_known_url), type, http_client).run(transpile_data)


async def fetch_server_config_by_well_known_url_async(
    well_known_url: str,
    type: AuthServerType | str,  # noqa: A002 - the documented name
    transpile_data: Callable[[Document], Document | Awaitable[Document]] | None = None,
    *,
    http_client: "Client | None" = None,
) -> AuthServerConfig:
    """`fetch_server_config_async` for a document that lives elsewhere than its issuer says."""
    query = _Query(lambda _: native.Discovery.at(well_known_url), type, http_client)
    return await query.run_async(transpile_data)


class _Query:
    def __init__(
        self,
        begin: Callable[[AuthServerType], native.Discovery],
        server_type: AuthServerType | str,
        client: "Client | None",
    ) -> None:
        self._type = AuthServerType(server_type)
        self._client = client
        self._fetcher = fetcher(client)
        try:
            self._discovery = begin(self._type)
        except ValueError as error:
            cause = json.loads(str(error))
            raise _unavailable(cause["error_description"], cause) from None

    def run(self, transpile: Callable[[Document], Any] | None) -> AuthServerConfig:
        if inspect.iscoroutinefunction(transpile):
            raise _asynchronous("transpile_data")
        if self._client is not None and hasattr(self._client, "aclose"):
            raise _asynchronous("http_client")
        while (fetch := self._discovery.ask()) is not None:
            self._supply(self._fetcher.start(fetch).result())
        document = self._document()
        return self._config(transpile(document) if transpile else document)

    async def run_async(self, transpile: Callable[[Document], Any] | None) -> AuthServerConfig:
        while (fetch := self._discovery.ask()) is not None:
            self._supply(await asyncio.wrap_future(self._fetcher.start(fetch)))
        document = self._document()
        corrected = transpile(document) if transpile else document
        return self._config(await corrected if inspect.isawaitable(corrected) else corrected)

    def _supply(self, reply: Reply | None) -> None:
        if reply is None:
            self._discovery.supply_failure()
        else:
            self._discovery.supply(reply.status, reply.headers, reply.body)

    def _document(self) -> Document:
        text = self._discovery.document
        if text is None:
            code, description = self._discovery.error or ("", "")
            cause = {"error": code, "error_description": description}
            if self._discovery.documented_error == AuthServerExceptionCode.INVALID_SERVER_METADATA.value:
                raise MCPAuthAuthServerException(AuthServerExceptionCode.INVALID_SERVER_METADATA, cause)
            raise _unavailable(description, cause)
        document: Document = json.loads(text)
        return document

    def _config(self, document: Document) -> AuthServerConfig:
        if inspect.isawaitable(document):
            if inspect.iscoroutine(document):
                document.close()
            raise _asynchronous("transpile_data")
        try:
            metadata = AuthorizationServerMetadata.model_validate(document)
        except ValidationError as error:
            cause = {"error_description": str(error)}
            raise MCPAuthAuthServerException(AuthServerExceptionCode.INVALID_SERVER_METADATA, cause) from error
        return AuthServerConfig(metadata=metadata, type=self._type)


def _asynchronous(parameter: str) -> TypeError:
    return TypeError(f"{parameter} is asynchronous: await fetch_server_config_async instead")


def _unavailable(message: str, cause: Any) -> MCPAuthConfigException:
    return MCPAuthConfigException(ConfigExceptionCode.FETCH_SERVER_CONFIG_ERROR, message, cause)
