"""Writes conversations with the C interface into a corpus folder, spelled as the target's `Arbitrary` reads them."""

import sys
from pathlib import Path

CALLS = (  # in the order of the target's enum
    "EngineNew EngineUpdate EngineFree GateNew GateFree Check CheckToken Metadata MetadataPaths Require Deny Failure "
    "Visible Pending Supply OpenSession Listen Wait Validate AnswerFree"
).split()


def variant(index: int, count: int) -> bytes:
    """One of the variants of an enum."""
    return (-(-(index << 32) // count)).to_bytes(4, "little")


def known(index: int) -> bytes:
    """One of the texts that the target knows."""
    return variant(1, 4) + bytes([index])


def call(name: str, arguments: bytes = b"") -> bytes:
    """One more call."""
    return b"\1" + variant(CALLS.index(name), len(CALLS)) + arguments


NULL = variant(2, 4) + bytes(8)
CHECK_TOKEN = call("CheckToken", known(2) + NULL)
CHECK = call("Check", known(8) + known(9) + b"\0" + known(2) + NULL + NULL)
KEYS = call("Supply", (200).to_bytes(2, "little") + b"\0" + known(3))
SEEDS = {
    "token": CHECK_TOKEN + KEYS + CHECK_TOKEN + call("OpenSession", known(9)),
    "request": call("Listen", b"\1") + CHECK + KEYS + CHECK + call("AnswerFree"),
    "prefetch": call("Pending") + KEYS + CHECK + call("EngineUpdate", known(4)) + CHECK,
    "operation": call("GateNew", known(6)) + call("Pending") + KEYS + CHECK + call("EngineFree") + CHECK,
    "server": call("EngineNew", known(5)) + call("GateNew", known(7)) + CHECK_TOKEN + call("MetadataPaths"),
    "validation": call("Validate", known(0) + NULL + NULL),
}
folder = Path(sys.argv[1])
for name, seed in SEEDS.items():
    (folder / name).write_bytes(seed + b"\0")
