#!/usr/bin/env python3
"""Writes providers.jsonl: the tokens of providers.json, signed, under the servers that providers-map.json names.

providers.json holds what real providers emit: header, payload, metadata, and the identity that a resource must read from
it. providers-map.json is written by hand, a row a vector: the fixture, the preset with its parameters, the entry of
`authorization_servers` that the preset must give, the options of the gate, and what is expected:

    "identity"                       that of the fixture
    {"identity": {member: value}}    that of the fixture but for these members
    a code                           the request is refused with it
    "configuration_error"            there is no such server: no vector, tests of the presets see to it

`change` replaces members of the header, the payload or the metadata, `jwk` members of the key; null removes one. `beside`
lists members of further keys in the set. The keys are functions of the provider and the algorithm alone, like those of
sign.py; RSA keys are searched for from that seed, and nothing private is stored.
"""

import hashlib
import json
import pathlib
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from sign import base64url, compact
from sign import jwk as small_jwk
from sign import signature as small_signature

HERE = pathlib.Path(__file__).resolve().parent.parent
NOW = 1767225660  # a minute after the fixtures were issued
STATUS = {"insufficient_scope": 403}
BEFORE_KEYS = {"wrong_token_type", "untrusted_issuer"}  # README: judged before a key is looked for
ORDER_P384 = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973


def stream(seed: str, length: int) -> int:
    blocks = (hashlib.sha256(f"mcpauth vectors {seed} {n}".encode()).digest() for n in range(-(-length // 32)))
    return int.from_bytes(b"".join(blocks)[:length], "big")


def is_prime(n: int) -> bool:
    """Miller and Rabin, 20 bases: for test keys."""
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71):
        if n % base == 0:
            return False
        if pow(base, odd, n) != 1 and all(pow(base, odd << turn, n) != n - 1 for turn in range(twos)):
            return False
    return True


def prime(seed: str) -> int:
    candidate = stream(seed, 128) | (3 << 1022) | 1
    while candidate % 65537 == 1 or not is_prime(candidate):
        candidate += 2
    return candidate


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    p, q = prime(f"RSA {name} p"), prime(f"RSA {name} q")
    d = pow(65537, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(65537, p * q)
    return rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public).private_key()


def p384_key(name: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(stream(f"ES384 {name}", 48) % (ORDER_P384 - 1) + 1, ec.SECP384R1())


def jwk(name: str, alg: str, kid: str, members: dict) -> dict:
    match alg:
        case "RS256":
            public = RSAAlgorithm.to_jwk(rsa_key(name).public_key(), as_dict=True)
        case "ES384":
            public = ECAlgorithm.to_jwk(p384_key(name).public_key(), as_dict=True)
        case _:
            public = small_jwk(name, alg)
    public.pop("key_ops", None)
    return replaced({**public, "kid": kid, "alg": alg, "use": "sig"}, members)


def token(name: str, header: dict, payload: dict) -> str:
    text = f"{base64url(compact(header))}.{base64url(compact(payload))}"
    data = text.encode()
    match header["alg"]:
        case "RS256":
            signature = rsa_key(name).sign(data, padding.PKCS1v15(), hashes.SHA256())
        case "ES384":
            der = p384_key(name).sign(data, ec.ECDSA(hashes.SHA384(), deterministic_signing=True))
            signature = b"".join(half.to_bytes(48, "big") for half in utils.decode_dss_signature(der))
        case alg:
            signature = small_signature(data, name, alg)
    return f"{text}.{base64url(signature)}"


def replaced(members: dict, change: dict) -> dict:
    return {name: value for name, value in {**members, **change}.items() if value is not None}


def well_known(server: dict) -> str:
    """Where the metadata is looked for first (RFC 8414 section 3.1; OpenID Connect Discovery 1.0 section 4)."""
    issuer = server["issuer"].rstrip("/")
    if server["type"] == "oidc":
        return f"{issuer}/.well-known/openid-configuration"
    scheme, _, rest = issuer.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host}/.well-known/oauth-authorization-server{slash}{path}"


def fetched(url: str, document: dict) -> list[dict]:
    supply = {"status": 200, "headers": [], "body": document}
    return [{"expect": {"fetch": {"method": "GET", "url": url}}}, {"supply": supply, "now": NOW}]


def vector(row: dict, fixture: dict) -> dict:
    change, server, name = row.get("change", {}), row["server"], fixture["provider"]
    header = replaced(fixture["jose_header"], change.get("header", {}))
    payload = replaced(fixture["payload"], change.get("payload", {}))
    metadata = replaced(fixture["as_metadata"], change.get("metadata", {}))
    keys = [jwk(f"{name} beside", "RS256", "", other) for other in row.get("beside", [])]
    keys.append(jwk(name, header["alg"], header["kid"], row.get("jwk", {})))

    match row["expect"]:
        case "identity":
            last, needs_keys = {"allow": fixture["expect"]}, True
        case {"identity": other}:
            last, needs_keys = {"allow": {**fixture["expect"], **other}}, True
        case code:
            last, needs_keys = {"respond": {"status": STATUS.get(code, 401), "code": code}}, code not in BEFORE_KEYS
    fetches = []
    if needs_keys:
        if "jwks_uri" not in server:
            fetches += fetched(well_known(server), metadata)
        fetches += fetched(server.get("jwks_uri", metadata["jwks_uri"]), {"keys": keys})

    authorization = f"Bearer {token(name, header, payload)}"
    ask = {"method": "POST", "target": "/mcp", "headers": [["authorization", authorization]], "body": None}
    asked = [step if "supply" in step else {"ask": ask, "now": NOW, **step} for step in [*fetches, {"expect": last}]]
    resource = {"resource": row["gate"]["resource"], "authorization_servers": [server]}
    return {
        "name": row["name"],
        "why": f"providers.json: {row['fixture']}; providers-map.json: preset {row['preset']}",
        "configuration": {"protected_resources": [{"metadata": resource}]},
        "gate": row["gate"],
        "steps": asked,
    }


if __name__ == "__main__":
    fixtures = {
        f"{one['provider']} / {one['variant']}": one for one in json.loads((HERE / "providers.json").read_text())
    }
    rows = json.loads((HERE / "providers-map.json").read_text())
    unmapped = set(fixtures) - {row["fixture"] for row in rows}
    assert not unmapped, unmapped
    vectors = [vector(row, fixtures[row["fixture"]]) for row in rows if row["expect"] != "configuration_error"]
    lines = [json.dumps(one, separators=(",", ":"), ensure_ascii=False) for one in vectors]
    (HERE / "providers.jsonl").write_text("\n".join(lines) + "\n")
    print(f"{len(vectors)} vectors of {len(fixtures)} fixtures")
