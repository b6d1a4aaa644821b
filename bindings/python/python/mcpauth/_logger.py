"""The logger of the package: silent until the application wants to hear it."""

import logging

__all__ = ["logger"]

logger = logging.getLogger("mcpauth")
logger.addHandler(logging.NullHandler())
