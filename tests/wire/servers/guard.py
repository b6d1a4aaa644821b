"""The smallest guarded server, laid out as on the Get-started page: Starlette on uvicorn.

python guard.py PORT ISSUER        PORT 0 takes a free one
"""

import json
import socket
import sys

import uvicorn
from mcpauth import MCPAuth
from mcpauth.config import AuthServerConfig, AuthServerType, ResourceServerConfig, ResourceServerMetadata
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Mount, Route

port, issuer = sys.argv[1:]
listener = socket.create_server(("127.0.0.1", int(port)))
origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
resource_id = f"{origin}/notes"

servers, scopes = [AuthServerConfig(issuer=issuer, type=AuthServerType.OIDC)], ["read:notes"]
metadata = ResourceServerMetadata(resource=resource_id, authorization_servers=servers, scopes_supported=scopes)
mcp_auth = MCPAuth(protected_resources=ResourceServerConfig(metadata=metadata))
guard = mcp_auth.bearer_auth_middleware("jwt", resource=resource_id, audience=resource_id, required_scopes=scopes)

notes = Starlette(routes=[Route("/notes", lambda request: JSONResponse({"subject": mcp_auth.auth_info.subject}))])
health = Route("/health", lambda request: PlainTextResponse("ok"))
protected = Mount("/", app=notes, middleware=[Middleware(guard)])
app = Starlette(routes=[*mcp_auth.resource_metadata_router().routes, health, protected])

print(json.dumps({"origin": origin, "resource": resource_id}), flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])
