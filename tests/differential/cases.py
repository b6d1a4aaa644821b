"""The tokens that everybody judges: those of the vectors, and generated ones."""

import base64
import json
import random
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import get_default_algorithms

__all__ = ["Case", "all_cases"]

VECTORS = Path(__file__).parents[1] / "vectors"
ISSUER, RESOURCE, NOW = "https://issuer.example", "https://rs.example/mcp", 1_800_000_000
GOOD_TOKENS = ["RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA"]


@dataclass
class Case:
    """A token, and what a library is told to hold it to."""

    name: str
    token: str
    jwks: dict[str, Any]
    algorithms: list[str]
    issuer: str
    audience: list[str]
    leeway: int
    now: int

    def to_json(self) -> str:
        return json.dumps(asdict(self))


def all_cases() -> list[Case]:
    return [*corpus(), *generated()]


def corpus() -> list[Case]:
    """Every conversation that asks once, about one token, with the keys of one issuer at hand."""
    cases = []
    for file in sorted(VECTORS.glob("tokens-*.jsonl")):
        for line in file.open(encoding="utf-8"):
            case = of_conversation(file.stem.removeprefix("tokens-"), json.loads(line))
            if case is not None:
                cases.append(case)
    return cases


def of_conversation(folder: str, conversation: dict[str, Any]) -> Case | None:
    """None where a library that only knows tokens cannot be asked the same."""
    try:
        (step,) = conversation["steps"]
        ((name, value),) = step["ask"]["headers"]
        (resource,) = conversation["configuration"]["protected_resources"]
        (server,) = resource["metadata"]["authorization_servers"]
        jwks = server["jwks"]
    except (KeyError, ValueError, TypeError):
        return None
    gate = conversation["gate"]
    is_plain = isinstance(value, str) and value.startswith("Bearer ") and " " not in value[7:]
    if name != "authorization" or not is_plain or not isinstance(jwks, dict):
        return None
    if {*resource, *gate} - {"metadata", "resource", "leeway", "audience"}:
        return None
    if {*server} - {"issuer", "jwks", "type", "algorithms"}:
        return None
    audience = gate.get("audience", resource["metadata"]["resource"])
    return Case(
        name=f"{folder}: {conversation['name']}",
        token=value.removeprefix("Bearer "),
        jwks=jwks,
        algorithms=server.get("algorithms", GOOD_TOKENS),
        issuer=server["issuer"],
        audience=[audience] if isinstance(audience, str) else audience,
        leeway=gate.get("leeway", 60),
        now=step["now"],
    )


def generated() -> list[Case]:
    """Good tokens of each algorithm, and each changed in every way there is below. Signatures are made anew where the
    change is to be found behind them."""
    random.seed(20260101)
    keys = signing_keys()
    jwks = {"keys": [public_jwk(algorithm, key) for algorithm, key in keys.items()]}
    cases = []
    for algorithm, key in keys.items():

        def case(kind: str, token: str, algorithm: str = algorithm) -> None:
            cases.append(
                Case(f"{kind} ({algorithm})", token, jwks, [*GOOD_TOKENS, "Ed25519"], ISSUER, [RESOURCE], 60, NOW)
            )

        head, good = {"alg": algorithm, "typ": "at+jwt", "kid": algorithm}, claims()
        token = sign(key, algorithm, head, good)
        case("good", token)
        for kind, changed in changed_headers(head):
            case(f"header, {kind}", sign(key, algorithm, changed, good))
        for kind, changed in changed_claims():
            case(f"claims, {kind}", sign(key, algorithm, head, changed))
        for kind, payload in odd_payloads():
            case(f"payload, {kind}", sign(key, algorithm, head, payload))
        for kind, changed in changed_texts(token):
            case(f"text, {kind}", changed)
        for number in range(40):
            case(f"bit {number} of a signature", with_bit_flipped(token, number))
    return cases


def claims() -> dict[str, Any]:
    return {
        "iss": ISSUER,
        "aud": RESOURCE,
        "sub": "user-1",
        "client_id": "client-1",
        "iat": NOW - 60,
        "exp": NOW + 600,
        "jti": "1",
        "scope": "mcp:read",
    }


def changed_headers(head: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    without = {name: value for name, value in head.items() if name != "kid"}
    other = "ES256" if head["alg"] != "ES256" else "RS256"
    return [
        ("no typ", {name: value for name, value in head.items() if name != "typ"}),
        ("typ JWT", {**head, "typ": "JWT"}),
        ("typ application/at+jwt", {**head, "typ": "application/at+jwt"}),
        ("typ of an ID token", {**head, "typ": "id+jwt"}),
        ("typ dpop+jwt", {**head, "typ": "dpop+jwt"}),
        ("typ number", {**head, "typ": 1}),
        ("no kid", without),
        ("foreign kid", {**head, "kid": "nobody"}),
        ("kid of another key", {**head, "kid": other}),
        ("kid number", {**head, "kid": 1}),
        ("kid null", {**head, "kid": None}),
        ("alg of another key", {**head, "alg": other}),
        ("alg none", {**head, "alg": "none"}),
        ("alg HS256", {**head, "alg": "HS256"}),
        ("alg lower case", {**head, "alg": head["alg"].lower()}),
        ("no alg", {name: value for name, value in head.items() if name != "alg"}),
        ("crit of an unknown extension", {**head, "crit": ["x"], "x": 1}),
        ("crit empty", {**head, "crit": []}),
        ("b64 false", {**head, "crit": ["b64"], "b64": False}),
        ("b64 true", {**head, "b64": True}),
        ("zip", {**head, "zip": "DEF"}),
        ("jku", {**head, "jku": "https://attacker.example/jwks"}),
        ("unknown member", {**head, "x": {"y": [1, 2]}}),
    ]


def changed_claims() -> list[tuple[str, dict[str, Any]]]:
    good = claims()
    changed = [(f"no {name}", {key: value for key, value in good.items() if key != name}) for name in good]
    odd: dict[str, Any] = {"number": 1, "null": None, "true": True, "list": [], "object": {}, "empty": "", "space": " "}
    for name in ("iss", "aud", "sub", "exp", "nbf", "iat", "client_id", "scope", "jti"):
        changed += [(f"{name} {kind}", {**good, name: value}) for kind, value in odd.items()]
    for name in ("exp", "nbf", "iat"):
        for kind, value in {
            "long ago": NOW - 10_000,
            "just past, within leeway": NOW - 30,
            "at the edge of leeway": NOW - 60,
            "soon, within leeway": NOW + 30,
            "at the edge of leeway to come": NOW + 60,
            "beyond leeway": NOW + 61,
            "far away": NOW + 10**9,
            "fraction": NOW + 0.5,
            "negative": -1,
            "string of a number": str(NOW + 600),
            "beyond the year 9999": 253_402_300_800,
            "huge": 10**20,
        }.items():
            changed.append((f"{name} {kind}", {**good, name: value}))
    changed += [
        ("iss with slash", {**good, "iss": ISSUER + "/"}),
        ("iss in capitals", {**good, "iss": ISSUER.upper()}),
        ("aud list with ours", {**good, "aud": ["https://other.example", RESOURCE]}),
        ("aud list without ours", {**good, "aud": ["https://other.example"]}),
        ("aud list with a number", {**good, "aud": [1, RESOURCE]}),
        ("aud with slash", {**good, "aud": RESOURCE + "/"}),
        ("aud prefix", {**good, "aud": RESOURCE[:-1]}),
        ("cnf", {**good, "cnf": {"jkt": "x"}}),
        ("at_hash of an ID token", {**good, "at_hash": "x"}),
        ("nonce", {**good, "nonce": "x"}),
        ("token_use id", {**good, "token_use": "id"}),
        ("scope with two spaces", {**good, "scope": "a  b"}),
        ("scope list", {**good, "scope": ["a", "b"]}),
        ("scope list with a space", {**good, "scope": ["a b"]}),
        ("deep", {**good, "deep": nested(20)}),
        ("too deep", {**good, "deep": nested(40)}),
        ("long string", {**good, "long": "x" * 4_000}),
        ("not ASCII", {**good, "name": "\u00e9\u20ac\U0001f600"}),
        ("NUL", {**good, "name": "\x00"}),
    ]
    return changed


def odd_payloads() -> list[tuple[str, bytes]]:
    """JSON as few would write it, and what is none."""
    good = json.dumps(claims()).encode()
    end = good[:-1]
    exp = str(NOW + 600)
    return [
        ("with spaces", json.dumps(claims(), indent=2).encode()),
        ("duplicate name", end + b',"sub":"user-2"}'),
        ("duplicate name, escaped", end + b',"s\\u0075b":"user-2"}'),
        ("duplicate name in an object", end + b',"x":{"a":1,"a":2}}'),
        ("escaped name", good.replace(b'"sub"', b'"s\\u0075b"')),
        ("escaped slash", good.replace(b"https://", b"https:\\/\\/")),
        ("lone surrogate", end + b',"x":"\\ud800"}'),
        ("pair of surrogates", end + b',"x":"\\ud83d\\ude00"}'),
        ("raw control character", end + b',"x":"\x01"}'),
        ("invalid UTF-8", end + b',"x":"\xff"}'),
        ("overlong UTF-8", end + b',"x":"\xc0\xaf"}'),
        ("byte order mark", b"\xef\xbb\xbf" + good),
        ("trailing comma", end + b",}"),
        ("trailing bytes", good + b"x"),
        ("trailing space", good + b" \n"),
        ("trailing NUL", good + b"\x00"),
        ("comment", end + b"/**/}"),
        ("single quotes", good.replace(b'"', b"'")),
        ("NaN", end + b',"x":NaN}'),
        ("Infinity", end + b',"x":Infinity}'),
        ("leading zero", end + b',"x":01}'),
        ("plus", end + b',"x":+1}'),
        ("bare fraction", end + b',"x":.5}'),
        ("exponent", good.replace(exp.encode(), b"18000006e2")),
        ("fraction of zeros", good.replace(exp.encode(), exp.encode() + b".0")),
        ("number beyond binary64", end + b',"x":1e999}'),
        ("truncated", good[:-2]),
        ("empty", b""),
        ("array", b"[]"),
        ("string", b'"x"'),
        ("null", b"null"),
        ("empty object", b"{}"),
        ("UTF-16", json.dumps(claims()).encode("utf-16")),
    ]


def changed_texts(token: str) -> list[tuple[str, str]]:
    """The compact form, changed without a new signature."""
    head, payload, signature = token.split(".")
    return [
        ("padding on the signature", f"{token}="),
        ("padding on the payload", f"{head}.{payload}=.{signature}"),
        ("no signature", f"{head}.{payload}."),
        ("two parts", f"{head}.{payload}"),
        ("four parts", f"{token}.x"),
        ("five parts", f"{token}.x.x"),
        ("empty header", f".{payload}.{signature}"),
        ("empty payload", f"{head}..{signature}"),
        ("last bits of the signature", f"{head}.{payload}.{with_loose_bits(signature)}"),
        ("signature cut", token[:-4]),
        ("signature longer", token + "AAAA"),
        ("signature of zeros", f"{head}.{payload}.{encode(bytes(len(decode(signature))))}"),
        ("signature of ones", f"{head}.{payload}.{encode(bytes([255]) * len(decode(signature)))}"),
        ("base64 of the old alphabet", token.replace("-", "+").replace("_", "/")),
        ("line feed at the end", token + "\n"),
        ("line feed within", f"{head}.{payload[:10]}\n{payload[10:]}.{signature}"),
        ("parts swapped", f"{payload}.{head}.{signature}"),
        ("not ASCII", f"{head}.{payload}.{signature[:-1]}\u00e9"),
    ]


def with_loose_bits(text: str) -> str:
    """The same bytes to a lenient decoder, where the last character has bits to spare."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return text[:-1] + alphabet[alphabet.index(text[-1]) ^ (1 if len(text) % 4 else 0)]


def with_bit_flipped(token: str, number: int) -> str:
    head, payload, signature = token.split(".")
    raw = bytearray(decode(signature))
    at = number * 7919 % (len(raw) * 8)
    raw[at // 8] ^= 1 << at % 8
    return f"{head}.{payload}.{encode(bytes(raw))}"


def nested(depth: int) -> Any:
    return [] if depth == 0 else [nested(depth - 1)]


def signing_keys() -> dict[str, Any]:
    return {
        "RS256": rsa.generate_private_key(65537, 2048),
        "PS256": rsa.generate_private_key(65537, 2048),
        "ES256": ec.generate_private_key(ec.SECP256R1()),
        "ES384": ec.generate_private_key(ec.SECP384R1()),
        "ES512": ec.generate_private_key(ec.SECP521R1()),
        "EdDSA": ed25519.Ed25519PrivateKey.generate(),
    }


def public_jwk(algorithm: str, key: Any) -> dict[str, Any]:
    jwk = get_default_algorithms()[algorithm].to_jwk(key.public_key(), as_dict=True)
    jwk.pop("key_ops", None)
    return {**jwk, "kid": algorithm, "alg": algorithm, "use": "sig"}


def sign(key: Any, algorithm: str, head: dict[str, Any], payload: dict[str, Any] | bytes) -> str:
    """Signs whatever it is told to, with the algorithm of the key."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload, separators=(",", ":")).encode()
    signing_input = f"{encode(json.dumps(head, separators=(',', ':')).encode())}.{encode(body)}"
    signer = get_default_algorithms()[algorithm]
    return f"{signing_input}.{encode(signer.sign(signing_input.encode(), key))}"


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
