"""With a discovery configuration the authorization server may be down: at the start, and again later."""

import base64
import json
import time

from exchange import ask, bearer
from guards import Wire, free_port, good_token

METADATA = "/.well-known/oauth-protected-resource/notes"


def test_an_outage_is_survived(stage, language):
    port = free_port()
    issuer = f"http://127.0.0.1:{port}"
    server = stage.guard(language, issuer)  # nobody is there

    document = ask(server, target=METADATA)
    assert document.status == 200
    assert json.loads(document.body)["authorization_servers"] == [issuer]
    assert ask(server, target="/health").status == 200
    assert ask(server).status == 401  # no credential is no credential
    retry_after(ask(server, headers=bearer(unjudged(issuer))))

    with Wire() as up:
        authorization_server = up.authorization_server("--port", port)
        token = good_token(authorization_server, server)
        answer = ask(server, headers=bearer(token))
        if answer.status != 200:  # the last attempt was too recent; the next one is when we are told
            time.sleep(retry_after(answer))
            answer = ask(server, headers=bearer(token))
        assert answer.status == 200
        later = good_token(authorization_server, server, jti="never seen before the second outage")
        unknown = good_token(authorization_server, server, header={"kid": "unknown"})

    # Down again: what is known is enough.
    assert [ask(server, headers=bearer(good)).status for good in (token, later, token)] == [200, 200, 200]
    # The last fetch succeeded and is not long ago, so a kid that was not in it is a bad one (design.md 2).
    assert ask(server, headers=bearer(unknown)).status == 401


def retry_after(answer):
    """The seconds, of an answer that has nothing else to it: a challenge would make clients throw a good token away."""
    assert answer.status == 503
    (value,) = answer.values(b"retry-after")
    assert value.isdigit() and int(value) >= 1  # RFC 9110 10.2.3
    assert answer.ours == [
        (b"content-type", b"application/json"),
        (b"cache-control", b"no-store"),
        (b"retry-after", value),
        (b"access-control-allow-origin", b"*"),
        (b"access-control-expose-headers", b"WWW-Authenticate"),
    ]
    assert answer.body == (
        b'{"error":"temporarily_unavailable",'
        b'"error_description":"The keys of the authorization server are not available at the moment"}'
    )
    return int(value)


def unjudged(issuer):
    """A token that looks good; whether it is, only the issuer's keys could tell."""
    header = {"alg": "RS256", "typ": "at+jwt", "kid": "1"}
    parts = (json.dumps(header).encode(), json.dumps({"iss": issuer}).encode(), bytes(256))
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
