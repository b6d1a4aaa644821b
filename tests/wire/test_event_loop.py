"""While the authorization server hangs, only those wait who need its keys."""

import select
import time

import pytest
from exchange import SECONDS, Answer, ask, bearer, send
from guards import good_token

WAITING = 5  # requests for the same keys
DEADLINE = 5  # seconds in total for one fetch (design.md 2)


def is_silent(connection):
    return not select.select([connection], [], [], 0)[0]


@pytest.mark.parametrize("endpoint", ["metadata", "jwks"])
def test_another_route_answers_while_a_fetch_hangs(stage, language, endpoint):
    authorization_server = stage.authorization_server()
    server = stage.guard(language, authorization_server.issuer)
    token = good_token(authorization_server, server)
    authorization_server.control("behave", **{endpoint: "hang"})

    begun = time.monotonic()
    pending = [send(server, headers=bearer(token)) for _ in range(WAITING)]
    while authorization_server.control("counts")[endpoint] == 0:
        assert time.monotonic() - begun < SECONDS, "the guard never asked"

    assert ask(server, target="/health").status == 200
    assert ask(server).status == 401  # what needs no key is decided too
    assert all(map(is_silent, pending)), "they were answered before the other route: this shows nothing"

    # Nobody ends the hang: the fetch does.
    answers = [Answer.read(connection) for connection in pending]
    assert [answer.status for answer in answers] == [503] * WAITING
    assert time.monotonic() - begun < 2 * DEADLINE
    assert authorization_server.control("counts")[endpoint] == 1
    for connection in pending:
        connection.close()
