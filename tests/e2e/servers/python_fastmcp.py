"""FastMCP 4 over streamable HTTP with sessions, guarded by mcpauth as its auth provider."""

from fastmcp import FastMCP
from mcpauth.fastmcp import MCPAuthProvider
from notes import Notes
from starlette.middleware import Middleware

notes = Notes("/mcp")
mcp = FastMCP("notes", auth=MCPAuthProvider(notes.mcp_auth, **notes.policy))
notes.add_tools(mcp)

notes.serve(mcp.http_app(path="/mcp", middleware=[Middleware(notes.for_browsers)]))
