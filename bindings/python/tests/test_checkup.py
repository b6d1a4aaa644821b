"""Replays tests/vectors/checkup against the native module; the README there has the format."""

import json
from pathlib import Path
from typing import Any

import pytest
from mcpauth import _mcpauth as native

FOLDER = Path(__file__).parents[3] / "tests" / "vectors" / "checkup"
WORLD = json.loads((FOLDER / "world.json").read_text("utf-8"))["replies"]
CASES = [json.loads(line) for line in (FOLDER / "cases.jsonl").open(encoding="utf-8")]
LISTS = ["errors", "warnings", "successes", "notes"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_checkup(case: dict[str, Any]) -> None:
    checkup, asked = run(case)
    expect, seen = case["expect"], json.loads(checkup.json())
    assert checkup.exit_status == seen["exit_status"] == expect["exit_status"]
    assert [(one["kind"], one["url"]) for one in seen["subjects"]] == [
        (one["kind"], one["url"]) for one in expect["subjects"]
    ]
    for subject, wanted in zip(seen["subjects"], expect["subjects"], strict=True):
        for name in [name for name in LISTS if name in wanted]:
            assert [one["code"] for one in subject[name]] == wanted[name], (subject["kind"], name)
    findings = [one for subject in seen["subjects"] for name in LISTS for one in subject[name]]
    for code, text in expect.get("seen", {}).items():
        assert next(one for one in findings if one["code"] == code)["seen"] == text
    for code, pointers in expect.get("pointers", {}).items():
        assert [one["pointer"] for one in findings if one["code"] == code] == pointers
    if "asks" in expect:
        assert len(asked) == len(expect["asks"])
        for request, (method, url) in zip(asked, expect["asks"], strict=True):
            assert request.method == method
            assert fits(url, request.url)


def test_the_report_of_a_good_server() -> None:
    checkup, _ = run(CASES[0])
    assert checkup.report(colour=False) == (FOLDER / "report.txt").read_text("utf-8")


def test_a_checkup_that_cannot_begin_says_why() -> None:
    with pytest.raises(ValueError, match='"pointer":"/url"'):
        native.Checkup("http://api.example", "{}")


def run(case: dict[str, Any]) -> tuple[native.Checkup, list[native.Fetch]]:
    checkup = native.Checkup(case["checkup"]["url"], json.dumps(case["checkup"]["options"]))
    asked: list[native.Fetch] = []
    while (request := checkup.ask()) is not None:
        assert checkup.step
        asked.append(request)
        reply = next((one for one in case["replies"] + WORLD if answers(one, request)), NOTHING)
        if reply.get("fail"):
            checkup.supply_failure()
            continue
        body = reply["body"]
        text = body if isinstance(body, str) else json.dumps(body, separators=(",", ":"), ensure_ascii=False)
        headers = [(name.encode(), value.encode("latin-1")) for name, value in reply["headers"]]
        checkup.supply(reply["status"], headers, text.encode())
    return checkup, asked


NOTHING: dict[str, Any] = {"status": 404, "headers": [], "body": ""}


def answers(reply: dict[str, Any], request: native.Fetch) -> bool:
    has_all = {name for name, _ in request.headers} >= set(reply.get("with", []))
    return has_all and fits(reply["method"], request.method) and fits(reply["url"], request.url)


def fits(pattern: str, text: str) -> bool:
    """A star at the end stands for anything."""
    return text.startswith(pattern[:-1]) if pattern.endswith("*") else text == pattern
