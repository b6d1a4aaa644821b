"""How the engine's presets become authorization servers."""

import json
from typing import Any

from mcpauth import _mcpauth as native
from mcpauth._authorization_server import AuthServerConfig
from mcpauth._configured import configured
from mcpauth._json import to_json

__all__ = ["server"]


def server(name: str, parameters: dict[str, Any]) -> AuthServerConfig:
    """The authorization server of a preset; parameters that are None were not given.

    Raises:
        MCPAuthAuthServerException: INVALID_SERVER_CONFIG; `cause` lists every problem.
    """
    given = {parameter: value for parameter, value in parameters.items() if value is not None}
    text = configured(lambda given: native.preset(name, given), to_json(given))
    return AuthServerConfig.model_validate(json.loads(text))
