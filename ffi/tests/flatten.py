"""The two halves of the C vector runner that need a JSON library; vectors.c stands between them and knows nothing.

flatten.py VECTORS                      prints the vectors in the flat form that vectors.c reads
flatten.py --check VECTORS TRANSCRIPT   compares what vectors.c printed with what the vectors expect

With TRANSCRIPTS set to a folder, the check writes the transcript to c.txt there.
"""

import base64
import hashlib
import json
import os
import re
import sys
from pathlib import Path
from typing import Any, BinaryIO

# What a step gives that expects nothing.
DONE = {
    "supply": "supplied",
    "supply_failure": "supplied",
    "open_session": "opened",
    "update": "updated",
    "gate": "gate_made",
}


def vectors(folder: str) -> list[dict[str, Any]]:
    """Every vector, in the order of the files and of their lines."""
    return [json.loads(line) for file in sorted(Path(folder).glob("*.jsonl")) for line in file.open(encoding="utf-8")]


class Flat:
    """Words, numbers, and bytes behind their length, each on lines of their own; -1 is the length of what is absent."""

    def __init__(self, out: BinaryIO) -> None:
        self.out = out

    def vector(self, vector: dict[str, Any]) -> None:
        self.line("vector")
        self.bytes(vector["name"].encode())
        self.bytes(text(vector["configuration"]))
        self.bytes(text(vector["gate"]) if "gate" in vector else None)
        steps = vector.get("steps", [])
        self.line(len(steps))
        for step in steps:
            self.step(step)

    def step(self, step: dict[str, Any]) -> None:
        match step:
            case {"ask": ask, "now": now}:
                self.line("ask")
                self.request(ask)
                self.line(now)
            case {"check_token": ask, "now": now}:
                self.line("check_token")
                self.bytes(ask["token"].encode())
                self.verdict(ask)
                self.line(now)
            case {"metadata": ask}:
                self.line("metadata")
                self.request(ask)
                self.line(step.get("now", 0))
            case {"require": ask}:
                self.line("require")
                self.request(ask)
                self.strings(ask["held"])
                self.strings(ask["scopes"])
            case {"deny": ask}:
                self.line("deny")
                self.request(ask)
            case {"failure": ask}:
                self.line("failure")
                self.request(ask)
            case {"visible": ask}:
                self.line("visible")
                self.strings(ask["held"])
                self.bytes(ask["method"].encode())
                self.strings(ask["names"])
            case {"declared": True}:
                self.line("declared")
            case {"supply": reply, "now": now}:
                self.line("supply")
                self.line(reply["status"])
                self.headers(reply["headers"])
                self.bytes(document(reply["body"]))
                self.line(now)
            case {"supply_failure": True, "now": now}:  # in C: status 0
                self.line("supply")
                self.line(0)
                self.headers([])
                self.bytes(b"")
                self.line(now)
            case {"open_session": session}:
                self.line("open_session")
                self.bytes(session.encode())
            case {"update": configuration}:
                self.line("update")
                self.bytes(text(configuration))
            case {"gate": options}:
                self.line("gate")
                self.bytes(text(options))
            case _:
                raise ValueError(step)

    def request(self, ask: dict[str, Any]) -> None:
        self.bytes(ask["method"].encode())
        self.bytes(ask["target"].encode())
        self.headers(ask["headers"])
        self.bytes(None if ask.get("body") is None else pieces(ask["body"]))
        self.verdict(ask)

    def verdict(self, ask: dict[str, Any]) -> None:
        self.bytes(None if ask.get("verdict") is None else text(ask["verdict"]))

    def strings(self, strings: list[str] | None) -> None:
        self.line(-1 if strings is None else len(strings))
        for one in strings or []:
            self.bytes(one.encode())

    def headers(self, lines: list[Any]) -> None:
        self.line(len(lines))
        for name, value in lines:
            self.bytes(pieces(name))
            self.bytes(pieces(value))

    def line(self, value: object) -> None:
        self.out.write(f"{value}\n".encode())

    def bytes(self, value: bytes | None) -> None:
        self.line(-1 if value is None else len(value))
        if value is not None:
            self.out.write(value + b"\n")


def text(value: Any) -> bytes:
    return (value if isinstance(value, str) else compact(value)).encode()


def compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def pieces(value: Any) -> bytes:
    """Bytes as the vectors write them."""
    match value:
        case str():
            return value.encode()
        case list():
            return b"".join(pieces(part) for part in value)
        case {"base64": encoded}:
            return base64.b64decode(encoded)
        case {"repeat": part, "times": times}:
            return part.encode() * times
    raise ValueError(value)


def document(value: Any) -> bytes:
    """As `pieces`, but any other object is a JSON document."""
    if isinstance(value, dict) and not {"base64", "repeat"} & set(value):
        return compact(value).encode()
    return pieces(value)


class Seen:
    """One line of a transcript: the kind of an answer, and its members as bytes."""

    def __init__(self, fields: list[bytes]) -> None:
        self.kind = fields[0].decode()
        pairs = [field.split(b"=", 1) for field in fields[1:]]
        self.headers = [unescaped(value).decode().split(": ", 1) for name, value in pairs if name == b"header"]
        self.members = {name.decode(): unescaped(value).decode() for name, value in pairs if name != b"header"}
        listed = {b"audience", b"operation", b"name"}
        self.lists = {
            one.decode(): [unescaped(value).decode() for name, value in pairs if name == one] for one in listed
        }

    def value(self, name: str, expected: Any) -> Any:
        """The member as the vectors write it."""
        given = self.members.get(name)
        match name:
            case "headers":
                return [[header.lower(), value] for header, value in self.headers]
            case "body_contains":
                return expected if expected in self.members["body"] else self.members["body"]
            case "body" if not isinstance(expected, str):
                return json.loads(self.members["body"])
            case "audience":
                return self.lists["audience"]
            case "names":
                return self.lists["name"]
            case "operations":
                return [[*one.split(" ", 1), None][:2] for one in self.lists["operation"]]
            case "code":
                return given or ""
            case "pointer":
                pointers = [one["pointer"] for one in json.loads(self.members["problems"])["problems"]]
                return expected if expected in pointers else pointers
            case "scopes":
                return (given or "").split()
            case "anonymous" | "cached" | "claims" | "status" | "expires_at" | "max":
                return None if given is None else json.loads(given)
        return given

    def problem(self, expect: Any) -> str | None:
        """What is not as expected; only the members listed count."""
        [(kind, members)] = expect.items() if isinstance(expect, dict) else [(expect, {})]
        if kind != self.kind:
            return f"expected {expect}, saw {self.kind} {self.members}"
        for name in members:
            expected = members[name]
            if name == "headers":
                expected = [[header.lower(), value] for header, value in expected]
            if self.value(name, expected) != expected:
                return f"expected {name} {expected}, saw {self.value(name, expected)}"
        return None


def unescaped(value: bytes) -> bytes:
    return re.sub(rb"\\x(..)", lambda found: bytes.fromhex(found[1].decode()), value)


def problem(vector: dict[str, Any], seen: dict[str, Seen]) -> str | None:
    """What of a vector does not hold; `seen` has the answers by step."""
    for member, kind in (
        ("expect_configuration_error", "configuration_refused"),
        ("expect_gate_error", "gate_refused"),
    ):
        if expected := vector.get(member):
            if "-" not in seen or seen["-"].kind != kind:
                return "it was not refused"
            pointers = {one["pointer"] for one in json.loads(seen["-"].members["problems"])["problems"]}
            missing = set(expected.get("pointers", [expected.get("pointer")])) - pointers
            return f"no problem at {missing}, but at {pointers}" if missing else None
    if "-" in seen:
        return f"{seen['-'].kind}: {seen['-'].members}"
    for number, step in enumerate(vector["steps"]):
        answer = seen.get(str(number))
        if answer is None:
            return f"step {number}: nothing was printed"
        done = next((DONE[member] for member in step if member in DONE), None)
        if wrong := answer.problem(step.get("expect", done)):
            return f"step {number}: {wrong}"
    return None


def check(folder: str, transcript: bytes) -> int:
    """Compares, prints what does not hold and the counts."""
    seen: dict[str, dict[str, Seen]] = {}
    for line in transcript.splitlines():
        name, step, *rest = line.split(b"\t")
        seen.setdefault(unescaped(name).decode(), {})[step.decode()] = Seen(rest)
    passed = failed = 0
    for vector in vectors(folder):
        wrong = problem(vector, seen.get(vector["name"], {}))
        if wrong is None:
            passed += 1
        else:
            failed += 1
            print(f"{vector['name']}: {wrong}")
    if to := os.environ.get("TRANSCRIPTS"):
        Path(to).mkdir(parents=True, exist_ok=True)
        trailer = f"sha256 {hashlib.sha256(transcript).hexdigest()}\n"
        Path(to, "c.txt").write_bytes(transcript + trailer.encode())
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--check", folder, transcript]:
            sys.exit(check(folder, Path(transcript).read_bytes()))
        case [folder]:
            flat = Flat(sys.stdout.buffer)
            for one in vectors(folder):
                flat.vector(one)
        case _:
            sys.exit(__doc__)
