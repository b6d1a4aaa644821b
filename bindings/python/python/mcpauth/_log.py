"""What the gate tells the operator: nothing that a stranger could flood a log with.

Every record carries `code`, `issuer`, `kid`, `algorithm`, `cached`, `resource` and `duration` (seconds) as attributes,
for handlers that want them apart from the text. There is never a token among them.
"""

import logging
import time
from typing import Any

from mcpauth._logger import logger
from mcpauth._mcpauth import Allow, Respond

__all__ = ["DecisionLog"]

_QUIET_SECONDS = 60.0
_REMEMBERED = 256


class DecisionLog:
    """The effective policy once; decisions at debug.

    Trouble of our own, and what would have been refused, at warning: once a minute for each code and issuer.
    """

    def __init__(self, policy: str) -> None:
        self._warned: dict[tuple[str, str | None], float] = {}
        logger.info("%s", policy)

    def refused(self, answer: Respond, started: float, *, reported: bool = False) -> None:
        """The engine's line has no secret in it."""
        is_loud = reported or answer.is_server_error
        if not is_loud and not logger.isEnabledFor(logging.DEBUG):
            return  # nobody reads the line, so nobody writes it
        line = answer.log
        if line is None:
            return
        level = logging.WARNING if is_loud and self._is_due(answer.code, answer.issuer) else logging.DEBUG
        if logger.isEnabledFor(level):
            logger.log(level, "%s", line, extra=_facts(answer, answer.code, started))

    def allowed(self, allow: Allow, started: float) -> None:
        """A request that passes; with the reason why it would not have, where refusals are only reported."""
        report = allow.report
        level = logging.WARNING if report and self._is_due(report.partition(":")[0], allow.issuer) else logging.DEBUG
        if logger.isEnabledFor(level):
            logger.log(level, "%s", report or "allowed", extra=_facts(allow, None, started))

    def _is_due(self, code: str, issuer: str | None) -> bool:
        now = time.monotonic()
        if now - self._warned.get((code, issuer), float("-inf")) < _QUIET_SECONDS:
            return False
        if len(self._warned) >= _REMEMBERED:
            self._warned.clear()
        self._warned[code, issuer] = now
        return True


def _facts(answer: Allow | Respond, code: str | None, started: float) -> dict[str, Any]:
    return {
        "code": code,
        "issuer": answer.issuer,
        "kid": answer.kid,
        "algorithm": answer.algorithm,
        "cached": answer.cached,
        "resource": answer.resource,
        "duration": time.monotonic() - started,
    }
