"""Makes what is measured: keys, a configuration, tokens that are signed by PyJWT, and inputs that must be refused.

    cases.py FILE

Keys are new each time; the tokens are good for an hour, because the peers read the clock themselves.
"""

import base64
import json
import random
import sys
import time
import uuid

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt import encode
from jwt.algorithms import get_default_algorithms

RESOURCE, ISSUER = "https://rs.example/mcp", "https://issuer.example"  # those of core/proofs/ground.rs
SCOPE = "mcp:read"
LEEWAY = 60
KEYS, TOKENS = 2, 8  # keys of an algorithm, tokens of a key
MAKERS = {
    "RS256": lambda: rsa.generate_private_key(65537, 2048),
    "PS256": lambda: rsa.generate_private_key(65537, 2048),
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ES384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
}
RAW = {
    "RSA": (Encoding.DER, PublicFormat.PKCS1),
    "EC": (Encoding.X962, PublicFormat.UncompressedPoint),
    "OKP": (Encoding.Raw, PublicFormat.Raw),
}
TOKEN_BYTES, OBJECT_MEMBERS, JSON_DEPTH = 16_384, 256, 32  # core/src/limits.rs
PAYLOAD_VALUES, PAYLOAD_NAMES, PAYLOAD_NAME_BYTES, PAYLOAD_ESCAPES = 512, 400, 4_096, 1_024


def main(path):
    random.seed(1)
    now = int(time.time())
    algorithms = [
        {
            "name": name,
            "tokens": [signed(name, number, key, now) for number, key in enumerate(keys) for _ in range(TOKENS)],
        }
        for name, keys in ((name, [make() for _ in range(KEYS)]) for name, make in MAKERS.items())
    ]
    jwks = {"keys": [one["jwk"] for each in algorithms for one in each["tokens"][::TOKENS]]}
    server = {"issuer": ISSUER, "type": "oauth", "jwks": jwks}
    metadata = {"resource": RESOURCE, "authorization_servers": [server]}
    cases = {
        "now": now,
        "issuer": ISSUER,
        "resource": RESOURCE,
        "leeway": LEEWAY,
        "configuration": {"protected_resources": [{"metadata": metadata}]},
        "gate": {"resource": RESOURCE, "required_scopes": [SCOPE], "leeway": LEEWAY},
        "jwks": jwks,
        "algorithms": algorithms,
        "refusals": [
            {"name": name, "codes": codes, "inputs": [base64.b64encode(one).decode() for one in inputs]}
            for name, codes, inputs in refusals()
        ],
    }
    with open(path, "w") as file:
        json.dump(cases, file)


def signed(algorithm, number, key, now):
    """A token of its own, and its key in the forms that libraries ask for."""
    kid = f"key-{number}-of-{algorithm}"
    said = claims(now)
    token = encode(said, key, algorithm, {"typ": "at+jwt", "kid": kid})
    plain = encode(said, key, algorithm, {"typ": "JWT", "kid": kid})  # for who takes nothing else
    jwk = get_default_algorithms()[algorithm].to_jwk(key.public_key(), as_dict=True)
    jwk.pop("key_ops", None)
    jwk = {**jwk, "kid": kid, "alg": algorithm, "use": "sig"}
    der, pem = (
        key.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
        for encoding in (Encoding.DER, Encoding.PEM)
    )
    raw = key.public_key().public_bytes(*RAW[jwk["kty"]])
    return {
        "token": token,
        "plain": plain,
        "jwk": jwk,
        "pem": pem.decode(),
        "spki": base64.b64encode(der).decode(),
        "raw": base64.b64encode(raw).decode(),
    }


def claims(now):
    """As large as those of a middling authorization server."""
    return {
        "iss": ISSUER,
        "aud": RESOURCE,
        "sub": "5be86359-073c-434b-ad2d-a3932222dabe",
        "client_id": "https://client.example/oauth/client-metadata.json",
        "iat": now - 60,
        "nbf": now - 60,
        "exp": now + 3600,
        "jti": str(uuid.UUID(int=random.getrandbits(128), version=4)),
        "scope": "mcp:read mcp:write offline_access",
        "auth_time": now - 120,
        "acr": "urn:mace:incommon:iap:silver",
        "tenant": "0f1d3c5b-7a9e-4b2d-8c6f-1e3a5c7d9b0f",
        "roles": ["reader", "writer", "auditor"],
        "email": "someone@tenant.example",
        "email_verified": True,
    }


def refusals():
    """Inputs of the largest size allowed: a kind's name, codes that may come of it, inputs to take the slowest of."""
    one_byte = [bytes([byte]) * TOKEN_BYTES for byte in range(256)]
    yield "random bytes", ["malformed_credentials"], [random.randbytes(TOKEN_BYTES)]
    yield "one byte value", ["missing_token", "malformed_credentials", "malformed_token"], one_byte
    # RS384 exists and is not allowed: of what is refused for its algorithm, this is found out last.
    first = base64url(compact({"alg": "RS384", "typ": "at+jwt", "kid": "key-0-of-RS256"}))
    signature = "A" * 86
    size = (TOKEN_BYTES - len(first) - len(signature) - 2) * 3 // 4
    bad_algorithm = {
        "one long claim": one_claim(size, "x"),
        "JSON at all caps": at_all_caps(plain_names(), size, "0"),
        "JSON at all caps, numbers with exponents": at_all_caps(plain_names(), size, "1e1"),
        "JSON at all caps, escaped names": at_all_caps(escaped_names(), size, "0"),
        "JSON at all caps, characters of all widths": at_all_caps(escaped_names(), size, "1e1", all_widths()),
        "many names": many_names(size),
        "one name of escapes": one_name(size, "\\n"),
        "one name, every second character an escape": one_name(size, "x\\n"),
        "one name, an escape after every fourth character": one_name(size, "xxxx\\n"),
        "one claim, every second character an escape": one_claim(size, "x\\n"),
        "one claim, its escapes far apart": one_claim(size, "x" * (size // PAYLOAD_ESCAPES - 3) + "\\n"),
        "one name of characters of all widths": one_name(size, all_widths(), all_widths()),
        "one claim of characters of all widths": one_claim(size, all_widths()),
    }
    payloads = {
        "payload of random bytes": ("malformed_token", random.randbytes(size)),
        **{f"{name}, bad alg": ("unsupported_algorithm", payload) for name, payload in bad_algorithm.items()},
    }
    for name, (code, payload) in payloads.items():
        yield name, [code], [f"{first}.{base64url(payload)}.{signature}".encode()]


def one_claim(size, text):
    return filled(f'{{"iss":"{ISSUER}","x":"@"}}', size, text)


def one_name(size, text, rest="x"):
    """As long as it may be."""
    name = filled("@", PAYLOAD_NAME_BYTES - len('restiss"'), text).decode()
    return filled(f'{{"{name}":0,"rest":"@","iss":"{ISSUER}"}}', size, rest)


def many_names(size):
    """In two objects, so that there may be more than one may have."""
    room = PAYLOAD_NAME_BYTES // PAYLOAD_NAMES
    names = [f"{number:0{room}}" for number in range(OBJECT_MEMBERS - 3)]
    own = ",".join(f'"{name}":0' for name in names)
    inner = members(names, PAYLOAD_NAMES - OBJECT_MEMBERS)
    return filled(f'{{{own},"x":{inner},"rest":"@","iss":"{ISSUER}"}}', size, "x")


def at_all_caps(names, size, value, filling="x"):
    """As many members, values, levels and bytes as are allowed, with the issuer where it is found last."""
    arrays = JSON_DEPTH - 2  # beside the payload itself and the object inside them
    inner = min(OBJECT_MEMBERS, PAYLOAD_NAMES - OBJECT_MEMBERS)
    deep = "[" * arrays + members(names, inner) + "]" * arrays
    rest = PAYLOAD_VALUES - OBJECT_MEMBERS - arrays - inner - 3
    own = [deep, "[" + ",".join([value] * rest) + "]", *["0"] * (OBJECT_MEMBERS - 4)]
    listed = ",".join(f'"{name}":{value}' for name, value in zip(names, own, strict=False))
    return filled(f'{{{listed},"rest":"@","iss":"{ISSUER}"}}', size, filling)


def filled(text, size, filling):
    """With as much of the filling in place of `@` as makes it that many bytes, as far as its escapes may go."""
    filling = filling.encode()
    start, end = (part.encode() for part in text.split("@"))
    room = size - len(start) - len(end)
    assert room >= 0, f"{-room} bytes too many"
    count = min(room // len(filling), PAYLOAD_ESCAPES if b"\\" in filling else room)
    return start + filling * count + b"x" * (room - count * len(filling)) + end


def all_widths():
    """Of one to four bytes each, in no order that could be foreseen."""
    return "".join(random.choice("a\u00e9\u20ac\U0001f600") for _ in range(100))


def members(names, count):
    return "{" + ",".join(f'"{name}":0' for name in names[:count]) + "}"


def plain_names():
    """Of one length and alike to the last, so that none is told apart at once."""
    return [f"aaaa{number:02x}" for number in range(OBJECT_MEMBERS)]


def escaped_names():
    """Written so that their meaning has to be worked out to compare them."""
    return [f"\\u00{number:02x}" for number in range(OBJECT_MEMBERS)]


def compact(value):
    return json.dumps(value, separators=(",", ":")).encode()


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


if __name__ == "__main__":
    main(sys.argv[1])
