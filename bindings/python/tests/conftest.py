"""Servers on loopback: an authorization server that can misbehave, and the application under test."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from starlette.types import ASGIApp
from support.authorization_server import AuthorizationServer
from support.serving import serving
from support.tokens import SigningKey


@pytest.fixture(scope="session")
def key() -> SigningKey:
    """Making a key takes a while, and nobody changes it."""
    return SigningKey("k1")


@pytest.fixture
def authorization_server(key: SigningKey) -> Iterator[AuthorizationServer]:
    with AuthorizationServer(key) as server:
        yield server


@pytest.fixture
def serve() -> Callable[[ASGIApp], AbstractContextManager[str]]:
    """`with serve(app) as url`: a real uvicorn."""
    return serving
