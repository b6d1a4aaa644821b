"""What the native module tells hosts beside decisions: documents to fetch beforehand, readiness, errors of a search."""

import json

import pytest
from mcpauth import _mcpauth as native

NOW = 1_800_000_000
JWKS = b'{"keys":[{"kty":"OKP","crv":"Ed25519","x":"z57G-W32wBqYfiG3Ez3leTzhdkYqOU2oRpzs7QJ0NcM"}]}'


def configuration(*servers: dict[str, str]) -> str:
    metadata = {"resource": "https://api.example.com/notes", "authorization_servers": list(servers)}
    return json.dumps({"protected_resources": {"metadata": metadata}})


def test_every_document_can_be_fetched_beforehand() -> None:
    one = {"issuer": "https://one.example", "jwks_uri": "https://one.example/jwks"}
    engine = native.Engine(configuration(one, {"issuer": "https://two.example", "type": "oidc"}))
    documents = {
        "https://one.example/jwks": JWKS,
        "https://two.example/.well-known/openid-configuration": (
            b'{"issuer":"https://two.example","jwks_uri":"https://two.example/jwks"}'
        ),
        "https://two.example/jwks": JWKS,
    }
    fetched = []
    while (fetch := engine.pending(NOW)) is not None:
        assert not engine.is_ready(NOW)
        fetched.append(fetch.url)
        engine.supply(fetch.id, 200, [], documents[fetch.url], NOW)
    assert fetched == list(documents)
    assert engine.is_ready(NOW)
    assert engine.pending(NOW + 599) is None
    renewal = engine.pending(NOW + 600)
    assert renewal is not None
    assert renewal.url == "https://one.example/jwks"
    assert engine.is_ready(NOW + 600)
    assert not engine.is_ready(NOW + 600 + 3_600)


def test_a_failed_fetch_is_not_asked_for_again_at_once() -> None:
    engine = native.Engine(configuration({"issuer": "https://one.example", "jwks_uri": "https://one.example/jwks"}))
    fetch = engine.pending(NOW)
    assert fetch is not None
    engine.supply_failure(fetch.id, NOW)
    assert (engine.pending(NOW), engine.is_ready(NOW)) == (None, False)
    assert engine.pending(NOW + 1) is not None


def test_keys_that_are_given_are_ready() -> None:
    engine = native.Engine(configuration({"issuer": "https://one.example", "jwks": json.loads(JWKS)}))
    assert (engine.pending(NOW), engine.is_ready(NOW)) == (None, True)


def test_a_search_tells_the_type_and_the_issuer_that_are_wrong() -> None:
    with pytest.raises(ValueError, match="problems") as refused:
        native.Discovery("nowhere", "saml")
    problems = json.loads(str(refused.value))["problems"]
    assert [problem["pointer"] for problem in problems] == ["/issuer", "/type"]


@pytest.mark.parametrize(
    ("body", "code", "documented"),
    [
        (b"<html>", "malformed_document", "fetch_server_config_error"),
        (b"[]", "malformed_document", "fetch_server_config_error"),
        (b"{}", "malformed_document", "invalid_server_metadata"),
        (b'{"issuer":7}', "malformed_document", "invalid_server_metadata"),
        (b'{"issuer":"https://evil.example"}', "issuer_mismatch", "invalid_server_metadata"),
        (b'{"issuer":"https://one.example","jwks_uri":"http://10.0.0.1/"}', "refused_url", "invalid_server_metadata"),
    ],
)
def test_a_search_tells_a_wrong_document_from_one_that_could_not_be_had(
    body: bytes, code: str, documented: str
) -> None:
    discovery = native.Discovery("https://one.example", "oidc")
    assert (discovery.error, discovery.documented_error) == (None, None)
    discovery.supply(200, [], body)
    assert discovery.error is not None
    assert (discovery.error[0], discovery.documented_error) == (code, documented)


def test_a_search_that_finds_no_document_could_not_have_it() -> None:
    discovery = native.Discovery("https://one.example", "oidc")
    discovery.supply(500, [], b"{}")
    assert discovery.documented_error == "fetch_server_config_error"
    discovery = native.Discovery("https://one.example", "oidc")
    discovery.supply_failure()
    assert discovery.documented_error == "fetch_server_config_error"
