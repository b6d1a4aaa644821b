#!/usr/bin/env python3
"""Signs the tokens of the hand-written vectors with an independent library: PyJWT and pyca/cryptography.

    sign.py jwk NAME ALG                      the public JWK; its kid is NAME up to a "/"
    sign.py token NAME ALG CLAIMS [HEADER]    a compact JWS; CLAIMS and HEADER are JSON objects

ALG is EdDSA, ES256 or ES384. The key is a function of NAME and ALG and of nothing else, so no private key is ever stored, and
the same command gives the same token (Ed25519; RFC 6979 for ES256 and ES384). "a" and "a/2" are two keys with one kid.
HEADER members replace the default header {"alg", "typ": "at+jwt", "kid"}; null removes one.
"""

import base64
import hashlib
import json
import sys

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from jwt.algorithms import ECAlgorithm, OKPAlgorithm

ORDER_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ORDER_P384 = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def compact(value) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def private_key(name: str, alg: str):
    seed = hashlib.sha256(f"mcpauth vectors {alg} {name}".encode()).digest()
    if alg == "EdDSA":
        return ed25519.Ed25519PrivateKey.from_private_bytes(seed)
    if alg == "ES256":
        return ec.derive_private_key(int.from_bytes(seed, "big") % (ORDER_P256 - 1) + 1, ec.SECP256R1())
    if alg == "ES384":
        return ec.derive_private_key(int.from_bytes(seed, "big") % (ORDER_P384 - 1) + 1, ec.SECP384R1())
    raise SystemExit(f"unknown algorithm {alg}")


def jwk(name: str, alg: str = "EdDSA") -> dict:
    public = private_key(name, alg).public_key()
    writer = OKPAlgorithm if alg == "EdDSA" else ECAlgorithm
    members = writer.to_jwk(public, as_dict=True)
    members.pop("key_ops", None)
    return {**members, "kid": name.split("/")[0], "alg": alg, "use": "sig"}


def signature(data: bytes, name: str, alg: str) -> bytes:
    key = private_key(name, alg)
    if alg == "EdDSA":
        return key.sign(data)
    digest, size = (hashes.SHA384(), 48) if alg == "ES384" else (hashes.SHA256(), 32)
    der = key.sign(data, ec.ECDSA(digest, deterministic_signing=True))
    return b"".join(half.to_bytes(size, "big") for half in utils.decode_dss_signature(der))


def token(name: str, alg: str, claims, header: dict | None = None) -> str:
    """`claims` is an object, or bytes that are signed as they stand."""
    members = {"alg": alg, "typ": "at+jwt", "kid": name.split("/")[0], **(header or {})}
    members = {key: value for key, value in members.items() if value is not None}
    payload = claims if isinstance(claims, bytes) else compact(claims)
    signed = f"{base64url(compact(members))}.{base64url(payload)}"
    return f"{signed}.{base64url(signature(signed.encode(), name, alg))}"


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["jwk", name, alg]:
            print(json.dumps(jwk(name, alg)))
        case ["token", name, alg, claims, *header]:
            print(token(name, alg, json.loads(claims), json.loads(header[0]) if header else None))
        case _:
            raise SystemExit(__doc__)
