"""Measures the engine and its packages beside the libraries that people use today.

    benches/run.py [--quick | --smoke]

--quick   a third of the rounds, under three minutes; README.md and docs/bench.svg stay as they are
--smoke   some seconds, for a test, with what is installed already; its numbers mean nothing, and stand in bench-smoke.*

Prints Markdown, and writes it to target/bench.md and the figures to target/bench.json. Nothing here fails for being
slow; it fails where somebody does not admit or refuse what it should. What cannot be measured is reported as that.
docs/benchmarks.md says how to read it. UPDATE=1 makes the instructions counted now the ones to compare with.
"""

import contextlib
import datetime
import http.server
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import bars
import chart
import peers
import report
from race import take_turns

ROOT, HERE = peers.ROOT, peers.HERE
INSTRUCTIONS = HERE / "instructions.json"


def main(arguments):
    if unknown := [one for one in arguments if one not in ("--quick", "--smoke")]:
        return f"benches: {unknown[0]} is not an option\n\n{__doc__}"
    for needed in (peers.PYTHON, peers.OURS / "mcp-auth"):
        if not needed.exists():
            return f"benches: {needed.relative_to(ROOT)} is missing; `make bench` makes it"
    smoke = "--smoke" in arguments
    pace = Pace.SMOKE if smoke else Pace.QUICK if "--quick" in arguments else Pace.FULL
    bench = Bench(pace, smoke)
    bench.measure()
    bench.write(is_full=pace is Pace.FULL)
    return 0


class Pace:
    """Rounds, and microseconds of a batch."""

    FULL = (250, 1_200)
    QUICK = (80, 600)
    SMOKE = (3, 50)


class Bench:
    """One run: what is there to measure, and what came of it."""

    def __init__(self, pace, smoke):
        self.rounds, self.microseconds = pace
        self.smoke = smoke
        self.missing = {}
        self.rows = []  # each with its host
        self.memory = []
        self.instructions = []
        self.imports = []
        self.versions = {}  # by host and group

    def measure(self):
        say("building the peers")
        install = not self.smoke
        rust = peers.rust(self.missing, self.smoke)
        program = peers.c(self.missing)
        node = peers.node(self.missing, install)
        published = {version: peers.published(version, self.missing, install) for version in peers.PUBLISHED}
        with tempfile.TemporaryDirectory() as folder:
            cases = Path(folder) / "cases.json"
            run(peers.PYTHON, HERE / "cases.py", cases)
            pace = [str(self.rounds), str(self.microseconds)]
            python, modules = [peers.PYTHON, "-W", "ignore"], [peers.OURS, node]
            self.take("Rust", rust, cases, "race", *pace)
            self.memory = lines(rust, cases, "memory")
            if program:
                self.take("C", program, cases, *pace)
            self.take("Python", *python, HERE / "host.py", cases, *pace)
            self.take("Node", "node", "--no-warnings", HERE / "host.mjs", cases, *modules, *pace)
            with served(cases) as jwks:
                self.gates(cases, jwks, published)
                self.take("Node", "node", "--no-warnings", HERE / "gates.mjs", cases, *modules, jwks, *pace)
            streams = ["2" if self.smoke else "6", "0"]
            self.take("Python", *python, HERE / "stream.py", cases, *streams)
            self.take("Node", "node", HERE / "stream.mjs", cases, peers.OURS, *streams)
            self.load(published, node)
            self.count(rust, cases, folder)
        crates = crate_versions()
        built = {name: crates[name] for name in peers.CRATES if name not in self.missing | {"openssl": ""}}
        if "openssl" not in self.missing:
            built["OpenSSL"] = output("pkg-config", "--modversion", "openssl") or "of an unknown version"
        self.versions["Rust", "signature"] = self.versions["Rust", "token"] = built
        of_c = ("cjose", "libjwt", "jansson")
        installed = (package for package in of_c if peers.has_library(package))
        self.versions["C", "token"] = {package: output("pkg-config", "--modversion", package) for package in installed}

    def take(self, host, *command):
        """Has a program measure, and keeps its rows."""
        scripts = [Path(one).name for one in command if str(one).endswith((".py", ".mjs"))]
        say(f"measuring {host}{': ' + scripts[0] if scripts else ''}")
        for row in lines(*command):
            self.versions.setdefault((host, row["group"]), {}).update(row.pop("versions", {}))
            self.rows.append({"host": host, **row})

    def gates(self, cases, jwks, published):
        """The gates of Python: packages of the same name live in processes of their own, which take turns."""
        say("measuring Python: gates")
        pythons = [peers.PYTHON, *filter(None, published.values())]
        with contextlib.ExitStack() as stack:
            workers = [stack.enter_context(Worker(python, cases, jwks)) for python in pythons]
            for algorithm in ("RS256", "ES256"):
                sides, bases = {}, {}
                for number, worker in enumerate(workers):
                    for name in worker.candidates:
                        if name.startswith(f"{algorithm}/"):
                            own = name.partition("/")[2]
                            bare = "no gate" if number == 0 else f"no gate ({worker.versions['mcpauth']})"
                            sides[bare if own == "no gate" else own] = worker.batches(name)
                            bases[own] = bare
                measured = take_turns(sides, self.rounds, self.microseconds)
                for name, base in bases.items():
                    if name != "no gate":
                        measured[name]["base"] = base
                self.rows.append(
                    {"host": "Python", "group": "gate", "what": f"ASGI, {algorithm}", "candidates": measured}
                )
            self.versions["Python", "gate"] = workers[0].versions

    def load(self, published, node):
        """What loading the packages takes, each time in a process of its own, in turns."""
        say("measuring imports")
        programs = {"import mcpauth": [peers.PYTHON, "-c", IMPORT_PYTHON]}
        programs["require('mcp-auth')"] = ["node", "-e", IMPORT_NODE, peers.OURS / "mcp-auth" / "index.js"]
        for version, python in published.items():
            if python:
                programs[f"import mcpauth, {version}"] = [python, "-c", IMPORT_PYTHON]
        if (node / "mcp-auth").exists():
            own = node / "mcp-auth" / "lib" / "index.js"
            programs[f"import('mcp-auth'), {self.versions['Node', 'gate']['mcp-auth']}"] = [
                "node",
                "-e",
                IMPORT_NODE,
                own,
            ]
        taken = {name: [] for name in programs}
        for _ in range(2 if self.smoke else 12):
            for name, program in programs.items():
                taken[name] += lines(*program)
        for name, all_taken in taken.items():
            times, memories = zip(*all_taken[1:], strict=True)
            row = {"what": name, "min": min(times), "median": statistics.median(times)}
            self.imports.append({**row, "mebibytes": statistics.median(memories)})

    def count(self, rust, cases, folder):
        """Instructions, which do not depend on what else the machine does."""
        if not shutil.which("valgrind") or platform.machine() != "x86_64":
            self.missing["instruction counts"] = "valgrind is not installed, or the CPU is not x86-64"
            return
        if self.smoke:
            self.missing["instruction counts"] = "left out of a smoke run"
            return
        say("counting instructions")
        out = Path(folder) / "callgrind.out"
        run("valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", rust, cases, "count", quiet=True)
        counted = dict(map(counted_in, Path(folder).glob("callgrind.out.*")))
        compiler = output("rustc", "--version")
        before = json.loads(INSTRUCTIONS.read_text()) if INSTRUCTIONS.exists() else {"compiler": None, "counts": {}}
        self.instructions = [
            {"what": name, "count": count, "before": before["counts"].get(name)}
            for name, count in sorted(counted.items())
        ]
        if before["compiler"] not in (None, compiler):
            self.missing["instruction counts to compare"] = f"those kept were made with {before['compiler']}"
        if os.environ.get("UPDATE") == "1":
            kept = {"compiler": compiler, "counts": {row["what"]: row["count"] for row in self.instructions}}
            INSTRUCTIONS.write_text(json.dumps(kept, indent=2) + "\n")

    def write(self, is_full):
        entries = [bars.judged(bar, self.rows) for bar in bars.BARS]
        text = report.markdown(self, entries)
        (ROOT / "target").mkdir(exist_ok=True)
        name = "bench-smoke" if self.smoke else "bench"
        (ROOT / "target" / f"{name}.md").write_text(text)
        figures = [*entries, *report.more_entries(self)]
        (ROOT / "target" / f"{name}.json").write_text(json.dumps(figures, indent=1) + "\n")
        print(text)
        if is_full:
            drawing = ROOT / "docs" / "bench.svg"
            drawing.write_text(chart.svg(self.rows, f"{datetime.date.today()}, {report.processor()}"))
            report.put_between_markers(ROOT / "README.md", report.summary(self, entries))


class Worker:
    """A process that runs batches when it is told to."""

    def __init__(self, python, cases, jwks):
        command = [python, "-W", "ignore", HERE / "gates.py", cases, jwks]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("benches: a gate does not admit what it should; the reason stands above")
        told = json.loads(line)
        self.candidates, self.versions = told["candidates"], told["versions"]
        return self

    def batches(self, name):
        def batch(calls):
            self._process.stdin.write(f"{name}\t{calls}\n")
            self._process.stdin.flush()
            return int(self._process.stdout.readline())

        return batch

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait()


IMPORT_PYTHON = """
import time, resource
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize() / 2**20
before, started = resident(), time.perf_counter()
import mcpauth
print([(time.perf_counter() - started) * 1000, resident() - before])
"""

IMPORT_NODE = """
const before = process.memoryUsage().rss, started = performance.now(), path = process.argv[1];
const done = () => console.log(JSON.stringify([performance.now() - started, (process.memoryUsage().rss - before) / 2**20]));
if (path.includes('/lib/')) import(path).then(done); else { require(path); done(); }
"""


def counted_in(file):
    """The name of an operation and the instructions of one call, of a file that callgrind has left."""
    text = file.read_text()
    why = text.partition("desc: Trigger: Client Request: ")[2].partition("\n")[0]
    name, _, calls = why.removesuffix(" calls").rpartition(", ")
    total = int(text.rpartition("totals: ")[2].split()[0])
    return name, round(total / int(calls)) if calls else 0


@contextlib.contextmanager
def served(cases):
    """The JWK Set on loopback, for who wants to fetch it."""
    document = json.dumps(json.loads(cases.read_text())["jwks"]).encode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(document)))
            self.end_headers()
            self.wfile.write(document)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/jwks"
        server.shutdown()


def crate_versions():
    """Those in the lock file."""
    text = (HERE / "Cargo.lock").read_text().split("[[package]]")
    pairs = (part.split('"')[1:4:2] for part in text[1:])
    return dict(pairs)


def lines(*command):
    """The JSON that a program writes, line by line."""
    return [json.loads(line) for line in run(*command).splitlines() if line.strip()]


def run(*command, quiet=False):
    stderr = subprocess.PIPE if quiet else None
    done = subprocess.run([str(one) for one in command], stdout=subprocess.PIPE, stderr=stderr, text=True)
    if done.returncode != 0:
        raise SystemExit(f"benches: {Path(str(command[0])).name} ended with {done.returncode}; the reason stands above")
    return done.stdout


def output(*command):
    """What a program prints; nothing where there is no such program."""
    try:
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def say(what):
    print(f"{what} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
