"""The authorization server as the guard sees it: asked as rarely as possible; when it fails, nobody loses a good token.

What is expected is design.md 2 (key cache, fetching) and 3 (issuers), and RFC 9110 section 10.2.3 (Retry-After).
"""

import threading
import time

import pytest
from raw import get, knock
from stage import Stage, metadata_url

# One server of each package: the others have the same gate, and would only cost time here.
guarded = pytest.mark.parametrize("name", ["python-mcp2", "node-ts1-express"])


def alice(authorization_server, server, **members):
    usual = {"sub": "alice", "client_id": "cli", "scope": "read:notes", "aud": server.resource}
    return authorization_server.token(**usual | members)


@guarded
def test_keys_are_fetched_once_forged_tokens_included(stage, name):
    authorization_server = stage.authorization_server()
    server = stage.server(name, authorization_server.issuer)
    forged = [
        alice(authorization_server, server, key="wrong"),
        alice(authorization_server, server, key="wrong", header={"kid": None}),
        alice(authorization_server, server, header={"kid": "unheard-of"}),
        alice(authorization_server, server, header={"alg": "none"}),
        alice(authorization_server, server, iss="https://elsewhere.example"),
        alice(authorization_server, server, payload="no JSON"),
    ]
    assert [knock(server, token)[0] for token in forged] == [401] * len(forged)
    assert knock(server, alice(authorization_server, server))[0] == 200
    assert [knock(server, token)[0] for token in forged * 3] == [401] * len(forged) * 3
    counts = authorization_server.control("counts")
    assert (counts["jwks"], counts["metadata"]) == (1, 1)


@guarded
@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "ES384", "EdDSA"])
def test_whatever_the_authorization_server_signs_with_is_understood(house, name, algorithm):
    authorization_server, server = house.authorization_server, house.server(name)
    assert knock(server, alice(authorization_server, server, alg=algorithm))[0] == 200
    assert knock(server, alice(authorization_server, server, alg=algorithm, key="wrong"))[0] == 401


@guarded
def test_a_hanging_authorization_server_holds_up_nobody_else(stage, name):
    authorization_server = stage.authorization_server()
    server = stage.server(name, authorization_server.issuer)
    token, verdicts = alice(authorization_server, server), []
    authorization_server.control("behave", jwks="hang")
    waiting = [threading.Thread(target=lambda: verdicts.append(knock(server, token)[0]), daemon=True) for _ in range(5)]
    for thread in waiting:
        thread.start()
    wait_for(lambda: authorization_server.control("counts")["jwks"] == 1)
    assert get(metadata_url(server.resource), timeout=1)[0] == 200
    assert knock(server, timeout=1)[0] == 401
    assert not verdicts

    authorization_server.control("behave", jwks="ok")
    for thread in waiting:
        thread.join(10)
    assert verdicts == [200] * 5
    assert authorization_server.control("counts")["jwks"] == 1, "all of them waited for one fetch"


@guarded
@pytest.mark.parametrize("broken", ["metadata", "jwks"])
def test_an_authorization_server_that_fails_is_a_503_that_goes_away_by_itself(stage, name, broken):
    authorization_server = stage.authorization_server()
    authorization_server.control("behave", **{broken: "down"})
    server = stage.server(name, authorization_server.issuer)
    assert get(metadata_url(server.resource))[0] == 200
    assert knock(server)[0] == 401, "who brings no token is told where to get one all the same"

    seconds = told_to_come_back(knock(server, alice(authorization_server, server)))
    authorization_server.control("behave", **{broken: "ok"})
    time.sleep(seconds)
    assert knock(server, alice(authorization_server, server))[0] == 200


@guarded
def test_a_server_starts_before_its_authorization_server(stage, name):
    with Stage() as earlier:
        issuer = earlier.authorization_server().issuer
    server = stage.server(name, issuer)
    assert get(metadata_url(server.resource))[0] == 200
    with Stage() as other:
        seconds = told_to_come_back(knock(server, alice(other.authorization_server(), server, iss=issuer)))

    authorization_server = stage.authorization_server("--port", issuer.rpartition(":")[2])
    time.sleep(seconds)
    assert knock(server, alice(authorization_server, server))[0] == 200


def told_to_come_back(answer):
    """Asserts the answer to a token that cannot be judged now; the seconds to wait."""
    status, headers = answer
    assert status == 503
    assert headers["www-authenticate"] is None, "a challenge would make clients throw a good token away"
    assert 1 <= int(headers["retry-after"]) <= 30
    return int(headers["retry-after"])


def wait_for(condition, seconds=5):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
