"""The JWK Set is fetched once, however many tokens come at once and however many of them are forged.

Counted at the authorization server, from the start of the guarded process.
"""

import random
from concurrent.futures import ThreadPoolExecutor

from exchange import ask, bearer
from guards import good_token

GOOD = 50
FORGED = 40  # of each of the five kinds
AT_ONCE = 32


def forgeries(authorization_server, server, n):
    """Five tokens that no key of the issuer has signed."""

    def token(**members):
        return good_token(authorization_server, server, jti=str(n), **members)

    yield token(header={"kid": f"unknown {n}"})
    # A known kid, and the signature of another token.
    yield token().rpartition(".")[0] + "." + token(sub="bob").rpartition(".")[2]
    yield token(header={"alg": "PS256"})  # allowed, but not what the key under this kid is for
    yield token(header={"alg": "HS256"})  # not allowed
    yield token(iss=f"https://other-{n}.example")


def test_many_tokens_good_and_forged_cause_one_fetch(stage, language):
    authorization_server = stage.authorization_server()
    server = stage.guard(language, authorization_server.issuer)
    tokens = [(good_token(authorization_server, server, jti=f"good {n}"), 200) for n in range(GOOD)]
    tokens += [(token, 401) for n in range(FORGED) for token in forgeries(authorization_server, server, n)]
    random.Random(2).shuffle(tokens)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = pool.map(lambda case: ask(server, headers=bearer(case[0])).status, tokens)
    assert list(answers) == [expected for _, expected in tokens]

    counts = authorization_server.control("counts")
    assert (counts["metadata"], counts["jwks"]) == (1, 1)


def test_nothing_is_fetched_for_what_needs_no_key(stage, language):
    """Starting, metadata, and tokens that are refused before a key is looked for (design.md 2)."""
    authorization_server = stage.authorization_server()
    server = stage.guard(language, authorization_server.issuer)
    assert ask(server, target="/.well-known/oauth-protected-resource/notes").status == 200
    for members in ({"iss": "https://other.example"}, {"header": {"alg": "HS256"}}, {"header": {"typ": "dpop+jwt"}}):
        assert ask(server, headers=bearer(good_token(authorization_server, server, **members))).status == 401
    assert ask(server, headers=bearer("opaque")).status == 401

    counts = authorization_server.control("counts")
    assert (counts["metadata"], counts["jwks"]) == (0, 0)
