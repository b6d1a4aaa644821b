"""What the gate tells the operator: nothing that a stranger could flood a log with."""

import logging
import time

from mcpauth._mcpauth import Respond

__all__ = ["DecisionLog"]

_logger = logging.getLogger("mcpauth")
_logger.addHandler(logging.NullHandler())

_QUIET_SECONDS = 60.0


class DecisionLog:
    """The effective policy once; refusals at debug; trouble of our own at warning, once a minute for each code."""

    def __init__(self, policy: str) -> None:
        self._warned: dict[str, float] = {}
        _logger.info("%s", policy)

    def record(self, answer: Respond) -> None:
        """The engine's line has no secret in it."""
        line = answer.log
        if line is None:
            return
        if answer.status >= 500 and self._is_due(answer.code):
            _logger.warning("%s", line)
        else:
            _logger.debug("%s", line)

    def _is_due(self, code: str) -> bool:
        now = time.monotonic()
        if now - self._warned.get(code, float("-inf")) < _QUIET_SECONDS:
            return False
        self._warned[code] = now
        return True
