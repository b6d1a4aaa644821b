"""The application's part in a decision: scopes that depend on the caller, and a last word."""

from mcpauth import _mcpauth as native
from mcpauth._auth_info import AuthInfo
from mcpauth._call import call
from mcpauth._caller import Caller
from mcpauth._logger import logger
from mcpauth._operation import Operation
from mcpauth._operations import DeclaredOperations
from mcpauth._options import Authorize
from mcpauth.exceptions import MCPAuthBearerAuthException

__all__ = ["Hooks"]


class Hooks:
    """Functions that are asked about a request which the engine has found good."""

    def __init__(self, operations: DeclaredOperations, authorize: Authorize | None) -> None:
        self._operations = operations
        self._authorize = authorize

    @property
    def take_part(self) -> bool:
        """Whether there are any; they want to know what is asked for."""
        return self._authorize is not None or self._operations.has_functions

    async def refusal(self, caller: Caller) -> native.Respond | None:
        """The answer to a request that they refuse; a function that fails refuses too."""
        info = caller.auth_info
        operations = [Operation(*operation) for operation in caller.allow.operations]
        try:
            scopes = [scope for operation in operations for scope in await self._scopes(info, operation)]
            answer = caller.require(scopes)
            if answer is not None:
                return answer
            wanted: list[Operation | None] = [*operations] or [None]
            for one in wanted:
                if self._authorize and await call(self._authorize, info, one) is not True:
                    return caller.deny()
        except MCPAuthBearerAuthException:
            return caller.deny()
        except Exception:
            logger.exception("a function of the application that takes part in a decision failed")
            return caller.failure()
        return None

    async def _scopes(self, info: AuthInfo | None, operation: Operation) -> list[str]:
        function = self._operations.function(operation)
        return list(await call(function, info, operation) or ()) if function else []
