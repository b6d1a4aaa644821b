"""Python `mcp` 1.x FastMCP over SSE as on the Get-started page, guarded by mcpauth."""

from mcp.server.fastmcp import FastMCP
from notes import Notes
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

# The client's URL must lie under the resource, and SSE has two (/sse and /messages/): the resource is the origin.
notes = Notes("")
mcp = FastMCP("notes")
notes.add_tools(mcp)

guard = notes.mcp_auth.bearer_auth_middleware("jwt", **notes.policy)
protected = Mount("/", app=mcp.sse_app(), middleware=[Middleware(guard)])
app = Starlette(routes=[*notes.mcp_auth.resource_metadata_router().routes, protected])
notes.serve(app, "/sse")
