#!/usr/bin/env python3
"""Shows that all four runtimes saw the same: compare.py [FOLDER], build/transcripts if not given.

Reads the transcripts that the vector runners wrote (README.md, "Transcript"), prints their hashes, and counts a vector
as passed where its lines are the same bytes in all four. Of the others the first is shown.
"""

import hashlib
import json
import re
import sys
from pathlib import Path

VECTORS = Path(__file__).resolve().parent.parent
RUNTIMES = ["rust", "c", "python", "node"]


def escaped(name: str) -> str:
    return re.sub(r"[^ -\[\]-~]", lambda found: f"\\x{ord(found[0]):02x}", name.encode().decode("latin-1"))


def read(path: Path) -> dict[str, list[str]]:
    """The lines by vector; a transcript that is not whole is an error."""
    lines, separator, trailer = path.read_bytes().rpartition(b"sha256 ")
    actual = hashlib.sha256(lines).hexdigest()
    if not separator or trailer.decode().strip() != actual:
        raise ValueError(f"{path} is cut off: its last line is not the hash of the lines before")
    print(f"{path.stem:<7} {actual}")
    by_vector: dict[str, list[str]] = {}
    for line in lines.decode("ascii").splitlines():
        by_vector.setdefault(line.split("\t", 1)[0], []).append(line)
    return by_vector


def difference(seen: dict[str, list[str]]) -> str:
    """The first line of a vector that is not the same everywhere, from shortly before it differs."""
    count = max(len(lines) for lines in seen.values())
    padded = {runtime: lines + ["(no line)"] * (count - len(lines)) for runtime, lines in seen.items()}
    first = next(index for index in range(count) if len({lines[index] for lines in padded.values()}) > 1)
    lines = {runtime: lines[first] for runtime, lines in padded.items()}
    shortest = min(map(len, lines.values()))
    at = next((at for at in range(shortest) if len({line[at] for line in lines.values()}) > 1), shortest)
    start = max(0, at - 60)
    shown = [f"  {runtime:<7} {'...' if start else ''}{line[start : at + 120]}" for runtime, line in lines.items()]
    return "\n".join([f"line {first + 1} of it, character {at + 1}:", *shown])


def main(folder: Path) -> int:
    try:
        seen = {runtime: read(folder / f"{runtime}.txt") for runtime in RUNTIMES}
    except (OSError, ValueError) as error:
        print(f"{error}\n0 passed, 1 failed")
        return 1
    files = sorted(VECTORS.glob("*.jsonl"))
    names = [escaped(json.loads(line)["name"]) for file in files for line in file.open(encoding="utf-8")]
    names += sorted({name for vectors in seen.values() for name in vectors} - set(names))  # of vectors that are gone
    passed, shown = 0, False
    for name in names:
        lines = {runtime: vectors.get(name, []) for runtime, vectors in seen.items()}
        if lines["rust"] and all(one == lines["rust"] for one in lines.values()):
            passed += 1
        elif not shown:
            shown = True
            print(f"{name}\n{difference(lines) if any(lines.values()) else 'no runtime saw it'}")
    print(f"{passed} passed, {len(names) - passed} failed")
    return 1 if passed < len(names) or not passed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else VECTORS.parent.parent / "build" / "transcripts"))
