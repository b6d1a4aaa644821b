"""An MCP server for todos whose tools need scopes. The environment says whose tokens are good; see README.md."""

import json
import os
from urllib.parse import urlsplit

import uvicorn
from mcp.server.mcpserver import MCPServer
from mcpauth import AuthServerConfig, MCPAuth, ResourceServerConfig, ResourceServerMetadata
from mcpauth.exceptions import (
    BearerAuthExceptionCode,
    MCPAuthBearerAuthException,
    MCPAuthBearerAuthExceptionDetails,
)
from service import TodoService

issuer = os.environ["MCP_AUTH_ISSUER"]
resource = os.environ.get("MCP_RESOURCE_IDENTIFIER", "http://localhost:3001/mcp")

metadata = ResourceServerMetadata(
    resource=resource,
    authorization_servers=[AuthServerConfig(issuer=issuer, type="oidc")],
    # What a client should ask for at first; it steps up to the others.
    scopes_supported=["read:todos"],
)
mcp_auth = MCPAuth(protected_resources=ResourceServerConfig(metadata=metadata))
mcp = MCPServer("todo-manager")
todos = TodoService()


@mcp.tool()
@mcp_auth.requires("create:todos")
def create_todo(content: str) -> str:
    """Creates a todo of the caller."""
    return json.dumps(todos.create(content, mcp_auth.require_auth_info().subject))


@mcp.tool()
def get_todos() -> str:
    """All todos with `read:todos`, otherwise the caller's own."""
    caller = mcp_auth.require_auth_info()
    return json.dumps(todos.list(None if "read:todos" in caller.scopes else caller.subject))


@mcp.tool()
def delete_todo(id: str) -> str:
    """Deletes a todo of the caller, or anybody's with `delete:todos`."""
    caller, todo = mcp_auth.require_auth_info(), todos.get(id)
    if todo is None:
        return json.dumps({"error": "there is no such todo"})
    if todo["ownerId"] != caller.subject and "delete:todos" not in caller.scopes:
        # Whose todo it is only the tool knows, so the client learns it from the tool's answer and not from a challenge.
        details = MCPAuthBearerAuthExceptionDetails(missing_scopes=["delete:todos"])
        raise MCPAuthBearerAuthException(BearerAuthExceptionCode.MISSING_REQUIRED_SCOPES, details)
    todos.delete(id)
    return json.dumps({"deleted": id})


path = urlsplit(resource).path or "/"
app = mcp_auth.protect(mcp.streamable_http_app(streamable_http_path=path, stateless_http=True))

if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ.get("PORT", "3001")), log_level="warning")
