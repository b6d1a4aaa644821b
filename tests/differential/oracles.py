"""The libraries that judge the same tokens, each as strict as its documentation makes it."""

import datetime
import subprocess
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import jwt
from joserfc import jwk as joserfc_jwk
from joserfc import jwt as joserfc_jwt
from joserfc.errors import JoseError

from .cases import Case

__all__ = ["ORACLES", "jose"]

HERE = Path(__file__).parent
MODULES = HERE.parents[1] / "build" / "e2e-node" / "node_modules"
REQUIRED = ["exp", "iss", "aud", "sub"]


def pyjwt(case: Case) -> bool:
    """https://pyjwt.readthedocs.io/en/stable/usage.html: the key of a set by `kid`, everything checked."""

    class Clock(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:  # type: ignore[override]
            return datetime.datetime.fromtimestamp(case.now, tz)

    with mock.patch("jwt.api_jwt.datetime", Clock):
        keys = jwt.PyJWKSet.from_dict(case.jwks)
        kid = jwt.get_unverified_header(case.token).get("kid")
        key = keys[kid] if kid is not None else keys.keys[0] if len(keys.keys) == 1 else None
        jwt.decode(
            case.token,
            key,
            algorithms=case.algorithms,
            issuer=case.issuer,
            audience=case.audience,
            leeway=case.leeway,
            options={"require": REQUIRED},
        )
    return True


def joserfc(case: Case) -> bool:
    """https://jose.authlib.org/en/guide/jwt/: a key set, and a registry of claims."""
    keys = joserfc_jwk.KeySet.import_key_set(case.jwks)
    algorithms = [{"EdDSA": "Ed25519"}.get(name, name) for name in case.algorithms] + ["EdDSA"]
    token = joserfc_jwt.decode(case.token, keys, algorithms=algorithms)
    registry = joserfc_jwt.JWTClaimsRegistry(
        now=case.now,
        leeway=case.leeway,
        iss={"essential": True, "value": case.issuer},
        aud={"essential": True, "values": case.audience},
        exp={"essential": True},
        sub={"essential": True},
    )
    registry.validate(token.claims)
    return True


def jose(cases: list[Case]) -> list[bool]:
    """One process judges them all."""
    lines = "".join(case.to_json() + "\n" for case in cases)
    command = ["node", str(HERE / "oracle.mjs"), str(MODULES / "jose" / "dist" / "webapi" / "index.js")]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    return [line == "accepted" for line in done.stdout.splitlines()]


def each(judge: Callable[[Case], bool], *refusals: type[Exception]) -> Callable[[list[Case]], list[bool]]:
    def accepts(case: Case) -> bool:
        try:
            return judge(case)
        except refusals:
            return False

    return lambda cases: [accepts(case) for case in cases]


# What a library throws that is no refusal of its own is a crash on input from outside. It lets nobody in either.
CRASHES = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)
ORACLES = {
    "PyJWT": each(pyjwt, jwt.PyJWTError, *CRASHES),
    "joserfc": each(joserfc, JoseError, *CRASHES),
    "jose": jose,
}
