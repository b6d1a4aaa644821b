"""What the Python notes servers share: the tools, and who may call them. Each server shows how its SDK is guarded."""

import json
import socket
import sys

import uvicorn
from mcpauth import AuthServerConfig, AuthServerType, MCPAuth, ResourceServerConfig, ResourceServerMetadata
from starlette.middleware.cors import CORSMiddleware


class Notes:
    """A server on `python PROGRAM PORT ISSUER [LEEWAY]`; PORT 0 takes a free one."""

    def __init__(self, path):
        port, issuer, leeway = [*sys.argv[1:], 60][:3]
        self.listener = socket.create_server(("127.0.0.1", int(port)))
        self.origin = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.resource = self.origin + path
        metadata = ResourceServerMetadata(
            resource=self.resource,
            authorization_servers=[AuthServerConfig(issuer=issuer, type=AuthServerType.OIDC)],
            scopes_supported=["read:notes", "write:notes"],
        )
        self.mcp_auth = MCPAuth(protected_resources=ResourceServerConfig(metadata=metadata))
        self.policy = {
            "resource": self.resource,
            "audience": self.resource,
            "required_scopes": ["read:notes"],
            "operations": {"tools/call": {"write_note": ["write:notes"]}},  # beside required_scopes
            "leeway": int(leeway),
        }

    def add_tools(self, mcp):
        """`mcp` has the decorator `tool` that all the SDKs have."""
        mcp_auth, notes = self.mcp_auth, {}  # subject -> texts

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

    def for_browsers(self, app):
        """Lets pages of other origins read what the application answers; the gate in front does so for its own answers."""
        return CORSMiddleware(app, allow_origins=["*"], expose_headers=["Mcp-Session-Id"])

    def serve(self, app, endpoint="/mcp"):
        """Announces the server in one line and runs it until SIGTERM."""
        print(json.dumps({"resource": self.resource, "endpoint": self.origin + endpoint}), flush=True)
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[self.listener])
