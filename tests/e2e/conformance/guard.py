"""The gate of the Python package in front of another server, to which it only passes on what the gate lets through.

python guard.py ENDPOINT ISSUER
"""

import json
import socket
import sys
from urllib.parse import urlsplit

import httpx
import uvicorn
from mcpauth import AuthServerConfig, AuthServerType, MCPAuth, ResourceServerConfig, ResourceServerMetadata
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.responses import StreamingResponse
from starlette.routing import Route

endpoint, issuer = sys.argv[1:]
listener = socket.create_server(("127.0.0.1", 0))
resource = f"http://127.0.0.1:{listener.getsockname()[1]}{urlsplit(endpoint).path}"
servers = [AuthServerConfig(issuer=issuer, type=AuthServerType.OIDC)]
metadata = ResourceServerMetadata(resource=resource, authorization_servers=servers, scopes_supported=["read:notes"])
mcp_auth = MCPAuth(protected_resources=ResourceServerConfig(metadata=metadata))
guard = mcp_auth.bearer_auth_middleware(
    "jwt",
    resource=resource,
    operations={"tools/call": {"test_simple_text": ["read:notes"]}},  # so that bodies are read
)
http = httpx.AsyncClient(timeout=None, trust_env=False)


async def pass_on(request):
    onward = http.build_request(
        request.method, endpoint, headers=request.headers.raw, content=await request.body() or None
    )
    answer = await http.send(onward, stream=True)
    response = StreamingResponse(answer.aiter_raw(), answer.status_code, background=BackgroundTask(answer.aclose))
    hop_by_hop = (b"transfer-encoding", b"connection", b"keep-alive")
    response.raw_headers = [
        (name.lower(), value) for name, value in answer.headers.raw if name.lower() not in hop_by_hop
    ]
    return response


route = Route(urlsplit(endpoint).path, pass_on, methods=["GET", "POST", "DELETE"])
app = Starlette(routes=[route], middleware=[Middleware(guard)])
print(json.dumps({"endpoint": resource}), flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])
