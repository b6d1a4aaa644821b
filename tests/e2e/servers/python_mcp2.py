"""A notes server: Python `mcp` 2.x over streamable HTTP with sessions, guarded by mcpauth.

python python_mcp2.py PORT ISSUER [LEEWAY]        PORT 0 takes a free one
"""

import json
import socket
import sys

import uvicorn
from mcp.server.mcpserver import MCPServer
from mcpauth import AuthServerConfig, AuthServerType, MCPAuth, ResourceServerConfig, ResourceServerMetadata
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
resource_id = f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
metadata = ResourceServerMetadata(
    resource=resource_id,
    authorization_servers=[AuthServerConfig(issuer=sys.argv[2], type=AuthServerType.OIDC)],
    scopes_supported=["read:notes", "write:notes"],
)
mcp_auth = MCPAuth(protected_resources=ResourceServerConfig(metadata=metadata))
mcp = MCPServer("notes")
notes: dict[str, list[str]] = {}  # subject -> texts


@mcp.tool()
def whoami() -> str:
    return json.dumps({"subject": mcp_auth.auth_info.subject, "scopes": mcp_auth.auth_info.scopes})


@mcp.tool()
def list_notes() -> str:
    return json.dumps(notes.get(mcp_auth.auth_info.subject, []))


@mcp.tool()
def write_note(text: str) -> str:
    notes.setdefault(mcp_auth.auth_info.subject, []).append(text)
    return json.dumps("written")


guard = mcp_auth.bearer_auth_middleware(
    "jwt",
    resource=resource_id,
    audience=resource_id,
    required_scopes=["read:notes"],
    operations={"tools/call": {"write_note": ["write:notes"]}},  # beside required_scopes
    leeway=int(sys.argv[3]) if len(sys.argv) > 3 else 60,
)
protected = Mount("/", app=mcp.streamable_http_app(), middleware=[Middleware(guard)])
routes = [*mcp_auth.resource_metadata_router().routes, protected]
app = Starlette(routes=routes, lifespan=lambda app: mcp.session_manager.run())

print(json.dumps({"resource": resource_id, "endpoint": resource_id}), flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])
