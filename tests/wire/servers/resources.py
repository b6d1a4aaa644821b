"""One MCPAuth for several resources: Starlette on uvicorn. The last one trusts both issuers, the others the first.

python resources.py PORT ISSUER ISSUER        PORT 0 takes a free one
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

port, *issuers = sys.argv[1:]
listener = socket.create_server(("127.0.0.1", int(port)))
origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
trusted = {"notes": issuers[:1], "tasks": issuers[:1], "mail": issuers}


def resource(name):
    servers = [AuthServerConfig(issuer=issuer, type=AuthServerType.OIDC) for issuer in trusted[name]]
    metadata = ResourceServerMetadata(resource=f"{origin}/{name}", authorization_servers=servers)
    return ResourceServerConfig(metadata=metadata)


mcp_auth = MCPAuth(protected_resources=[resource(name) for name in trusted])


def guarded(name):
    guard = mcp_auth.bearer_auth_middleware("jwt", resource=f"{origin}/{name}", audience=f"{origin}/{name}")
    subject = Starlette(routes=[Route("/", lambda request: JSONResponse({"subject": mcp_auth.auth_info.subject}))])
    return Mount(f"/{name}", app=subject, middleware=[Middleware(guard)])


health = Route("/health", lambda request: PlainTextResponse("ok"))
app = Starlette(routes=[*mcp_auth.resource_metadata_router().routes, health, *map(guarded, trusted)])

print(json.dumps({"origin": origin, "resource": f"{origin}/notes"}), flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])
