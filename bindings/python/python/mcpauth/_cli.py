"""The command line `mcpauth` and `mcp-auth`: it sends what the engine asks for, and prints what the engine says."""

import json
import os
import sys
from collections.abc import Sequence

from mcpauth import _mcpauth as native
from mcpauth._fetch import fetcher

__all__ = ["main"]

_CLEAR = "\r\x1b[K"


def main(words: Sequence[str] | None = None) -> int:
    """Runs a command line and gives its exit status."""
    asked = json.loads(native.command(list(sys.argv[1:] if words is None else words)))
    if "output" in asked:
        sys.stdout.write(asked["output"])
        return 0
    if "error" in asked:
        sys.stderr.write(asked["error"])
        return 2
    try:
        return _check(**asked["check"])
    except KeyboardInterrupt:
        return 130


def _check(url: str, options: str, json: bool, colour: bool) -> int:  # noqa: FBT001 - the names of the engine
    checkup = native.Checkup(url, options)
    shows_progress = sys.stderr.isatty()
    while (request := checkup.ask()) is not None:
        if shows_progress:
            sys.stderr.write(f"{_CLEAR}{checkup.step} ...")
            sys.stderr.flush()
        reply = fetcher(None).start(request).result()
        if reply is None:
            checkup.supply_failure()
        else:
            checkup.supply(reply.status, reply.headers, reply.body)
    if shows_progress:
        sys.stderr.write(_CLEAR)
    colour = colour and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    sys.stdout.write(f"{checkup.json()}\n" if json else checkup.report(colour))
    return checkup.exit_status
