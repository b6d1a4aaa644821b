"""The native verifier: the cases of tests/vectors/verifier, and tokens that PyJWT signs here and now."""

import base64
import json
import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from mcpauth import _mcpauth as native

CASES = Path(__file__).parents[3] / "tests" / "vectors" / "verifier" / "cases.jsonl"
SECRET = bytes(range(64))
CLAIMS = {"iss": "https://as.example", "sub": "user-1", "scope": "read write"}


def cases() -> list[Any]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    return [pytest.param(json.loads(line), id=json.loads(line)["name"]) for line in lines]


@pytest.mark.parametrize("case", cases())
def test_case(case: dict[str, Any]) -> None:
    if expected := case.get("expect_options_error"):
        with pytest.raises(ValueError, match="problems") as refused:
            native.JwtVerifier(text(case["options"]))
        pointers = [problem["pointer"] for problem in json.loads(str(refused.value))["problems"]]
        assert expected["pointer"] in pointers
        return
    verifier = native.JwtVerifier(text(case["options"]))
    fetch_id = 0
    for step in case["steps"]:
        if "supply" in step:
            reply = step["supply"]
            verifier.supply(fetch_id, reply["status"], [], json.dumps(reply["body"]).encode(), step["now"])
        elif "supply_failure" in step:
            verifier.supply_failure(fetch_id, step["now"])
        elif "header" in step:
            assert header(verifier, step["header"]) == step["expect"]
        else:
            answer = verifier.check(step["check"]["token"], key(step["check"]["key"]), step["now"])
            if isinstance(answer, native.Fetch):
                fetch_id = answer.id
            [(kind, members)] = step["expect"].items()
            assert type(answer).__name__.lower() == kind, getattr(answer, "code", answer)
            assert {name: getattr(answer, name) for name in members} == members


def header(verifier: native.JwtVerifier, token: str) -> dict[str, Any]:
    try:
        return {"header": json.loads(verifier.header(token))}
    except ValueError as error:
        refused = json.loads(str(error))
        assert set(refused) == {"code", "error", "text"}
        return {"refused": refused["code"]}


def key(written: dict[str, Any] | None) -> str | bytes | None:
    match written:
        case None:
            return None
        case {"secret": secret}:
            return base64.b64decode(secret)
        case {"jwk": jwk}:
            return text(jwk)
    raise AssertionError(written)


def text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "RS512", "ES256", "ES384", "ES512", "EdDSA"])
def test_what_pyjwt_signs_with_a_private_key_passes_with_its_public_one(algorithm: str) -> None:
    private = private_key(algorithm)
    jwk = jwt.get_algorithm_by_name(algorithm).to_jwk(private.public_key())
    token = jwt.encode({**CLAIMS, "exp": int(time.time()) + 60}, private, algorithm)
    verifier = native.JwtVerifier(json.dumps({"algorithms": [algorithm]}))
    answer = verifier.check(token, text(jwk), int(time.time()))
    assert isinstance(answer, native.Allow)
    assert (answer.subject, answer.scopes, answer.algorithm) == ("user-1", ["read", "write"], algorithm)
    other = native.JwtVerifier('{"algorithms": ["RS384"]}').check(token, text(jwk), int(time.time()))
    assert isinstance(other, native.Respond)
    assert (other.code, bool(other.text)) == ("unsupported_algorithm", True)


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_what_pyjwt_signs_with_a_secret_passes_with_that_secret_alone(algorithm: str) -> None:
    token = jwt.encode(CLAIMS, SECRET, algorithm)
    verifier = native.JwtVerifier(json.dumps({"algorithms": [algorithm]}))
    assert isinstance(verifier.check(token, SECRET, 0), native.Allow)
    refused = verifier.check(token, bytes(64), 0)
    assert isinstance(refused, native.Respond)
    assert refused.code == "bad_signature"


def test_a_key_is_a_text_or_bytes() -> None:
    verifier = native.JwtVerifier("{}")
    with pytest.raises(TypeError):
        verifier.check(jwt.encode(CLAIMS, SECRET), 7, 0)  # type: ignore[arg-type]


def private_key(algorithm: str) -> Any:
    match algorithm:
        case "ES256":
            return ec.generate_private_key(ec.SECP256R1())
        case "ES384":
            return ec.generate_private_key(ec.SECP384R1())
        case "ES512":
            return ec.generate_private_key(ec.SECP521R1())
        case "EdDSA":
            return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, 2048)
