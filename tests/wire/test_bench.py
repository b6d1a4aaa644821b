"""The benchmark runs, with what is installed; what it says of bars and of what is missing. No time is looked at."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "benches"))

import bars  # noqa: E402
import chart  # noqa: E402
import report  # noqa: E402


@pytest.fixture(scope="module")
def smoke():
    done = subprocess.run(
        [sys.executable, ROOT / "benches" / "run.py", "--smoke"],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, json.loads((ROOT / "target" / "bench-smoke.json").read_text())


def test_every_bar_has_an_entry(smoke):
    _, entries = smoke
    assert [entry["id"] for entry in entries[: len(bars.BARS)]] == [bar.id for bar in bars.BARS]
    for entry in entries:
        assert {"id", "what", "peer", "ours_us", "peer_us", "ratio", "measurable"} <= entry.keys()
        assert entry["measurable"] == (entry["ratio"] is not None)


def test_each_runtime_was_measured(smoke):
    text, entries = smoke
    measured = {entry["id"] for entry in entries if entry["measurable"]}
    assert {"python-cached", "python-rs256", "python-es256"} <= measured  # PyJWT is always there
    for title, host, group, *_ in report.TABLES:
        if host in ("Rust", "Python", "Node"):
            assert f"## {title}" in text, (host, group)
    assert "not measurable" in text


def test_what_is_missing_is_named(smoke):
    text, _ = smoke
    missing = text.partition("## Not measured")[2]
    assert "| fast-jwt | left out of a smoke run |" in missing or "fast-jwt 6" in text


def test_a_smoke_run_leaves_the_results_alone(smoke):
    assert "A smoke run: the numbers mean nothing." in smoke[0]
    readme = (ROOT / "README.md").read_text()
    assert report.START in readme and report.END in readme


BAR = bars.Bar("it", "it", "peer", ("Rust", "token", "RS256"), "ours", ("slow", "fast"), 0.5, 0.25)
GATE = bars.Bar("gate", "gate", "old", ("Python", "gate", "ASGI"), "ours", ("old",), 0.5, 0.25, "no gate")


def row(host="Rust", group="token", what="RS256", **medians):
    candidates = {name.replace("_", " "): {"min": time / 2, "median": time} for name, time in medians.items()}
    return {"host": host, "group": group, "what": what, "candidates": candidates}


@pytest.mark.parametrize(
    ("ours", "ratio", "met"), [(4.0, 0.4, True), (5.0, 0.5, True), (6.0, 0.6, False)], ids=["below", "at", "above"]
)
def test_a_bar_is_the_ratio_to_the_fastest_way_of_the_peer(ours, ratio, met):
    entry = bars.judged(BAR, [row(ours=ours, slow=20.0, fast=10.0)])
    assert (entry["ratio"], entry["met"], entry["measurable"]) == (ratio, met, True)


@pytest.mark.parametrize("rows", [[], [row(ours=1.0)], [row(fast=1.0)], [row(what="ES256", ours=1.0, fast=9.0)]])
def test_what_cannot_be_measured_is_not_met(rows):
    entry = bars.judged(BAR, rows)
    assert (entry["ratio"], entry["met"], entry["measurable"]) == (None, None, False)


def test_a_gate_costs_what_it_adds_in_its_own_process():
    measured = row("Python", "gate", "ASGI", ours=12.0, no_gate=8.0, old=30.0, no_gate_old=10.0)
    measured["candidates"]["old"]["base"] = "no gate old"
    assert bars.judged(GATE, [measured])["ratio"] == 0.2


@pytest.mark.parametrize(
    ("name", "ours"),
    [("mcpauth cached", True), ("libmcpauth", True), ("mcp-auth whole request", True), ("mcpauth 0.1.1", False),
     ("mcp-auth 0.2.0", False), ("no gate", False), ("OpenSSL", False)],
)  # fmt: skip
def test_ours_is_told_from_what_was_published(name, ours):
    assert report.is_ours(name) == ours


def test_results_go_between_the_markers(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{report.START}\nold\n{report.END}\nafter\n")
    report.put_between_markers(page, "new")
    assert page.read_text() == f"before\n{report.START}\n\nnew\n\n{report.END}\nafter\n"
    page.write_text("no markers")
    with pytest.raises(SystemExit):
        report.put_between_markers(page, "new")


def test_the_drawing_has_a_bar_for_each_time():
    text = chart.svg([row(**{"mcpauth_cached": 1.0, "jsonwebtoken_aws_lc_rs": 2.0})], "a <day>")
    assert text.count("<rect") == 1  # the other name is spelled differently
    assert "a &lt;day&gt;" in text and "prefers-color-scheme: dark" in text
