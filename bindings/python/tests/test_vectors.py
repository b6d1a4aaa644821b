"""Replays tests/vectors against the native module; tests/vectors/README.md has the format.

With TRANSCRIPTS set to a folder, what was seen goes to python.txt there.
"""

import base64
import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from mcpauth import _mcpauth as native

VECTORS = Path(__file__).parents[3] / "tests" / "vectors"

# What a line of the transcript tells, by kind.
MEMBERS = {
    "configuration_refused": ["problems"],
    "gate_refused": ["problems"],
    "update_refused": ["problems"],
    "respond": ["status", "code", "issuer", "kid", "algorithm", "cached", "resource", "headers", "body"],
    "allow": [
        "anonymous",
        "issuer",
        "kid",
        "algorithm",
        "cached",
        "subject",
        "client_id",
        "scopes",
        "expires_at",
        "claims",
        "resource",
        "token",
        "audience",
        "headers",
        "operations",
        "report",
    ],
    "fetch": ["method", "url", "headers", "body", "timeout_ms", "max_bytes"],
    "need_body": ["max"],
    "need_verdict": ["token"],
    "visible": ["names"],
    "declared": ["operations"],
    "pass": [],
    "supplied": [],
    "opened": [],
    "updated": [],
    "gate_made": [],
}

# What a step gives that expects nothing.
DONE = {
    "supply": "supplied",
    "supply_failure": "supplied",
    "open_session": "opened",
    "update": "updated",
    "gate": "gate_made",
}


def conversations() -> list[Any]:
    files = sorted(VECTORS.glob("*.jsonl"))
    lines = [(file.stem, line) for file in files for line in file.open(encoding="utf-8")]
    return [pytest.param(json.loads(line), id=f"{stem}: {json.loads(line)['name']}") for stem, line in lines]


@pytest.fixture(scope="module")
def transcript() -> Iterator[list[str]]:
    lines: list[str] = []
    yield lines
    if folder := os.environ.get("TRANSCRIPTS"):
        text = "".join(lines)
        Path(folder).mkdir(parents=True, exist_ok=True)
        Path(folder, "python.txt").write_text(f"{text}sha256 {hashlib.sha256(text.encode()).hexdigest()}\n")


@pytest.mark.parametrize("conversation", conversations())
def test_conversation(conversation: dict[str, Any], transcript: list[str]) -> None:
    seen = list(replay(conversation))
    transcript += [line(conversation["name"], *one) for one in seen]
    for refused in ("configuration", "gate"):
        if expected := conversation.get(f"expect_{refused}_error"):
            assert [kind for _, kind, _ in seen] == [f"{refused}_refused"]
            pointers = {problem["pointer"] for problem in json.loads(seen[0][2])["problems"]}
            assert pointers >= set(expected.get("pointers", [expected.get("pointer")])), pointers
            return
    assert len(seen) == len(conversation["steps"]), seen
    for (number, kind, answer), step in zip(seen, conversation["steps"], strict=True):
        done = next((DONE[member] for member in step if member in DONE), None)
        assert_expected(f"step {number}", kind, answer, step.get("expect", done))


def replay(conversation: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Number, kind and answer of each step; "-" stands before the steps."""
    try:
        engine = native.Engine(text(conversation["configuration"]))
    except ValueError as error:
        yield "-", "configuration_refused", str(error)
        return
    try:
        gate = engine.gate(text(conversation["gate"])) if "gate" in conversation else None
    except ValueError as error:
        yield "-", "gate_refused", str(error)
        return
    played = Conversation(engine, gate)
    for number, step in enumerate(conversation.get("steps", [])):
        yield str(number), *played.take(step)


class Conversation:
    def __init__(self, engine: native.Engine, gate: native.Gate | None) -> None:
        self.engine, self.gate, self.fetch_id = engine, gate, 0
        self.allow: native.Allow | None = None

    def take(self, step: dict[str, Any]) -> tuple[str, Any]:
        if "supply" in step:
            reply = step["supply"]
            body = piece(reply["body"], document=True)
            self.engine.supply(self.fetch_id, reply["status"], pairs(reply["headers"]), body, step["now"])
            return "supplied", None
        if "supply_failure" in step:
            self.engine.supply_failure(self.fetch_id, step["now"])
            return "supplied", None
        if "open_session" in step:
            assert self.allow is not None
            self.engine.open_session(step["open_session"].encode(), self.allow)
            return "opened", None
        if "update" in step:
            try:
                self.engine.update(text(step["update"]))
            except ValueError as error:
                return "update_refused", str(error)
            return "updated", None
        if "gate" in step:
            self.gate = self.engine.gate(text(step["gate"]))
            return "gate_made", None
        if "metadata" in step:
            return self.told(self.engine.metadata(*facts(step["metadata"]), step.get("now", 0)))
        gate = self.gate
        assert gate is not None
        if "check_token" in step:
            ask = step["check_token"]
            return self.told(gate.check_token(ask["token"], verdict(ask), step["now"]))
        if "require" in step:
            ask = step["require"]
            return self.told(gate.require(*facts(ask), ask["held"], ask["scopes"]))
        if "deny" in step:
            return self.told(gate.deny(*facts(step["deny"])))
        if "failure" in step:
            return self.told(gate.failure(*facts(step["failure"])))
        if "visible" in step:
            ask = step["visible"]
            return "visible", SimpleNamespace(names=gate.visible(ask["held"], ask["method"], ask["names"]))
        if "declared" in step:
            return "declared", SimpleNamespace(operations=gate.declared())
        ask = step["ask"]
        content = None if ask["body"] is None else piece(ask["body"])
        return self.told(gate.check(*facts(ask), content, verdict(ask), step["now"]))

    def told(self, answer: Any) -> tuple[str, Any]:
        """The kind of an answer, and the answer."""
        if answer is None:
            return "pass", None
        if isinstance(answer, native.Fetch):
            self.fetch_id = answer.id
        if isinstance(answer, native.Allow):
            self.allow = answer
        return re.sub("(?<!^)([A-Z])", r"_\1", type(answer).__name__).lower(), answer


def facts(ask: dict[str, Any]) -> tuple[str, str, list[tuple[bytes, bytes]]]:
    return ask["method"], ask["target"], pairs(ask["headers"])


def verdict(ask: dict[str, Any]) -> str | None:
    return None if ask.get("verdict") is None else text(ask["verdict"])


def assert_expected(step: str, seen: str, answer: Any, expect: Any) -> None:
    [(kind, members)] = expect.items() if isinstance(expect, dict) else [(expect, {})]
    told = (answer.code, answer.body) if isinstance(answer, native.Respond) else answer
    assert seen == kind, f"{step}: {told}"
    for name, expected in members.items():
        assert actual(answer, name, expected) == expected, f"{step}: {name}"


def actual(answer: Any, name: str, expected: Any) -> Any:
    if name == "headers":
        lower = {header[0]: header[0].lower() for header in expected}
        spelled = {low: given for given, low in lower.items()}
        return [[spelled.get(header.lower(), header), value] for header, value in answer.headers]
    if name == "body":
        return answer.body.decode() if isinstance(expected, str) else json.loads(answer.body)
    if name == "body_contains":
        return expected if expected in answer.body.decode() else answer.body
    if name == "claims":
        return json.loads(answer.claims)
    if name == "pointer":
        return expected if expected in [problem["pointer"] for problem in json.loads(answer)["problems"]] else answer
    if name == "operations":
        return [list(one) for one in answer.operations]
    return getattr(answer, name)


def line(name: str, step: str, kind: str, answer: Any) -> str:
    """A line of the transcript."""
    fields = [escaped(name), step, kind]
    for member in MEMBERS[kind]:
        value = answer if member == "problems" else getattr(answer, member)
        if member == "headers":
            fields += [f"header={escaped(f'{header}: {text}')}" for header, text in value]
        elif member == "audience":
            fields += [f"audience={escaped(one)}" for one in value]
        elif member == "names":
            fields += [f"name={escaped(one)}" for one in value]
        elif member == "operations":
            fields += [f"operation={escaped(' '.join(filter(None, one)))}" for one in value]
        elif member == "scopes":
            fields += [f"scopes={escaped(' '.join(value))}"] if value else []
        elif value is not None and (member, value) != ("code", ""):
            fields.append(f"{member}={escaped(json.dumps(value) if isinstance(value, bool | int) else value)}")
    return "\t".join(fields) + "\n"


def escaped(value: str | bytes) -> str:
    """Printable ASCII; the other bytes and the backslash as `\\x` and two digits."""
    text = (value.encode() if isinstance(value, str) else value).decode("latin-1")
    return re.sub(r"[^ -\[\]-~]", lambda found: f"\\x{ord(found[0]):02x}", text)


def text(value: Any) -> str:
    return value if isinstance(value, str) else compact(value)


def pairs(headers: list[Any]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), piece(value)) for name, value in headers]


def piece(value: Any, *, document: bool = False) -> bytes:
    """Bytes as the vectors write them."""
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, list):
        return b"".join(piece(part) for part in value)
    if set(value) == {"base64"}:
        return base64.b64decode(value["base64"])
    if set(value) == {"repeat", "times"}:
        return str(value["repeat"]).encode() * int(value["times"])
    assert document, value
    return compact(value).encode()


def compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
