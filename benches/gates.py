"""Gates of ASGI applications in process: gates.py CASES JWKS_URL, one of several processes that run.py has take turns.

Which gates depends on what is installed beside it: our package with the MCP SDK and FastMCP, or mcpauth as it was
published before. It writes its candidates and versions; then it reads lines `NAME<TAB>CALLS` and writes the nanoseconds
of all the calls. Each request runs in a task of its own, as under uvicorn; what a gate costs is what its application
takes beyond the bare one of the same process.
"""

import asyncio
import importlib.metadata
import json
import sys
import time


def main(path, jwks_url):
    with open(path) as file:
        cases = json.load(file)
    version = importlib.metadata.version("mcpauth")
    candidates = {}
    for name in ("RS256", "ES256"):
        algorithm = next(one for one in cases["algorithms"] if one["name"] == name)
        tokens = [token for token in algorithm["tokens"] if token["pem"] == algorithm["tokens"][0]["pem"]]
        if version.startswith("0.3"):
            gates = {
                "mcpauth": ours(cases, token_cache_size=0),
                "mcpauth cached": ours(cases),
                **sdk(cases, name, tokens[0]),
                **fastmcp(cases, name, tokens[0]),
            }
        else:
            gates = {f"mcpauth {version}": published(cases, jwks_url, version)}
        gates = {"no gate": application, **gates}
        candidates |= {f"{name}/{gate}": requests(app, tokens) for gate, app in gates.items()}
    loop = asyncio.new_event_loop()
    for request in candidates.values():
        loop.run_until_complete(batch(request, 2))
    packages = ("mcpauth", "starlette", "PyJWT", "mcp", "fastmcp")
    versions = {name: found for name in packages if (found := installed(name))}
    print(json.dumps({"candidates": list(candidates), "versions": versions}), flush=True)
    for line in sys.stdin:
        name, _, calls = line.rstrip("\n").partition("\t")
        print(loop.run_until_complete(batch(candidates[name], int(calls))), flush=True)


def installed(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


async def batch(request, calls):
    loop = asyncio.get_running_loop()
    started = time.perf_counter_ns()
    for number in range(calls):
        await loop.create_task(request(number))
    return time.perf_counter_ns() - started


async def application(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": b"{}"})


def requests(app, tokens):
    """Requests as uvicorn makes them, each to the end of the response."""
    headers = [
        [
            (b"host", b"rs.example"),
            (b"content-type", b"application/json"),
            (b"accept", b"application/json, text/event-stream"),
            (b"mcp-protocol-version", b"2025-11-25"),
            (b"authorization", f"Bearer {token['token']}".encode()),
            (b"content-length", b"2"),
        ]
        for token in tokens
    ]
    body = {"type": "http.request", "body": b"{}", "more_body": False}

    async def request(number):
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "server": ("127.0.0.1", 8000),
            "client": ("127.0.0.1", 50000),
            "scheme": "http",
            "root_path": "",
            "headers": headers[number % len(headers)],
            "state": {},
            "method": "POST",
            "path": "/mcp",
            "raw_path": b"/mcp",
            "query_string": b"",
        }
        bodies = [body]

        async def receive():
            if bodies:
                return bodies.pop()
            return await asyncio.get_running_loop().create_future()  # nobody hangs up

        async def send(message):
            if message.get("status", 200) != 200:
                raise SystemExit(f"refused: {message}")

        await app(scope, receive, send)

    return request


def ours(cases, **options):
    from mcpauth import AuthServerConfig, MCPAuth, ResourceServerConfig, ResourceServerMetadata

    server = AuthServerConfig(issuer=cases["issuer"], jwks=cases["jwks"])
    metadata = ResourceServerMetadata(resource=cases["resource"], authorization_servers=[server])
    mcp_auth = MCPAuth(protected_resources=ResourceServerConfig(metadata=metadata), **options)
    gate = mcp_auth.bearer_auth_middleware(
        "jwt", resource=cases["resource"], required_scopes=cases["gate"]["required_scopes"], leeway=cases["leeway"]
    )
    return gate(application)


def published(cases, jwks_url, version):
    """mcpauth as it was published, which fetches the keys now and then."""
    from mcpauth import MCPAuth
    from mcpauth.config import AuthorizationServerMetadata, AuthServerConfig, AuthServerType

    metadata = AuthorizationServerMetadata(
        issuer=cases["issuer"],
        authorization_endpoint=cases["issuer"] + "/authorize",
        token_endpoint=cases["issuer"] + "/token",
        jwks_uri=jwks_url,
        response_types_supported=["code"],
        code_challenge_methods_supported=["S256"],
        registration_endpoint=cases["issuer"] + "/register",
    )
    server = AuthServerConfig(metadata=metadata, type=AuthServerType.OAUTH)
    options = {"required_scopes": cases["gate"]["required_scopes"], "leeway": cases["leeway"]}
    if version.startswith("0.1"):
        mcp_auth = MCPAuth(server=server)
    else:
        from mcpauth.types import ResourceServerConfig, ResourceServerMetadata

        own = ResourceServerMetadata(resource=cases["resource"], authorization_servers=[server])
        mcp_auth = MCPAuth(protected_resources=ResourceServerConfig(metadata=own))
        options["resource"] = cases["resource"]
    return mcp_auth.bearer_auth_middleware("jwt", audience=cases["resource"], **options)(application)


def sdk(cases, algorithm, token):
    """The official SDK's middleware with the verifier that its users write."""
    try:
        import jwt
        from mcp.server.auth.middleware.auth_context import AuthContextMiddleware
        from mcp.server.auth.middleware.bearer_auth import BearerAuthBackend, RequireAuthMiddleware
        from mcp.server.auth.provider import AccessToken
        from starlette.middleware.authentication import AuthenticationMiddleware
    except ImportError:
        return {}
    key = jwt.PyJWK(token["jwk"])

    class Verifier:
        async def verify_token(self, token):
            try:
                claims = jwt.decode(
                    token,
                    key,
                    algorithms=[algorithm],
                    audience=cases["resource"],
                    issuer=cases["issuer"],
                    leeway=cases["leeway"],
                )
            except jwt.InvalidTokenError:
                return None
            return AccessToken(
                token=token,
                client_id=claims["client_id"],
                scopes=claims["scope"].split(),
                expires_at=claims["exp"],
                resource=claims["aud"],
                subject=claims["sub"],
                claims=claims,
            )

    app = RequireAuthMiddleware(application, cases["gate"]["required_scopes"])
    return {
        "SDK with PyJWT": AuthenticationMiddleware(AuthContextMiddleware(app), backend=BearerAuthBackend(Verifier()))
    }


def fastmcp(cases, algorithm, token):
    """FastMCP's verifier of JWTs, in the middleware that FastMCP puts around its server."""
    try:
        from fastmcp.server.auth.middleware import RequireAuthMiddleware
        from fastmcp.server.auth.providers.jwt import JWTVerifier
    except ImportError:
        return {}
    scopes = cases["gate"]["required_scopes"]
    verifier = JWTVerifier(
        public_key=token["pem"],
        issuer=cases["issuer"],
        audience=cases["resource"],
        algorithm=algorithm,
        required_scopes=scopes,
    )
    app = RequireAuthMiddleware(application, scopes)
    for middleware in reversed(verifier.get_middleware()):
        app = middleware.cls(app, *middleware.args, **middleware.kwargs)
    return {"FastMCP JWTVerifier": app}


if __name__ == "__main__":
    main(*sys.argv[1:])
