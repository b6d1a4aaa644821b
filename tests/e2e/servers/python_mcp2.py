"""Python `mcp` 2.x over streamable HTTP with sessions, guarded by mcpauth around the whole application."""

from mcp.server.mcpserver import MCPServer
from notes import Notes

notes = Notes("/mcp")
mcp = MCPServer("notes")
notes.add_tools(mcp)

app = notes.for_browsers(mcp.streamable_http_app())
notes.serve(notes.mcp_auth.protect(app, server=mcp, **notes.policy))
