"""Runs every suite, cheap ones first, and ends in a plain summary.

    tests/run.py [--full] [SUITE ...]

What a machine lacks is skipped with a reason; with --full a skip is a failure. A suite that counts fewer tests than its
committed minimum has failed too, so nothing drops out unnoticed. Output goes to build/logs, and to the screen where a
suite fails.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
LOGS = BUILD / "logs"
TOOLS = BUILD / "venv-tools" / "bin"
MCP1 = BUILD / "venv-mcp1" / "bin"
MCP2 = BUILD / "venv-mcp2" / "bin"
FASTMCP = BUILD / "venv-fastmcp" / "bin"
QUIET = ["-q", "--disable-pip-version-check"]
TRANSCRIPTS = BUILD / "transcripts"
SEEN = {"TRANSCRIPTS": str(TRANSCRIPTS)}  # where each runtime writes what it saw of the vectors


@dataclass
class Suite:
    """Commands that run in order, and how many tests they must count together."""

    name: str
    commands: list[list[str]]
    minimum: int = 0
    needs: list[str] = field(default_factory=list)
    folder: Path = ROOT
    environment: dict[str, str] = field(default_factory=dict)


def suites() -> list[Suite]:
    """All suites, in the order they run."""
    cargo_tests = [
        "cargo",
        "test",
        "--quiet",
        "--workspace",
        "--exclude",
        "mcpauth-python",
        "--exclude",
        "mcpauth-node",
    ]
    c = "ffi/tests/run.sh"
    return [
        Suite("tools", [["sh", "tests/tools.sh"]]),
        Suite(
            "format",
            [
                ["cargo", "fmt", "--all", "--check"],
                ["cargo", "fmt", "--all", "--check", "--manifest-path", "core/proofs/Cargo.toml"],
                ["cargo", "fmt", "--all", "--check", "--manifest-path", "ffi/embedded/Cargo.toml"],
                ["cargo", "fmt", "--all", "--check", "--manifest-path", "fuzz/Cargo.toml"],
                ["cargo", "fmt", "--all", "--check", "--manifest-path", "benches/Cargo.toml"],
                [
                    f"{TOOLS}/ruff",
                    "format",
                    "--check",
                    "-q",
                    "--config",
                    "bindings/python/pyproject.toml",
                    "bindings/python",
                    "tests",
                    "fuzz",
                    "benches",
                    "ffi",
                ],
            ],
        ),
        Suite("header", [["sh", "ffi/tests/header.sh"]], needs=["cbindgen"]),
        Suite(
            "lint",
            [
                [f"{TOOLS}/ruff", "check", "-q", "bindings/python"],
                [f"{TOOLS}/python", "tests/vectors/tools/check.py"],
                ["cargo", "clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"],
                ["sh", "-c", "cd ffi/embedded && cargo clippy --quiet --release --target-dir ../../target/embedded"],
            ],
        ),
        Suite("supply-chain", [[f"{TOOLS}/cargo-deny", "--locked", "check", "licenses", "bans", "sources"]]),
        Suite("rust", [cargo_tests], minimum=43, environment=SEEN),
        Suite("no_std", [["sh", "core/tests/no_std.sh"]], minimum=11),
        Suite(
            "package",
            [["sh", "tests/package.sh"], ["sh", "-c", "tests/e2e/setup.sh build/wheels/*.whl build/tarballs/*.tgz"]],
        ),
        Suite(
            "c",
            [[c, mode] for mode in ("plain", "cxx", "shared", "asan", "misuse", "threads", "vectors", "vectors-asan")],
            minimum=2500,
            needs=["g++"],
            environment=SEEN,
        ),
        Suite(
            "c-embedded",
            [["sh", "ffi/tests/embedded.sh", mode] for mode in ("library", "misuse", "vectors", "platform", "device")],
            minimum=1800,
            needs=["g++"],
        ),
        Suite("c-install", [["sh", "ffi/tests/install.sh"]], minimum=4, needs=["pkg-config"]),
        Suite("c-thread-sanitizer", [["sh", "ffi/tests/thread_sanitizer.sh"]]),
        Suite("c-valgrind", [[c, "valgrind"], [c, "vectors-valgrind"]], minimum=950, needs=["valgrind"]),
        Suite(
            "python",
            [
                *([f"{venv}/pip", "install", *QUIET, "-r", "tests/requirements.txt"] for venv in (MCP1, MCP2, FASTMCP)),
                [f"{MCP1}/mypy"],
                [f"{FASTMCP}/mypy"],
                ["sh", "tests/pyright.sh", f"{FASTMCP.parent}"],
                [f"{MCP1}/stubtest", "mcpauth._mcpauth"],
                [f"{MCP1}/python", "-m", "pytest", "--ignore", "tests/test_fastmcp.py"],
                # What depends on the SDK, again with mcp 2.x.
                [
                    f"{MCP2}/python",
                    "-m",
                    "pytest",
                    "tests/test_identity.py",
                    "tests/test_gate.py",
                    "tests/test_surface.py",
                    "tests/test_adapters.py",
                    "tests/test_protect.py",
                ],
                [f"{FASTMCP}/python", "-m", "pytest", "tests/test_fastmcp.py"],
            ],
            minimum=1700,
            folder=ROOT / "bindings" / "python",
            environment=SEEN,
        ),
        Suite("node", [["npm", "test"]], minimum=1000, folder=ROOT / "bindings" / "node", environment=SEEN),
        # Verdict, code and bytes of all four are the same.
        Suite("same", [["python3", "tests/vectors/tools/compare.py", str(TRANSCRIPTS)]], minimum=900),
        Suite("wire", [[f"{MCP2}/python", "-m", "pytest", "-q", "tests/wire"]], minimum=212),
        Suite(
            "differential",
            [
                [f"{MCP1}/pip", "install", *QUIET, "-r", "tests/differential/requirements.txt"],
                [f"{MCP1}/python", "-m", "pytest", "-q", "tests/differential"],
            ],
            minimum=3,
        ),
        Suite(
            "docs",
            [
                ["sh", "tests/docs/setup.sh"],
                [f"{MCP2}/python", "-m", "pytest", "-q", "tests/docs", "tests/samples"],
            ],
            minimum=177,
        ),
        Suite("e2e", [[f"{MCP2}/python", "-m", "pytest", "-q", "tests/e2e"]], minimum=117),
        Suite("fuzz", [["fuzz/run.sh", "20"]], minimum=6),
    ]


PATTERNS = [  # the closing lines of the runners: cargo test, pytest, node --test, ours
    re.compile(r"^test result: \w+\. (?P<passed>\d+) passed; (?P<failed>\d+) failed; (?P<skipped>\d+) ignored", re.M),
    re.compile(
        r"^(?=.* in [\d.]+s)(?:=+ )?(?:(?P<failed>\d+) failed, )?(?P<passed>\d+) passed(?:, (?P<skipped>\d+) skipped)?",
        re.M,
    ),
    re.compile(
        r"^# pass (?P<passed>\d+)\n# fail (?P<failed>\d+)(?:\n# cancelled \d+)?(?:\n# skipped (?P<skipped>\d+))?", re.M
    ),
    re.compile(r"^(?P<passed>\d+) passed, (?P<failed>\d+) failed$", re.M),
]


def counts(output: str) -> tuple[int, int]:
    """Tests that passed and that were skipped, by the closing lines in the output."""
    found = [match.groupdict() for pattern in PATTERNS for match in pattern.finditer(output)]
    return sum(int(one["passed"] or 0) for one in found), sum(int(one.get("skipped") or 0) for one in found)


def run(suite: Suite, full: bool) -> tuple[str, int, str]:
    """Runs one suite: "passed", "failed" or "skipped", the tests counted, and a remark."""
    lacking = [tool for tool in suite.needs if shutil.which(tool) is None]
    if lacking:
        return ("failed" if full else "skipped"), 0, f"{', '.join(lacking)} is not installed"
    log = LOGS / f"{suite.name}.log"
    output = ""
    for command in suite.commands:
        environment = {**os.environ, **suite.environment, "FULL": "1" if full else "0"}
        done = subprocess.run(
            command, cwd=suite.folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
        )  # fmt: skip
        output += f"$ {' '.join(command)}\n{done.stdout}\n"
        log.write_text(output)
        if done.returncode != 0:
            print("\n".join(output.splitlines()[-60:]), flush=True)
            return "failed", counts(output)[0], f"{' '.join(command[:3])} ended with {done.returncode}"
    passed, skipped = counts(output)
    if passed < suite.minimum:
        return "failed", passed, f"only {passed} tests were counted, {suite.minimum} are expected"
    if skipped and full:
        return "failed", passed, f"{skipped} tests were skipped"
    return "passed", passed, f"{skipped} skipped" if skipped else ""


def main(arguments: list[str]) -> int:
    """Runs what was asked for and prints the summary."""
    full = "--full" in arguments
    names = [argument for argument in arguments if not argument.startswith("-")]
    chosen = [suite for suite in suites() if not names or suite.name in [*names, "tools"]]
    unknown = set(names) - {suite.name for suite in suites()}
    if unknown:
        print(f"no such suite: {', '.join(sorted(unknown))}; there are {', '.join(suite.name for suite in suites())}")
        return 2
    LOGS.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(TRANSCRIPTS, ignore_errors=True)  # what an earlier run saw proves nothing
    results = []
    for suite in chosen:
        print(f"{suite.name} ...", flush=True)
        started = time.monotonic()
        outcome, count, remark = run(suite, full)
        seconds = time.monotonic() - started
        results.append((suite.name, outcome, count, seconds, remark))
        print(f"{suite.name}: {outcome}{f' ({remark})' if remark else ''}, {count} tests, {seconds:.0f} s", flush=True)
        if outcome == "failed" and suite.name in {"tools", "package"}:
            break
    print("\nsuite         outcome  tests  seconds  remark")
    for name, outcome, count, seconds, remark in results:
        print(f"{name:<13} {outcome:<8} {count:>5}  {seconds:>7.0f}  {remark}")
    failed = [name for name, outcome, *_ in results if outcome == "failed"]
    total = sum(count for _, _, count, _, _ in results)
    print(f"\n{total} passed, {len(failed)} failed")
    return 1 if failed or len(results) < len(chosen) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
