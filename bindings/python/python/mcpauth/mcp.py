"""The official SDK's own authorization (`mcp` on PyPI, 1.x and 2.x) with tokens that the engine verifies.

The SDK hands over the bare token and answers itself: use `MCPAuth.protect` instead where scopes per operation, complete
challenges or a 503 while the authorization server is down matter.
"""

from mcp.server.auth.provider import AccessToken
from typing_extensions import Unpack

from mcpauth import _mcpauth as native
from mcpauth._mcp_auth import MCPAuth, Mode
from mcpauth._mcp_sdk import access_token
from mcpauth._options import GateOptions
from mcpauth._refusal import refusal

__all__ = ["TokenVerifier"]


class TokenVerifier:
    """A `TokenVerifier` of the SDK: `MCPServer(..., auth=AuthSettings(...), token_verifier=TokenVerifier(mcp_auth))`.

    Leave scopes to `required_scopes` of `AuthSettings`: the SDK answers a token that is refused here with a 401, and a
    missing scope must be a 403 for clients to ask for more.
    """

    def __init__(self, mcp_auth: MCPAuth, mode_or_verify: Mode = "jwt", **options: Unpack[GateOptions]) -> None:
        """Makes a gate.

        Args:
            mcp_auth: Where the resource and its authorization servers are configured.
            mode_or_verify: As for `MCPAuth.bearer_auth_middleware`.
            options: See `GateOptions`; those on operations have no meaning for a bare token.

        Raises:
            MCPAuthAuthServerException: INVALID_SERVER_CONFIG; `cause` lists every problem.
        """
        self._guard = mcp_auth._guard_for(mode_or_verify, options)

    async def verify_token(self, token: str) -> AccessToken | None:
        """The token as the SDK knows it; None when it is not good.

        Raises:
            MCPAuthBearerAuthException: It cannot be told now: the authorization server does not answer. The SDK turns
                that into a 500; a None would make clients throw a good token away.
        """
        answer = await self._guard.decide_token(token)
        if isinstance(answer, native.Respond):
            if answer.is_server_error:
                raise refusal(answer)
            return None
        verified: AccessToken | None = access_token(answer)
        return verified
