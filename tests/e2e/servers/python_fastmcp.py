"""FastMCP 4 over streamable HTTP with sessions, guarded by mcpauth around the whole application."""

from fastmcp import FastMCP
from notes import Notes

notes = Notes("/mcp")
mcp = FastMCP("notes")
notes.add_tools(mcp)

guard = notes.mcp_auth.bearer_auth_middleware("jwt", **notes.policy)
notes.serve(guard(notes.for_browsers(mcp.http_app(path="/mcp"))))
