"""What an operator should know at start: what MCP clients will trip over at the authorization servers."""

from collections.abc import Iterator, Mapping
from typing import Any

from mcpauth._authorization_server import AuthServerConfig
from mcpauth._logger import logger
from mcpauth._validation import validate_server_config

__all__ = ["advise"]


def advise(configuration: Mapping[str, Any]) -> None:
    """Logs what the metadata that was given shows; none of it keeps tokens from being judged."""
    for server in _servers(configuration):
        if server.metadata is None:
            continue
        result = validate_server_config(server)
        issuer = server.metadata.issuer
        for error in result.errors:
            logger.warning("%s: %s", issuer, error.description)
        # The latest revision has several for nearly every provider.
        for warning in result.warnings:
            logger.info("%s: %s", issuer, warning.description)


def _servers(configuration: Mapping[str, Any]) -> Iterator[AuthServerConfig]:
    if "server" in configuration:
        yield configuration["server"]
    resources = configuration.get("protected_resources", ())
    for resource in resources if isinstance(resources, list | tuple) else (resources,):
        yield from resource.metadata.authorization_servers or ()
