"""One MCPAuth asks each issuer once, however many resources trust it, and an issuer that hangs holds up nothing else."""

import select
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from exchange import SECONDS, Answer, ask, bearer, send
from guards import good_token

NAMES = ["notes", "tasks", "mail"]  # the last one trusts the second issuer too
EACH = 4  # good and forged tokens for each resource
AT_ONCE = 32


@pytest.fixture
def issuers(stage):
    return [stage.authorization_server(), stage.authorization_server()]


@pytest.fixture
def server(stage, language, issuers):
    return stage.resources(language, *(issuer.issuer for issuer in issuers))


def token(issuer, server, name, **members):
    return good_token(issuer, server, aud=f"{server.origin}/{name}", **members)


def call(server, name, token):
    return ask(server, target=f"/{name}/", headers=bearer(token)).status


def fetches(issuer):
    counts = issuer.control("counts")
    return counts["metadata"], counts["jwks"]


def test_each_issuer_is_asked_once(issuers, server):
    first, second = issuers
    cases = []
    for n in range(EACH):
        for name, other in zip(NAMES, [*NAMES[1:], NAMES[0]], strict=True):
            cases += [
                (name, token(first, server, name, jti=f"good {n}"), 200),
                (name, token(first, server, name, jti=f"forged {n}", alg="ES256", key="wrong"), 401),
                (name, token(first, server, name, header={"kid": f"unknown {n}"}), 401),
                (name, token(first, server, other, jti=f"meant for another {n}"), 401),
            ]
        cases.append(("mail", token(second, server, "mail", jti=str(n)), 200))
        cases.append(("notes", token(second, server, "notes", jti=str(n)), 401))  # an issuer it does not trust

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda case: call(server, case[0], case[1]), cases))
    assert answers == [expected for *_, expected in cases]
    assert fetches(first) == fetches(second) == (1, 1)


def test_an_issuer_that_hangs_holds_up_nothing_else(issuers, server):
    first, second = issuers
    first.control("behave", jwks="hang")
    waiting = [send(server, target=f"/{name}/", headers=bearer(token(first, server, name))) for name in NAMES * 2]
    begun = time.monotonic()
    while first.control("counts")["jwks"] == 0:
        assert time.monotonic() - begun < SECONDS, "the server never asked"

    assert ask(server, target="/health").status == 200
    assert ask(server, target="/.well-known/oauth-protected-resource/tasks").status == 200
    assert ask(server, target="/tasks/").status == 401
    assert call(server, "mail", token(second, server, "mail")) == 200
    assert not select.select(waiting, [], [], 0)[0], "they were answered before the others: this shows nothing"

    first.control("behave", jwks="ok")
    assert [Answer.read(connection).status for connection in waiting] == [200] * len(waiting)
    assert fetches(first) == (1, 1)
    for connection in waiting:
        connection.close()
