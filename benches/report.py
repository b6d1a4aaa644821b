"""Tables of what was measured, in Markdown."""

import datetime
import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

import bars

ROOT = Path(__file__).resolve().parent.parent
START, END = "<!-- bench: written by make bench, from here -->", "<!-- bench: to here -->"

TABLES = [  # title, host, group, whose time is the unit, what stands in front
    ("Signature alone, hash included (Rust)", "Rust", "signature", "OpenSSL",
     "The key is parsed before. `OpenSSL` is EVP_PKEY_verify with a context used again, `OpenSSL DigestVerify` makes one for"
     " each signature as most do; ring offers no parsed keys."),
    ("Whole token (Rust)", "Rust", "token", "OpenSSL",
     "Ours decides on a whole request; the others get the token and its key. jwt-simple is built `pure-rust`: its default needs"
     " libclang and uses BoringSSL for RSA alone. `OpenSSL` verifies the signature and nothing else."),
    ("Whole token (C)", "C", "token", "cjose",
     "libjwt takes PEM for each token and knows no other way; it refuses `at+jwt`, so it gets tokens of type `JWT`."),
    ("Whole token (Python)", "Python", "token", "PyJWT",
     "Each key is prepared beforehand. `cryptography` verifies the signature and nothing else."),
    ("Whole token (Node)", "Node", "token", "fast-jwt",
     "Each key is prepared beforehand; `cached` is `cache: true`, `identity` its `cacheKeyBuilder` that keeps the token itself."
     " `node:crypto` verifies the signature and nothing else."),
    ("Gates (Python, ASGI in process)", "Python", "gate", None,
     "A request in a task of its own, to the end of the response. Packages of one name run in processes of their own that take"
     " turns; their bare applications stand beside them."),
    ("Gates (Node, Express middleware in process)", "Node", "gate", None,
     "A request and a response as Node makes them, until the gate calls `next`."),
    ("Streams (Python and Node, on loopback)", None, "stream", None, "A chunk of a long SSE response, with the gate and without."),
]  # fmt: skip


def markdown(bench, entries):
    """Everything."""
    parts = [f"# Benchmark\n\n{machine(bench)}", READING, bar_table(entries, bench)]
    for title, host, group, unit, note in TABLES:
        rows = [row for row in bench.rows if row["group"] == group and host in (None, row["host"])]
        if rows:
            versions = bench.versions.get((host, group), {})
            parts.append(f"## {title}\n\n{note}{listed(versions)}\n\n{pivot(rows, unit)}")
    parts.append(f"## Gates: what they cost\n\n{gate_costs(bench)}")
    parts.append(f"## Refusals of 16 KiB\n\n{refusals(bench)}")
    parts.append(f"## Allocations of a verification (Rust's allocator alone)\n\n{allocations(bench)}")
    parts.append(f"## Memory\n\n{memory(bench)}")
    parts.append(f"## Loading the packages\n\n{imports(bench)}")
    parts.append(f"## Instructions (callgrind)\n\n{instructions(bench)}")
    if bench.missing:
        rows = [[name, reason] for name, reason in sorted(bench.missing.items())]
        parts.append(f"## Not measured\n\n{table(['what', 'why'], rows)}")
    return "\n\n".join(parts) + "\n"


def summary(bench, entries):
    """What stands in the README."""
    rows = [
        [one["what"], microseconds(one["ours_us"]), f"{one['peer']}{version_of(one, bench)}",
         microseconds(one["peer_us"]), f"{one['ratio']:.2f}"]
        for one in entries if one["measurable"]
    ]  # fmt: skip
    text = table(["", "ours, µs", "beside", "µs", "ratio"], rows)
    day = f"{datetime.date.today()}, {processor()}, medians"
    return f"{day}:\n\n{text}\n\n![The same as bars](docs/bench.svg)"


READING = (
    "Microseconds, median (minimum) of many batches, all candidates of a row in turns; in brackets the ratio of the medians to"
    " the unit of the table. `~` stands where the median is more than twice the minimum: the machine was too busy for it. A bar is"
    " a ratio that ours may have at most."
)


def machine(bench):
    """Numbers mean something only with the machine and the date."""
    load = os.getloadavg()[0]
    lines = [
        f"{datetime.date.today()}, {processor()}, {os.cpu_count()} CPUs, load {load:.1f}, {platform.system()}",
        f"{revision()}, {told('rustc', '--version')}, {bench.rounds} rounds of {bench.microseconds} µs",
    ]
    if bench.smoke:
        lines.append("A smoke run: the numbers mean nothing.")
    elif load > 2.5:
        lines.append("The machine was busy: read the ratios, and not closely.")
    return "  \n".join(lines)


def bar_table(entries, bench):
    rows = []
    for one in entries:
        if not one["measurable"]:
            verdict = "not measurable"
        elif not one["met"]:
            verdict = "**not met**"
        else:
            verdict = "met, stretch too" if one["ratio"] <= one["stretch"] else "met"
        ratio, of_minima = ("-" if one[key] is None else f"{one[key]:.3f}" for key in ("ratio", "ratio_of_minima"))
        rows.append(
            [f"`{one['id']}`", one["what"], microseconds(one["ours_us"]), f"{one['peer']}{version_of(one, bench)}",
             microseconds(one["peer_us"]), ratio, of_minima, f"{one['bar']} / {one['stretch']}", verdict]
        )  # fmt: skip
    return "## Bars\n\n" + table(
        ["id", "what", "ours", "peer", "peer's", "ratio", "of minima", "bar / stretch", ""], rows
    )


def version_of(entry, bench):
    """The peer's version, where its name does not say it."""
    host = {"node": "Node", "python": "Python"}.get(entry["id"].partition("-")[0], "Rust")
    version = bench.versions.get((host, "token"), {}).get(entry["peer"].split()[0])
    return f" {version}" if version and version not in entry["peer"] else ""


def pivot(rows, unit):
    """Candidates down, rows across."""
    names = list(dict.fromkeys(name for row in rows for name in row["candidates"]))
    first = [name for name in (unit, *filter(is_ours, names)) if name in names]
    names = list(dict.fromkeys(first + names))
    body = []
    for name in names:
        cells = []
        for row in rows:
            one, base = row["candidates"].get(name), row["candidates"].get(unit)
            busy = "~" if one and one["median"] > 2 * one["min"] else ""
            cell = "-" if one is None else f"{busy}{microseconds(one['median'])} ({microseconds(one['min'])})"
            if one and base:
                cell += f" [{one['median'] / base['median']:.2f}]"
            cells.append(cell)
        body.append([f"**{name}**" if is_ours(name) else name, *cells])
    return table(["", *(row["what"] for row in rows)], body)


def gate_costs(bench):
    """What a gate adds to the bare application of its process."""
    rows = []
    for row in (row for row in bench.rows if row["group"] == "gate"):
        for name in row["candidates"]:
            if not name.startswith("no gate"):
                added = bars.cost(row["candidates"], name, "no gate")
                limit = {"mcpauth cached": "8", "mcp-auth cached": "3"}.get(name, "")
                rows.append([row["what"], f"**{name}**" if is_ours(name) else name, microseconds(added), limit])
    return table(["", "gate", "adds, µs", "bar on a server core of 4 GHz, µs"], rows)


def refusals(bench):
    rows = [row for row in bench.rows if row["group"] == "refusal"]
    names = list(dict.fromkeys(name for row in rows for name in row["candidates"]))
    body = [
        [row["what"], *(microseconds(row["candidates"][name]["median"]) for name in names),
         "met" if row["candidates"]["mcpauth decision"]["median"] <= 20 else "**not met**"]
        for row in rows
    ]  # fmt: skip
    return table(["", *names, "decision within 20 µs"], body)


def allocations(bench):
    rows = [row for row in bench.rows if row["host"] == "Rust" and row["group"] == "token"]
    names = [
        name for name in dict.fromkeys(name for row in rows for name in row["candidates"]) if "OpenSSL" not in name
    ]
    counts = [{name: one["allocations"] for name, one in row["candidates"].items()} for row in rows]
    body = [[name, *(str(each.get(name, "-")) for each in counts)] for name in names]
    return table(["", *(row["what"] for row in rows)], body)


def memory(bench):
    return table(
        ["", "bytes on the heap", ""], [[row["what"], str(row["bytes"]), row["remark"]] for row in bench.memory]
    )


def imports(bench):
    limits = {"import mcpauth": "80", "require('mcp-auth')": "15"}
    rows = [
        [
            f"`{row['what']}`",
            f"{row['median']:.1f} ({row['min']:.1f})",
            f"{row['mebibytes']:.1f}",
            limits.get(row["what"], ""),
        ]
        for row in bench.imports
    ]
    return table(["", "ms, median (minimum)", "MiB", "bar, ms"], rows)


def instructions(bench):
    """More than two in a hundred more is worth a look."""
    rows = []
    for row in bench.instructions:
        change = "new" if not row["before"] else f"{(row['count'] / row['before'] - 1) * 100:+.1f} %"
        is_more = row["before"] and row["count"] > row["before"] * 1.02
        rows.append([row["what"], f"{row['count']:,}", f"**{change}**" if is_more else change])
    return table(["operation", "instructions", "since benches/instructions.json"], rows)


def more_entries(bench):
    """Every other figure, for programs: each candidate of ours beside each peer's of its row."""
    for row in bench.rows:
        names = row["candidates"]
        for ours in filter(is_ours, names):
            for peer in (name for name in names if not is_ours(name) and not name.startswith("no gate")):
                base = "no gate" if row["group"] == "gate" else None
                mine, theirs = bars.cost(names, ours, base), bars.cost(names, peer, base)
                name = "-".join((row["host"], row["group"], row["what"], ours, peer))
                yield {
                    "id": re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-"),
                    "what": f"{row['host']}, {row['group']}, {row['what']}: {ours}",
                    "peer": peer,
                    "ours_us": mine,
                    "peer_us": theirs,
                    "ratio": mine / theirs if theirs else None,
                    "measurable": bool(theirs),
                }


def put_between_markers(file, text):
    """Leaves everything else as it is."""
    before, start, rest = file.read_text().partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise SystemExit(f"benches: {file.name} has no markers for the results")
    file.write_text(f"{before}{START}\n\n{text}\n\n{END}{after}")


def is_ours(name):
    """Ours, and not what was published under the same names."""
    return re.match(r"(lib)?mcp-?auth(?! \d)", name) is not None


def table(head, rows):
    """A table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def listed(versions):
    return f" Versions: {', '.join(f'{name} {version}' for name, version in versions.items())}." if versions else ""


def microseconds(value):
    """As many digits as one reads."""
    if value is None:
        return "-"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def processor():
    """The model, where the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor() or platform.machine())


def revision():
    if shutil.which("git") and (ROOT / ".git").exists():
        return told("git", "-C", ROOT, "describe", "--always", "--dirty")
    return "not under version control"


def told(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
