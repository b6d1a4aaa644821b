"""Python `mcp` 2.x over streamable HTTP with sessions, guarded by mcpauth."""

from mcp.server.mcpserver import MCPServer
from notes import Notes
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

notes = Notes("/mcp")
mcp = MCPServer("notes")
notes.add_tools(mcp)

guard = notes.mcp_auth.bearer_auth_middleware("jwt", **notes.policy)
protected = Mount("/", app=notes.for_browsers(mcp.streamable_http_app()), middleware=[Middleware(guard)])
routes = [*notes.mcp_auth.resource_metadata_router().routes, protected]
notes.serve(Starlette(routes=routes, lifespan=lambda app: mcp.session_manager.run()))
