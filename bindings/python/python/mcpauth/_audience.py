"""The one way to switch the audience check off."""

from enum import Enum
from typing import Final, Literal

__all__ = ["DANGEROUSLY_ANY", "DangerouslyAny"]


class DangerouslyAny(Enum):
    """The type of `DANGEROUSLY_ANY`."""

    DANGEROUSLY_ANY = "dangerously_any"


DANGEROUSLY_ANY: Final[Literal[DangerouslyAny.DANGEROUSLY_ANY]] = DangerouslyAny.DANGEROUSLY_ANY
"""As `audience`: accept tokens that were issued for anybody.

.. warning::
   A token that its owner gave to another server is then good here too, and the other server can use it to act as
   the owner (RFC 9700 section 4.9.1). There is no good reason for it but an authorization server that cannot name an
   audience at all.
"""
