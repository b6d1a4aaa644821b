"""Replays the shared vectors with the library without a heap.

    embedded.py FOLDER KEYS PROGRAM [COMMAND ...]

Of the vectors in the folder it takes those that this library can express: one resource, one issuer with its keys at hand,
no options but those of `mcpauth_embedded_policy`, an Authorization header. `KEYS` is mcpauth-keys, by which a JWK Set
becomes the table of keys. What the program prints is held to what the vector expects of every runtime. Two things are
otherwise, by design: members beyond MCPAUTH_EMBEDDED_MEMBERS are `token_too_large`, and at the time 0, which the engine
takes for a time, what would pass is `time_unknown`.
"""

import base64
import json
import re
import subprocess
import sys
from typing import Any, NamedTuple

from flatten import pieces as written
from flatten import text, vectors

ALGORITHMS = {"ES256": 1, "ES384": 2, "EDDSA": 3}  # the header's MCPAUTH_EMBEDDED_*
NAMES = {"ES256", "ES384", "EdDSA", "Ed25519"}
MEMBERS = 32
ISSUER = {"issuer", "jwks", "algorithms", "token_type"}
GATE = {"resource", "required_scopes", "leeway", "required_claims", "token_type", "show_error_details"}


class Case(NamedTuple):
    """One token and what is expected of it."""

    name: str
    given: bytes
    expect: dict[str, Any]
    is_wide: bool
    is_timeless: bool


class Wide(Exception):
    """An object has more members than there is room for."""


def narrow(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MEMBERS:
        raise Wide
    return dict(pairs)


def part(token: bytes, index: int) -> Any:
    """A part of a token as it may be, or nothing."""
    try:
        encoded = token.split(b".")[index]
        return json.loads(base64.urlsafe_b64decode(encoded + b"=" * (-len(encoded) % 4)), object_pairs_hook=narrow)
    except (ValueError, IndexError, RecursionError):
        return None


def table(tool: str, jwks: Any) -> list[tuple[bytes | None, bytes, int]]:
    """What the tool makes of a JWK Set: kid, bytes and algorithm of each key."""
    done = subprocess.run([tool], input=text(jwks), capture_output=True, check=False)
    header = done.stdout.decode()
    assert done.returncode == (0 if header else 1), done
    arrays = {
        name: bytes(int(one, 16) for one in re.findall("0x(..)", body))
        for name, body in re.findall(r"uint8_t (\w+)\[\] = \{([^}]*)\}", header)
    }
    row = re.compile(
        r"\{(?:\{NULL, 0\}|\{\(const uint8_t \*\)\"(.*)\", \d+\}), \{(\w+), (\d+)\}, MCPAUTH_EMBEDDED_(\w+), 0\}"
    )
    rows = row.findall(header)
    assert len(rows) == len(arrays) and all(len(arrays[name]) == int(length) for _, name, length, _ in rows)
    unescape = lambda kid: re.sub(rb"\\(...)", lambda found: bytes([int(found[1], 8)]), kid.encode())
    kids = [None if "{{NULL, 0}" in line else b"" for line in header.splitlines() if line.startswith("    {{")]
    return [
        (None if none is None else unescape(kid), arrays[name], ALGORITHMS[algorithm])
        for none, (kid, name, _, algorithm) in zip(kids, rows, strict=True)
    ]


def piece(value: bytes | str | None) -> bytes:
    """Bytes behind their length."""
    if value is None:
        return b"-1\n"
    value = value.encode() if isinstance(value, str) else value
    return b"%d\n%s\n" % (len(value), value)


def pieces(values: list[str]) -> bytes:
    return b"%d\n%s" % (len(values), b"".join(piece(value) for value in values))


def cases(vector: dict[str, Any], tool: str) -> list[Case]:
    """The tokens of a vector, none where it says what this library cannot."""
    configuration, gate = vector["configuration"], vector.get("gate")
    if not isinstance(configuration, dict) or not isinstance(gate, dict) or set(gate) - GATE:
        return []
    resources = configuration.get("protected_resources", [])
    if len(resources) != 1 or set(resources[0]) != {"metadata"}:
        return []
    issuers = resources[0]["metadata"].get("authorization_servers", [])
    if len(issuers) != 1 or not isinstance(issuers[0], dict) or "jwks" not in issuers[0] or set(issuers[0]) - ISSUER:
        return []
    [issuer] = issuers
    asks = [step["ask"] if "ask" in step else None for step in vector.get("steps", [])]
    if not asks or None in asks:
        return []
    allowed = NAMES & set(issuer.get("algorithms", NAMES))
    is_strict = "strict" in (issuer.get("token_type"), gate.get("token_type"))
    keys = table(tool, issuer["jwks"])
    found = []
    for number, step in enumerate(vector["steps"]):
        headers = step["ask"]["headers"]
        expect = step["expect"]
        if len(headers) != 1 or headers[0][0].lower() != "authorization" or not set(expect) & {"allow", "respond"}:
            continue
        credential = written(headers[0][1])
        token = credential.split(b" ")[-1]
        is_wide = False
        try:
            header = part(token, 0)
            part(token, 1)
        except Wide:
            is_wide, header = True, None
        algorithm = str(header.get("alg")) if isinstance(header, dict) else None
        # Only what the engine would not verify either is refused alike: there is no RSA and no P-521 here.
        known = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES512"} | NAMES
        if algorithm in known and algorithm not in allowed and (algorithm in NAMES or "allow" in expect):
            continue
        if algorithm in known - NAMES and expect.get("respond", {}).get("code") != "unsupported_algorithm":
            continue
        given = b"".join(
            [
                b"token\n",
                piece(issuer["issuer"]),
                pieces([gate["resource"]]),
                pieces(gate.get("required_scopes", [])),
                pieces(gate.get("required_claims", [])),
                b"%d %d %d\n" % (gate.get("leeway", 60), is_strict, len(keys)),
                *(piece(kid) + piece(value) + b"%d\n" % number for kid, value, number in keys),
                b"%d\n" % step["now"],
                piece(credential),
            ]
        )
        found.append(Case(f"{vector['name']}, step {number}", given, expect, is_wide, step["now"] == 0))
    return found


def seen(line: str) -> tuple[str, dict[str, Any]]:
    """The code and the members of a line."""
    _, code, *members = line.split("\t")
    values: dict[str, Any] = dict(member.split("=", 1) for member in members)
    return code, {
        name: int(value) if name in {"expires_at", "written"} else bytes.fromhex(value).decode()
        for name, value in values.items()
    }


def problem(case: Case, line: str) -> str | None:
    """What is not as expected."""
    code, members = seen(line)
    if "written" in members:
        return "the caller was written with a refusal"
    if case.is_wide:
        return None if code == "token_too_large" else f"expected token_too_large, saw {code}"
    if case.is_timeless and "allow" in case.expect:
        return None if code == "time_unknown" else f"expected time_unknown, saw {code}"
    if "respond" in case.expect:
        expected = case.expect["respond"].get("code")
        return None if code == expected else f"expected {expected}, saw {code}"
    if code != "ok":
        return f"expected to pass, saw {code}"
    members["scopes"] = members["scopes"].split()
    for name, expected in case.expect["allow"].items():
        if name in {"issuer", "subject", "client_id", "scopes", "expires_at"} and members.get(name) != expected:
            return f"expected {name} {expected}, saw {members.get(name)}"
    return None


def main(folder: str, tool: str, *command: str) -> int:
    """Replays and prints the counts."""
    chosen: list[Case] = []
    for vector in vectors(folder):
        chosen += cases(vector, tool)
    done = subprocess.run(command, input=b"".join(case.given for case in chosen), stdout=subprocess.PIPE, check=True)
    lines = done.stdout.decode().splitlines()
    assert len(lines) == len(chosen), f"{len(chosen)} tokens, {len(lines)} answers"
    wrong = [(case.name, why) for case, line in zip(chosen, lines, strict=True) if (why := problem(case, line))]
    for name, why in wrong:
        print(f"{name}: {why}")
    codes = {seen(line)[0] for line in lines}
    print(f"{len(codes)} codes: {', '.join(sorted(codes))}")
    print(f"{len(chosen) - len(wrong)} passed, {len(wrong)} failed")
    return 1 if wrong or not chosen else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
