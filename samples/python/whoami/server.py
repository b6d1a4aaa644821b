"""An MCP server that tells who calls, in authorization-server mode: for tokens that only the authorization server can
read, and clients of MCP 2025-03-26. See README.md."""

import json
import os

import httpx
import uvicorn
from mcp.server.mcpserver import MCPServer
from mcpauth import AuthInfo, MCPAuth
from mcpauth.exceptions import MCPAuthTokenVerificationException, MCPAuthTokenVerificationExceptionCode
from mcpauth.utils import fetch_server_config
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

issuer = os.environ["MCP_AUTH_ISSUER"]
server = fetch_server_config(issuer, "oidc")
mcp_auth = MCPAuth(server=server)
mcp = MCPServer("whoami")


async def verify(token: str) -> AuthInfo:
    """Asks the authorization server who the token belongs to."""
    async with httpx.AsyncClient() as client:
        headers = {"Authorization": f"Bearer {token}"}
        answer = await client.get(server.metadata.userinfo_endpoint, headers=headers)
    if answer.status_code != 200:
        raise MCPAuthTokenVerificationException(MCPAuthTokenVerificationExceptionCode.INVALID_TOKEN)
    claims = answer.json()
    return AuthInfo(token=token, issuer=issuer, subject=claims["sub"], claims=claims)


@mcp.tool()
def whoami() -> str:
    """Who calls, as the authorization server says."""
    return json.dumps(mcp_auth.require_auth_info().claims)


app = Starlette(
    routes=[
        mcp_auth.metadata_route(),
        Mount("/", app=mcp.sse_app(), middleware=[Middleware(mcp_auth.bearer_auth_middleware(verify))]),
    ]
)

if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ.get("PORT", "3001")), log_level="warning")
