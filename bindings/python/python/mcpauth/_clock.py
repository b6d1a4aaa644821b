"""The time; the engine has no clock."""

import time

__all__ = ["now"]


def now() -> int:
    """Unix seconds."""
    return int(time.time())
