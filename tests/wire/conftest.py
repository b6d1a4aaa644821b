"""Both hosts with a real authorization server behind them."""

import pytest
from guards import GUARDS, HERE, Wire
from stage import BUILD


@pytest.fixture(scope="session", autouse=True)
def node_modules():
    """Node looks for packages beside the program that imports them; ours are where tests/e2e/setup.sh has put them."""
    link = HERE / "node_modules"
    link.unlink(missing_ok=True)
    link.symlink_to(BUILD / "e2e-node/node_modules")


@pytest.fixture(params=GUARDS)
def language(request):
    return request.param


@pytest.fixture
def stage():
    with Wire() as stage:
        yield stage
