"""What is promised: the rows that have a bar, what they are compared with, and how to find both in what was measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """A ratio that ours may have to the peer's at most; `stretch` is what is hoped for."""

    id: str
    what: str
    peer: str
    row: tuple[str, str, str]  # host, group, what
    ours: str
    theirs: tuple[str, ...]  # the fastest of these
    at_most: float
    stretch: float
    base: str | None = None  # a candidate whose time is taken off both


OPENSSL = ("OpenSSL", "OpenSSL DigestVerify")
SIGNATURE, TOKEN, GATE = "signature", "token", "gate"


def signature(id, algorithm, ours, what, at_most, stretch):
    row = ("Rust", SIGNATURE, algorithm)
    return Bar(id, f"{algorithm}, signature alone, {what}", "OpenSSL", row, ours, OPENSSL, at_most, stretch)


def token(id, host, algorithm, ours, theirs, what, at_most, stretch, peer=None):
    row = (host, TOKEN, algorithm)
    theirs = (theirs,) if isinstance(theirs, str) else theirs
    return Bar(id, what, peer or theirs[0], row, ours, theirs, at_most, stretch)


def gate(id, what, ours, theirs, at_most, stretch):
    host = "Python" if what.startswith("ASGI") else "Node"
    row = (host, GATE, what)
    return Bar(
        id,
        f"{what}, gate over the bare application, cached token",
        theirs,
        row,
        ours,
        (theirs,),
        at_most,
        stretch,
        "no gate",
    )


BARS = [
    signature("es256-raw-prepared", "ES256", "mcpauth portable", "key with its tables", 0.45, 0.25),
    signature("es256-raw-first", "ES256", "mcpauth portable, first use", "first use of a key", 1.6, 1.0),
    signature("rs256-raw-portable", "RS256", "mcpauth portable", "portable", 1.3, 1.0),
    signature("ps256-raw-portable", "PS256", "mcpauth portable", "portable", 1.3, 1.0),
    signature("rs256-raw-server", "RS256", "mcpauth server", "CPU with AVX2 and ADX", 0.95, 0.88),
    signature("rs256-raw-ifma", "RS256", "mcpauth IFMA", "CPU with AVX512-IFMA", 0.5, 0.37),
    signature("es384-raw-prepared", "ES384", "mcpauth portable", "key with its tables", 0.5, 0.2),
    signature("eddsa-raw", "EdDSA", "mcpauth portable", "key with its tables", 0.5, 0.3),
    token("token-minus-signature", "Rust", "RS256", "mcpauth without the signature", OPENSSL,
          "whole token without its signature, share of an RS256 signature", 0.08, 0.055, "OpenSSL RS256"),
    token("rust-cached", "Rust", "RS256", "mcpauth cached", OPENSSL,
          "Rust, cached token, share of an RS256 signature", 0.04, 0.02, "OpenSSL RS256"),
    token("node-cached", "Node", "RS256", "mcp-auth cached", "fast-jwt cached", "Node, cached token", 0.45, 0.3),
    token("node-rs256", "Node", "RS256", "mcp-auth", "fast-jwt", "Node, RS256 token", 0.7, 0.4),
    token("node-es256", "Node", "ES256", "mcp-auth", "fast-jwt", "Node, ES256 token", 0.5, 0.3),
    token("python-cached", "Python", "RS256", "mcpauth cached", "PyJWT", "Python, cached RS256 token", 0.02, 0.01),
    token("python-rs256", "Python", "RS256", "mcpauth", "PyJWT", "Python, RS256 token", 0.35, 0.2),
    token("python-es256", "Python", "ES256", "mcpauth", "PyJWT", "Python, ES256 token", 0.35, 0.2),
    gate("asgi-gate-cached", "ASGI, RS256", "mcpauth cached", "mcpauth 0.1.1", 0.05, 0.025),
    gate("express-gate-cached", "Express, RS256", "mcp-auth cached", "mcp-auth 0.2.0", 0.06, 0.03),
]  # fmt: skip


def judged(bar, rows):
    """An entry of bench.json: both medians, their ratio, and whether the machine can show it."""
    candidates = next((row["candidates"] for row in rows if (row["host"], row["group"], row["what"]) == bar.row), {})
    ours = cost(candidates, bar.ours, bar.base)
    known = [name for name in bar.theirs if name in candidates]
    theirs = min(known, key=lambda name: cost(candidates, name, bar.base), default=None)
    entry = {
        "id": bar.id,
        "what": bar.what,
        "peer": bar.peer,
        "ours_us": ours,
        "peer_us": cost(candidates, theirs, bar.base),
        "ratio": None,
        "ratio_of_minima": None,
        "measurable": ours is not None and theirs is not None,
        "bar": bar.at_most,
        "stretch": bar.stretch,
        "met": None,
    }
    if entry["measurable"]:
        entry["ratio"] = ours / entry["peer_us"]
        least = [cost(candidates, name, bar.base, "min") for name in (bar.ours, theirs)]
        entry["ratio_of_minima"] = least[0] / least[1]
        entry["met"] = entry["ratio"] <= bar.at_most
    return entry


def cost(candidates, name, base, measure="median"):
    """The time of a candidate, over that of the application without a gate that ran in the same process."""
    if name not in candidates:
        return None
    one = candidates[name]
    if base is None:
        return one[measure]
    return max(0.001, one[measure] - candidates[one.get("base", base)][measure])
