"""What a gate can be told, by name."""

import json
import marshal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from typing_extensions import TypedDict

from mcpauth._audience import DANGEROUSLY_ANY, DangerouslyAny
from mcpauth._auth_info import AuthInfo
from mcpauth._operation import Operation

__all__ = ["Authorize", "GateOptions", "Needs", "Operations", "PolicyOptions", "gate_key", "native_options"]

Needs: TypeAlias = (
    Sequence[str]
    | Literal["anonymous"]
    | Callable[[AuthInfo | None, Operation], Sequence[str] | Awaitable[Sequence[str] | None] | None]
)
Operations: TypeAlias = Mapping[str, Needs | Mapping[str, Needs]]
Authorize: TypeAlias = Callable[[AuthInfo | None, Operation | None], bool | Awaitable[bool]]

# The last version of marshal's format that writes equal values alike, whoever else refers to them.
_BY_VALUE = 2


class PolicyOptions(TypedDict, total=False):
    """The options of a gate that are given by keyword; docs/configuration.md describes each."""

    operations: Operations
    """Scopes by MCP method, and by tool, prompt or resource name below it: a list, `"anonymous"`, or a function of the
    caller and the operation that returns the list, synchronous (it runs in a thread) or not."""
    undeclared: Literal["base", "deny"]
    """What becomes of an operation that is not in `operations`: `"base"` (default): `required_scopes` are enough;
    `"deny"`: it is refused."""
    trust_operation_headers: bool
    """Believe `Mcp-Method` and `Mcp-Name` without reading the body. By default False."""
    authorize: Authorize
    """Asked after everything else has been found good, for each operation (None where a request has none): True lets
    it pass, anything else refuses it. Synchronous (it runs in a thread) or not."""
    wide_audience: Sequence[str]
    """Audiences that are shared with other APIs; needs `required_scopes`."""
    algorithms: Sequence[str]
    """What tokens may be signed with here, in place of what their issuer may use."""
    token_type: Literal["guarded", "strict"]
    """`"strict"`: only `typ: at+jwt` here (RFC 9068), whatever the issuer may use."""
    required_claims: Sequence[str]
    """Claims that a token must have."""
    acr_values: Sequence[str]
    """Classes of authentication of which one is needed (RFC 9470)."""
    max_age: int
    """Seconds that may have passed since the user signed in (RFC 9470)."""
    allowed_origins: Sequence[str]
    """Origins that may ask; a request with another `Origin` is refused. By default every one may."""
    cors: bool
    """Answer preflights and let browsers read refusals. By default True."""
    report_only: bool
    """Refuse nothing, and log what would have been refused. By default False."""


class GateOptions(PolicyOptions, total=False):
    """Every option of a gate."""

    audience: str | Sequence[str] | DangerouslyAny
    """Whom a token must be issued for, exactly; one of several. By default the resource identifier."""
    required_scopes: Sequence[str]
    """Scopes that every request needs, all of them."""
    show_error_details: bool
    """Put expected and actual values into error responses. By default False."""
    leeway: float
    """Seconds by which clocks may differ (RFC 7519 section 4.1.4). By default 60, at most 600."""
    resource: str
    """The resource identifier of what is guarded. By default the only one there is."""


def native_options(given: Mapping[str, Any]) -> dict[str, Any]:
    """The options as the engine reads them; what is None was not given."""
    options = {name: value for name, value in given.items() if value is not None}
    if options.get("audience") is DANGEROUSLY_ANY:
        options["audience"] = {"dangerously_any": True}
    leeway = options.get("leeway")
    if isinstance(leeway, float) and leeway.is_integer():
        options["leeway"] = int(leeway)  # seconds are whole in the engine's configuration; 60.0 is 60 there too
    return options


def gate_key(mode: Any, options: Mapping[str, Any]) -> str | bytes:
    """The same for the same options; functions are told apart by what they are."""
    try:
        return marshal.dumps((mode, dict(options)), _BY_VALUE)  # a tenth of what JSON takes
    except ValueError:  # there is more than plain values
        return json.dumps(
            [mode, options], default=lambda value: repr((type(value).__name__, id(value))), sort_keys=True
        )
