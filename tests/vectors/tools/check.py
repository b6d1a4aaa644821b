#!/usr/bin/env python3
"""Checks the vector files themselves: form, unique names, codes and texts of the table in README.md, every code reached."""

import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent.parent
ROW = re.compile(r"\| \d{3} \| `(\w+)` \| (\d{3}|-) \| (.*?) \| (.*?) \| (.*?) \|")
KINDS = {"allow", "respond", "fetch", "need_body", "need_verdict", "visible", "declared", "update_refused"}
ALLOW = {
    "subject",
    "client_id",
    "scopes",
    "audience",
    "issuer",
    "kid",
    "algorithm",
    "cached",
    "expires_at",
    "token",
    "resource",
    "anonymous",
    "claims",
    "operations",
    "report",
}
RESPOND = {"status", "code", "issuer", "kid", "algorithm", "cached", "resource", "headers", "body", "body_contains"}
ORDER = [
    "content-type",
    "cache-control",
    "www-authenticate",
    "retry-after",
    "access-control-allow-origin",
    "vary",
    "access-control-expose-headers",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-max-age",
]
UNREACHED = set()

table = {
    code: {"status": status, "header": header.strip("`"), "body": body.strip("`"), "text": text}
    for code, status, header, body, text in ROW.findall((HERE / "README.md").read_text())
}
names, reached, problems = {}, set(), []


def check_response(where, expected):
    unknown = set(expected) - RESPOND
    if unknown:
        problems.append(f"{where}: unknown members {unknown}")
    code = expected.get("code", "")
    headers = {name.lower(): value for name, value in expected.get("headers", [])}
    order = [ORDER.index(name) for name in headers]
    if order != sorted(order):
        problems.append(f"{where}: headers out of order")
    if not code:
        return
    row = table.get(code)
    if row is None or row["status"] == "-":
        return problems.append(f"{where}: {code} is no code of an answer")
    reached.add(code)
    if expected["status"] != int(row["status"]):
        problems.append(f"{where}: {code} has status {row['status']}")
    challenge = headers.get("www-authenticate")
    if challenge:
        parameters = dict(re.findall(r'(\w+)="([^"\\]*)"', challenge))
        if list(parameters) != [
            name
            for name in ("realm", "resource_metadata", "scope", "error", "acr_values", "max_age", "error_description")
            if name in parameters
        ]:
            problems.append(f"{where}: challenge parameters out of order")
        if (
            parameters.get("error", "none") != row["header"]
            or parameters.get("error_description", row["text"]) != row["text"]
        ):
            problems.append(f"{where}: the challenge is not that of {code}")
    elif "headers" in expected and row["header"] != "no challenge":
        problems.append(f"{where}: {code} needs a challenge")
    if isinstance(expected.get("body"), str):
        body = json.loads(expected["body"])
        text = body["error"]["message"] if "jsonrpc" in body else body["error_description"]
        error = f"JSON-RPC {body['error']['code']}" if "jsonrpc" in body else body["error"]
        if (error, text) != (row["body"], row["text"]):
            problems.append(f"{where}: the body is not that of {code}")


def check_expectation(where, expected):
    if len(expected) != 1 or not set(expected) <= KINDS:
        return problems.append(f"{where}: unknown expectation {list(expected)}")
    if "respond" in expected:
        check_response(where, expected["respond"])
    if set(expected.get("allow", {})) - ALLOW or set(expected.get("fetch", {})) - {"url", "method"}:
        problems.append(f"{where}: unknown members")


def check_steps(where, steps):
    fetched = False
    for number, step in enumerate(steps, 1):
        at = f"{where}, step {number}"
        match step:
            case {
                "ask": {"method": str(), "target": str(), "headers": list(), "body": _},
                "now": int(),
                "expect": dict(expected),
                **rest,
            } if not rest:
                check_expectation(at, expected)
                fetched = fetched or "fetch" in expected
            case {"supply": {"status": int(), "headers": list(), "body": _}, "now": int(), **rest} | {
                "supply_failure": True,
                "now": int(),
                **rest,
            } if not rest:
                if not fetched:
                    problems.append(f"{at}: nothing was fetched")
                fetched = False
            case {"open_session": str(), **rest} if not rest:
                pass
            case {"update": dict() | str(), **rest} | {"gate": dict() | str(), **rest} if not rest:
                pass
            case {"update": dict() | str(), "expect": {"update_refused": {"pointer": str()}}, **rest} if not rest:
                pass
            case {"check_token": {"token": str()}, "now": int(), "expect": dict(expected), **rest} if not rest:
                check_expectation(at, expected)
                fetched = fetched or "fetch" in expected
            case {"metadata": {"method": str(), "target": str(), "headers": list()}, "expect": expected, **rest} | {
                "require": {
                    "method": str(),
                    "target": str(),
                    "headers": list(),
                    "held": list() | None,
                    "scopes": list(),
                },
                "expect": expected,
                **rest,
            } if not set(rest) - {"now"}:
                if expected != "pass":
                    check_expectation(at, expected)
                fetched = fetched or "fetch" in expected
            case {"deny": {"method": str(), "target": str(), "headers": list()}, "expect": dict(expected), **rest} | {
                "failure": {"method": str(), "target": str(), "headers": list()},
                "expect": dict(expected),
                **rest,
            } if not rest:
                check_expectation(at, expected)
            case {
                "visible": {"held": list() | None, "method": str(), "names": list()},
                "expect": dict(expected),
                **rest,
            } if not rest:
                check_expectation(at, expected)
            case {"declared": True, "expect": dict(expected), **rest} if not rest:
                check_expectation(at, expected)
            case _:
                problems.append(f"{at}: no known step")


count = 0
for path in sorted(HERE.glob("*.jsonl")):
    for number, line in enumerate(path.read_bytes().decode().removesuffix("\n").split("\n"), 1):
        where = f"{path.name}:{number}"
        count += 1
        vector = json.loads(line)
        if names.setdefault(vector["name"], where) != where:
            problems.append(f"{where}: the name stands at {names[vector['name']]} too")
        if not vector["why"].strip() or not isinstance(vector["configuration"], dict | str):
            problems.append(f"{where}: why or configuration missing")
        match vector:
            case {"expect_configuration_error": refused} | {"expect_gate_error": refused} if "steps" not in vector:
                pointers = refused.get("pointers") or [refused["pointer"]]
                if not all(pointer == "" or pointer.startswith("/") for pointer in pointers):
                    problems.append(f"{where}: no JSON pointer")
            case {"steps": [_, *_] as steps}:
                check_steps(where, steps)
                if any("ask" in step for step in steps) and "gate" not in vector:
                    problems.append(f"{where}: no gate to ask")
            case _:
                problems.append(f"{where}: neither steps nor an expected error")

for code, row in table.items():
    if re.search(r'["\\,=]|[^ -~]', row["text"]):
        problems.append(f"README.md: the text of {code} does not fit RFC 6750")
    if row["status"] != "-" and code not in reached | UNREACHED:
        problems.append(f"no vector reaches {code}")
print(*problems, f"{count} vectors, {len(problems)} problems", sep="\n")
sys.exit(bool(problems))
