"""Help for applications that do something themselves: fetch metadata ahead, judge a server, verify a token."""

from mcpauth._challenge import BearerWWWAuthenticateHeader
from mcpauth._discovery import (
    fetch_server_config,
    fetch_server_config_async,
    fetch_server_config_by_well_known_url,
    fetch_server_config_by_well_known_url_async,
)
from mcpauth._resource_metadata import create_resource_metadata_endpoint, transpile_resource_metadata
from mcpauth._validation import (
    AuthServerConfigError,
    AuthServerConfigErrorCode,
    AuthServerConfigFinding,
    AuthServerConfigValidationResult,
    AuthServerConfigWarning,
    AuthServerConfigWarningCode,
    validate_server_config,
)
from mcpauth._verify_jwt import create_verify_jwt

__all__ = [
    "AuthServerConfigError",
    "AuthServerConfigErrorCode",
    "AuthServerConfigFinding",
    "AuthServerConfigValidationResult",
    "AuthServerConfigWarning",
    "AuthServerConfigWarningCode",
    "BearerWWWAuthenticateHeader",
    "create_resource_metadata_endpoint",
    "create_verify_jwt",
    "fetch_server_config",
    "fetch_server_config_async",
    "fetch_server_config_by_well_known_url",
    "fetch_server_config_by_well_known_url_async",
    "transpile_resource_metadata",
    "validate_server_config",
]
