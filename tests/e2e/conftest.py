"""What the tests share."""

import pytest
from stage import Stage
from visits import House, Visit


@pytest.fixture
def stage():
    with Stage() as stage:
        yield stage


@pytest.fixture(scope="session")
def house():
    with Stage() as stage:
        yield House(stage)


@pytest.fixture(scope="session")
def reports(request, house):
    """Of every visit that a collected test asks about."""
    parameters = [item.callspec.params.get("report") for item in request.session.items if hasattr(item, "callspec")]
    return house.receive([visit for visit in parameters if isinstance(visit, Visit)])


@pytest.fixture
def report(request, reports):
    return reports[request.param].result()
