"""Whole tokens in Python: host.py CASES ROUNDS MICROSECONDS. The twin of host.mjs.

All end with the claims as a dict, because that is what the peers give.
"""

import base64
import importlib.metadata
import json
import platform
import sys
import warnings

import jwt
from mcpauth import AuthServerConfig, MCPAuth, ResourceServerConfig, ResourceServerMetadata, _mcpauth
from race import race


def main(path, rounds, microseconds):
    with open(path) as file:
        cases = json.load(file)
    for algorithm in cases["algorithms"]:
        name, tokens = algorithm["name"], algorithm["tokens"]
        candidates = {
            "mcpauth": with_gate(cases, tokens, {"token_cache_size": 0}),
            "mcpauth whole request": with_request(cases, tokens, {"token_cache_size": 0}),
            "mcpauth cached": with_gate(cases, tokens, {}),
            "mcpauth authenticate(), cached": with_authenticate(cases, tokens),
            "PyJWT": with_pyjwt(cases, name, tokens),
            **with_joserfc(cases, name, tokens),
            **with_authlib(cases, name, tokens),
            "cryptography, signature alone": with_cryptography(name, tokens),
        }
        for candidate, run in candidates.items():
            for number, token in enumerate(tokens):
                claims = run(number)
                if claims is not None and dict(claims) != payload(token["token"]):
                    raise SystemExit(f"{candidate}, {name}: the claims differ")
        measured = race(candidates, int(rounds), float(microseconds))
        row = {"group": "token", "what": name, "candidates": measured, "versions": versions()}
        print(json.dumps(row), flush=True)


def payload(token):
    text = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def versions():
    from cryptography.hazmat.backends.openssl import backend

    packages = ("PyJWT", "joserfc", "Authlib", "cryptography")
    own = {"Python": platform.python_version(), "OpenSSL of cryptography": backend.openssl_version_text().split()[1]}
    return own | {name: importlib.metadata.version(name) for name in packages}


def with_gate(cases, tokens, options):
    """A token, without a request around it, as the peers get it."""
    gate = engine(cases, options).gate(json.dumps(cases["gate"]))
    texts, now = [token["token"] for token in tokens], cases["now"]
    return lambda number: gate.check_token(texts[number % len(texts)], None, now).read_claims(json.loads)


def with_request(cases, tokens, options):
    gate = engine(cases, options).gate(json.dumps(cases["gate"]))
    requests = [  # what a client of MCP sends, as it stands in an ASGI scope
        [
            (b"host", b"rs.example"),
            (b"content-type", b"application/json"),
            (b"accept", b"application/json, text/event-stream"),
            (b"mcp-protocol-version", b"2025-11-25"),
            (b"authorization", f"Bearer {token['token']}".encode()),
            (b"content-length", b"97"),
        ]
        for token in tokens
    ]
    now = cases["now"]

    def verify(number):
        return gate.check("POST", "/mcp", requests[number % len(requests)], None, None, now).read_claims(json.loads)

    return verify


def with_authenticate(cases, tokens):
    """What an application calls, which has nothing to wait for here."""
    server = AuthServerConfig(issuer=cases["issuer"], jwks=cases["jwks"])
    metadata = ResourceServerMetadata(resource=cases["resource"], authorization_servers=[server])
    mcp_auth = MCPAuth(protected_resources=ResourceServerConfig(metadata=metadata))
    texts, options = [token["token"] for token in tokens], {"resource": cases["resource"], "leeway": cases["leeway"]}

    def verify(number):
        try:
            mcp_auth.authenticate(texts[number % len(texts)], **options).send(None)
        except StopIteration as done:
            return done.value.claims
        raise SystemExit("authenticate() waits for something")

    return verify


def engine(cases, options):
    return _mcpauth.Engine(json.dumps({**cases["configuration"], **options}))


def with_pyjwt(cases, algorithm, tokens):
    signed = [(token["token"], jwt.PyJWK(token["jwk"])) for token in tokens]
    options = {"require": ["exp", "iss", "aud", "sub"]}

    def verify(number):
        token, key = signed[number % len(signed)]
        return jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=cases["resource"],
            issuer=cases["issuer"],
            leeway=cases["leeway"],
            options=options,
        )

    return verify


def with_joserfc(cases, algorithm, tokens):
    try:
        from joserfc import jwt as joserfc
        from joserfc.jwk import JWKRegistry
    except ImportError:
        return {}
    signed = [(token["token"], JWKRegistry.import_key(token["jwk"])) for token in tokens]
    registry = joserfc.JWTClaimsRegistry(
        leeway=cases["leeway"],
        iss={"essential": True, "value": cases["issuer"]},
        aud={"essential": True, "value": cases["resource"]},
        sub={"essential": True},
        exp={"essential": True},
    )

    def verify(number):
        token, key = signed[number % len(signed)]
        claims = joserfc.decode(token, key, algorithms=[algorithm]).claims
        registry.validate(claims)
        return claims

    return {"joserfc": verify}


def with_authlib(cases, algorithm, tokens):
    try:
        with warnings.catch_warnings(record=True):  # it recommends joserfc, which is measured too
            from authlib.jose import JsonWebKey, JsonWebToken
    except ImportError:
        return {}
    authlib = JsonWebToken([algorithm])
    signed = [(token["token"], JsonWebKey.import_key(token["jwk"])) for token in tokens]
    options = {
        "iss": {"essential": True, "value": cases["issuer"]},
        "aud": {"essential": True, "value": cases["resource"]},
        "sub": {"essential": True},
        "exp": {"essential": True},
    }

    def verify(number):
        token, key = signed[number % len(signed)]
        claims = authlib.decode(token, key, claims_options=options)
        claims.validate(leeway=cases["leeway"])
        return claims

    return {"authlib": verify}


def with_cryptography(algorithm, tokens):
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, padding, utils

    def signed(token):
        key = serialization.load_pem_public_key(token["pem"].encode())
        message, _, text = token["token"].rpartition(".")
        signature = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        sha = hashes.SHA384() if algorithm == "ES384" else hashes.SHA256()
        if algorithm in ("ES256", "ES384"):
            half = len(signature) // 2
            parts = (int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big"))
            return key, (utils.encode_dss_signature(*parts), message.encode(), ec.ECDSA(sha))
        if algorithm == "RS256":
            return key, (signature, message.encode(), padding.PKCS1v15(), sha)
        if algorithm == "PS256":
            return key, (signature, message.encode(), padding.PSS(padding.MGF1(sha), 32), sha)
        return key, (signature, message.encode())

    all_signed = [signed(token) for token in tokens]

    def verify(number):
        key, arguments = all_signed[number % len(all_signed)]
        key.verify(*arguments)

    return verify


if __name__ == "__main__":
    main(*sys.argv[1:])
