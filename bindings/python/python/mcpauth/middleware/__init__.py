"""Middleware for applications that do not configure an `MCPAuth`."""

from mcpauth.middleware.create_bearer_auth import BearerAuthConfig, create_bearer_auth

__all__ = ["BearerAuthConfig", "create_bearer_auth"]
