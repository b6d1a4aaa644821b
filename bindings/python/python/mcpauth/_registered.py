"""Which tools and prompts an MCP server has: the official SDK's servers, 1.x and 2.x, and FastMCP's."""

import inspect
import sys
from typing import Any

from mcpauth._logger import logger

__all__ = ["mcp_server_of", "registered_names"]

_LISTS = {
    "tools/call": ("tools", "list_tools", "ListToolsRequest"),
    "prompts/get": ("prompts", "list_prompts", "ListPromptsRequest"),
}
_DEPTH = 8


def mcp_server_of(app: Any, depth: int = _DEPTH) -> Any:
    """The MCP server that an application serves, found through its routes; None when there is none to be found."""
    manager = getattr(app, "session_manager", None)
    if manager is not None:
        return getattr(manager, "app", None)
    fastmcp = getattr(getattr(app, "state", None), "fastmcp_server", None)
    if fastmcp is not None or depth == 0:
        return fastmcp
    inner = [getattr(app, "app", None), getattr(app, "endpoint", None), *(getattr(app, "routes", None) or ())]
    found = (mcp_server_of(one, depth - 1) for one in inner if one is not None)
    return next((server for server in found if server is not None), None)


async def registered_names(server: Any, method: str) -> set[str] | None:
    """The names under a method; None when they cannot be told."""
    if method not in _LISTS:
        return None
    try:
        listed = await _listed(server, *_LISTS[method])
    except Exception as error:  # a handler of the application, which may want a request
        logger.debug("the names under %s cannot be listed: %s", method, type(error).__name__)
        return None
    return None if listed is None else {one.name for one in listed}


async def _listed(server: Any, member: str, function: str, request: str) -> Any:
    if inspect.iscoroutinefunction(listing := getattr(server, function, None)):  # FastMCP, MCPServer
        return await listing()
    if hasattr(server, "get_request_handler"):  # the low-level server of mcp 2.x
        result = await server.get_request_handler(f"{member}/list").handler(None, None)
    else:  # of mcp 1.x
        result = (await server.request_handlers[getattr(sys.modules["mcp.types"], request)](None)).root
    is_whole = (getattr(result, "next_cursor", None) or getattr(result, "nextCursor", None)) is None
    return getattr(result, member) if is_whole else None
