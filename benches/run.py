"""Measures the engine and its packages beside the libraries that people use today, and prints one table.

    benches/run.py [--smoke]      --smoke: about 5 s, for a test; its numbers mean nothing

Needs what `make package` and tests/e2e/setup.sh leave in build/. Nothing here fails for being slow; it fails where a
side does not admit or refuse what it should.
"""

import datetime
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "benches"
PYTHON = ROOT / "build" / "venv-mcp1" / "bin" / "python"
MODULES = ROOT / "build" / "e2e-node" / "node_modules"
TARGET = ROOT / "target" / "benches"
RUST = TARGET / "release" / "mcpauth-benches"

SECONDS = {"Rust": (30, 2.2), "Python": (12, 0.6), "Node": (12, 0.6), "stream": (8, 0.1)}  # each; with --smoke
COLUMNS = "{:<7} {:<58} {:>19} {:>19} {:>7}  {:>11}"


def main(arguments):
    smoke = "--smoke" in arguments
    if unknown := [one for one in arguments if one != "--smoke"]:
        return f"benches: {unknown[0]} is not an option\n\n{__doc__}"
    for needed in (PYTHON, MODULES / "mcp-auth", MODULES / "jose"):
        if not needed.exists():
            return f"benches: {needed.relative_to(ROOT)} is missing; `make bench` makes it"
    manifest = HERE / "Cargo.toml"
    command = ["cargo", "build", "--quiet", "--release", "--locked", "--manifest-path", manifest]
    subprocess.run(command, check=True, env={**os.environ, "CARGO_TARGET_DIR": str(TARGET)})
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        cases = Path(folder) / "cases.json"
        subprocess.run([PYTHON, HERE / "cases.py", cases], check=True)
        seconds = {part: str(both[smoke]) for part, both in SECONDS.items()}
        measurements = [
            ("Rust", [RUST, cases, seconds["Rust"]]),
            ("Python", [PYTHON, HERE / "host.py", cases, seconds["Python"]]),
            ("Python", [PYTHON, HERE / "stream.py", cases, seconds["stream"]]),
            ("Node", ["node", HERE / "host.mjs", cases, seconds["Node"], MODULES]),
            ("Node", ["node", HERE / "stream.mjs", cases, seconds["stream"], MODULES]),
        ]
        for host, command in measurements:
            print(f"measuring {host} ...", file=sys.stderr, flush=True)
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            rows += [(host, json.loads(line)) for line in done.stdout.splitlines()]
    print_machine(smoke)
    print_table(rows)
    return 0


def print_machine(smoke):
    """Numbers mean something only with the machine and the date."""
    load = os.getloadavg()[0]
    print(f"\n{datetime.date.today()}, {processor()}, {os.cpu_count()} CPUs, load {load:.1f}, {platform.system()}")
    print(f"ours: {version()}, {output('rustc', '--version')}")
    peers = output(
        PYTHON, "-c", "import jwt, platform; print('PyJWT', jwt.__version__, 'on', platform.python_version())"
    )
    jose = json.loads((MODULES / "jose" / "package.json").read_text())["version"]
    print(f"peers: jsonwebtoken {peer_crate()} with rust_crypto; {peers}; jose {jose} on {output('node', '--version')}")
    if smoke:
        print("A smoke run: the numbers mean nothing.")
    elif load > 1:
        print("The machine was busy: read the ratios, and not closely.")
    print(
        "\nMicroseconds: minimum (median) of many batches, both sides in turns. Ratio: ours to the peer's, of the"
        "\nminima; below 1 we are faster. Allocations: ours / the peer's. Ours always decides on a whole request and"
        "\nfinds the key by `kid`; the peer gets the token and its key. The engine refuses duplicate names, so it reads"
        "\nall JSON before the signature. `whole request` includes making the answer; `decision` is the ground floor.\n"
    )


def print_table(rows):
    print(COLUMNS.format("host", "operation", "ours (us)", "peer (us)", "ratio", "allocations"))
    for host, row in rows:
        ours, peer = row["ours"], row["peer"]
        counted = f"{ours['allocations']} / {peer['allocations']}" if "allocations" in ours else "-"
        ratio = f"{ours['min'] / peer['min']:.2f}"
        print(COLUMNS.format(host, row["operation"], microseconds(ours), microseconds(peer), ratio, counted))


def microseconds(side):
    return f"{side['min'] / 1_000:.2f} ({side['median'] / 1_000:.2f})"


def processor():
    """The model, where the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor() or platform.machine())


def version():
    if shutil.which("git") and (ROOT / ".git").exists():
        return output("git", "-C", ROOT, "describe", "--always", "--dirty")
    return "not under version control"


def peer_crate():
    """The version in the lock file."""
    lines = (HERE / "Cargo.lock").read_text().splitlines()
    return lines[lines.index('name = "jsonwebtoken"') + 1].split('"')[1]


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as failed:
        sys.exit(f"benches: {Path(failed.cmd[0]).name} ended with {failed.returncode}; the reason stands above")
