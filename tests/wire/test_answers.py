"""Every answer of ours, from both hosts, captured from the socket and held against answers.json.

The expectations are written by hand from design.md 3, the texts in tests/vectors/README.md and the RFCs; no answer of
ours was ever copied into them.
"""

import http.client
import json

import pytest
from exchange import SECONDS, ask
from guards import GUARDS, HERE, Wire, good_token

ENTRIES = {entry["name"]: entry for entry in json.loads((HERE / "answers.json").read_text("utf-8"))}

every_entry = pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)


@pytest.fixture(scope="module")
def captures():
    """One server after the other on one port: the URLs in their answers are the same, to the byte."""
    with Wire() as stage:
        authorization_server = stage.authorization_server()
        captured, port = {}, 0
        for language in GUARDS:
            with Wire() as guarded:
                server = guarded.guard(language, authorization_server.issuer, port)
                port = server.origin.rpartition(":")[2]
                values = {"origin": server.origin, "issuer": authorization_server.issuer}
                answers = {}
                for name, entry in ENTRIES.items():
                    answers[name] = capture(entry, values, authorization_server, server)
            captured[language] = values, answers
        yield captured


def capture(entry, values, authorization_server, server):
    request = entry["request"]
    if "token" in request:
        values = {**values, "token": good_token(authorization_server, server, **filled(request["token"], values))}
    request = filled(request, values)
    return ask(server, request["method"], request["target"], request["headers"])


def filled(value, values):
    """The value with {origin}, {issuer} and {token} replaced; str.format would trip over the braces of a JSON body."""
    if isinstance(value, dict):
        return {name: filled(member, values) for name, member in value.items()}
    if isinstance(value, list):
        return [filled(element, values) for element in value]
    if isinstance(value, str):
        for name, text in values.items():
            value = value.replace(f"{{{name}}}", text)
    return value


@every_entry
def test_an_answer_is_what_the_texts_say(captures, language, entry):
    values, answers = captures[language]
    answer, expected = answers[entry["name"]], filled(entry["answer"], values)
    assert answer.status == expected["status"]
    assert answer.ours == [(name.lower().encode(), value.encode()) for name, value in expected["headers"]]
    assert answer.body == expected["body"].encode()


@every_entry
def test_both_languages_send_the_same_bytes(captures, entry):
    python, node = (captures[language][1][entry["name"]] for language in GUARDS)
    assert python.status_line == node.status_line
    assert python.ours == node.ours
    assert python.body == node.body


@every_entry
def test_the_framing_fits_the_body(captures, language, entry):
    """RFC 9112 6.3: without a length a body ends with the connection, and nobody sees whether a part is missing."""
    _, answers = captures[language]
    answer, name = answers[entry["name"]], entry["name"]
    lengths = answer.values(b"content-length")
    if entry["request"]["method"] == "HEAD":  # RFC 9110 8.6: that of the body GET would get, or none
        assert lengths in ([], [b"%d" % len(answers[name.removesuffix(", HEAD")].body)])
    elif answer.status == 204:
        assert lengths == answer.values(b"transfer-encoding") == []
    else:
        assert lengths == [b"%d" % len(answer.body)]


def test_an_answer_leaves_the_connection_open(stage, language):
    """A refusal stands at the start of every session, and clients go on over the same connection (RFC 9112 9.3)."""
    server = stage.guard(language, "http://127.0.0.1:1")  # nobody has to be asked for these answers
    connection = http.client.HTTPConnection(server.origin.removeprefix("http://"), timeout=SECONDS)
    connection.connect()
    opened = connection.sock
    for target in ("/notes", "/.well-known/oauth-protected-resource/notes"):
        for method in ("GET", "HEAD", "OPTIONS"):
            connection.request(method, target)
            connection.getresponse().read()
            assert connection.sock is opened, f"closed by {method} {target}"
    connection.close()
