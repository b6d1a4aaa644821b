"""Replays tests/vectors against the native module; tests/vectors/README.md has the format."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from mcpauth import _mcpauth as native

VECTORS = Path(__file__).parents[3] / "tests" / "vectors"


def conversations() -> list[Any]:
    lines = [(file.stem, line) for file in sorted(VECTORS.glob("*.jsonl")) for line in file.read_text().splitlines()]
    return [pytest.param(json.loads(line), id=f"{stem}: {json.loads(line)['name']}") for stem, line in lines]


@pytest.mark.parametrize("conversation", conversations())
def test_conversation(conversation: dict[str, Any]) -> None:
    if refused := conversation.get("expect_configuration_error"):
        assert_refused(lambda: native.Engine(text(conversation["configuration"])), refused)
        return
    engine = native.Engine(text(conversation["configuration"]))
    if refused := conversation.get("expect_gate_error"):
        assert_refused(lambda: engine.gate(text(conversation["gate"])), refused)
        return
    gate = engine.gate(text(conversation["gate"])) if "gate" in conversation else None
    Conversation(engine, gate).play(conversation["steps"])


class Conversation:
    def __init__(self, engine: native.Engine, gate: native.Gate | None) -> None:
        self.engine, self.gate, self.fetch_id = engine, gate, 0

    def play(self, steps: list[dict[str, Any]]) -> None:
        for number, step in enumerate(steps):
            answer = self.take(step)
            if "expect" in step:
                assert_expected(answer, step["expect"], number)

    def take(self, step: dict[str, Any]) -> Any:
        if "supply" in step:
            reply = step["supply"]
            body = piece(reply["body"], document=True)
            self.engine.supply(self.fetch_id, reply["status"], pairs(reply["headers"]), body, step["now"])
            return None
        if "supply_failure" in step:
            self.engine.supply_failure(self.fetch_id, step["now"])
            return None
        if "metadata" in step:
            ask = step["metadata"]
            return self.engine.metadata(ask["method"], ask["target"], pairs(ask["headers"]))
        ask = step["ask"]
        assert self.gate is not None
        content = None if ask["body"] is None else piece(ask["body"])
        answer = self.gate.check(ask["method"], ask["target"], pairs(ask["headers"]), content, step["now"])
        if isinstance(answer, native.Fetch):
            self.fetch_id = answer.id
        return answer


def assert_expected(answer: Any, expect: Any, step: int) -> None:
    if expect == "pass":
        assert answer is None, step
        return
    [(kind, members)] = expect.items()
    names = {"allow": native.Allow, "respond": native.Respond, "fetch": native.Fetch, "need_body": native.NeedBody}
    told = (answer.code, answer.body) if isinstance(answer, native.Respond) else answer
    assert isinstance(answer, names[kind]), f"step {step}: {told}"
    for name, expected in members.items():
        assert actual(answer, name, expected) == expected, f"step {step}: {name}"


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
    return getattr(answer, name)


def assert_refused(make: Any, expected: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="problems") as caught:
        make()
    pointers = {problem["pointer"] for problem in json.loads(str(caught.value))["problems"]}
    assert pointers >= set(expected.get("pointers", [expected.get("pointer")])), pointers


def text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


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
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
