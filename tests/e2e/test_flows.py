"""Real clients against real MCP servers that our packages guard, with a real authorization server.

What a test expects is written from the specifications, never copied from our answers: design.md 3, RFC 6750 section 3,
RFC 9728 sections 2, 3.1 and 5.1, RFC 8707, and MCP's scope selection and step-up rules.
"""

import json
import re

from stage import metadata_url
from visits import PAIRS, visiting

# RFC 6750 section 3 without comma and equals sign, which clients that match with a regex do not survive.
DESCRIPTION = r'error_description="[\x20\x21\x23-\x2b\x2d-\x3c\x3e-\x5b\x5d-\x7e]+"'


def story(events):
    """The events in short. Requests that went through are left out: what comes of them is told by "answered"."""
    for event in events:
        match event:
            case {"event": "request", "status": 200 | 202} | {"event": "request", "method": "GET", "status": 405}:
                pass  # 405: a server without sessions has no stream to listen to
            case {"event": "request", "status": status, **rest}:
                yield f"{rest.get('tool') or 'connect'}: {status}"
            case {"event": "tool", "name": name}:
                yield f"{name}: answered"
            case {"event": "browser", "scope": scope}:
                yield f"browser: {scope}"
            case {"event": "token", "grant": grant, "status": status}:
                yield f"token: {grant} {status}"
            case {"event": "metadata", "url": url, "status": status}:
                yield f"metadata: {'resource' if 'protected-resource' in url else 'server'} {status}"
            case {"event": "registration", "status": status}:
                yield f"registration: {status}"


def only(events, kind, **members):
    return [event for event in events if event["event"] == kind and members.items() <= event.items()]


def answers(events, tool):
    return [json.loads(event["text"]) for event in only(events, "tool", name=tool, error=False)]


def test_every_client_meets_every_server():
    over_http = [pair for pair in PAIRS if not pair[0].endswith("-sse") and pair[1] != "py2-2026-07-28"]
    assert len(over_http) == 6 * 5


@visiting("step-up")
def test_a_client_finds_its_way_in_and_steps_up(report):
    visit, server, events = report.visit, report.server, report.events
    resource_metadata = metadata_url(server.resource)

    # With the first token the client asks whether the server speaks 2026-07-28; one that does not says so with a 400.
    falls_back = ["connect: 400"] if visit.way.endswith("2026-07-28") and not visit.modern else []
    assert list(story(events)) == [
        "connect: 401",
        "metadata: resource 200",
        "metadata: server 200",
        "registration: 201",
        "browser: read:notes",
        "token: authorization_code 200",
        *falls_back,
        "whoami: answered",
        "write_note: 403",
        "browser: read:notes write:notes",
        "token: authorization_code 200",
        "write_note: answered",
        "list_notes: answered",
        "whoami: answered",
    ]

    # Nothing was presented, so no error is named (RFC 6750 section 3.1); the scope is the base one (MCP, SEP-835).
    (unauthenticated,) = only(events, "request", status=401)
    assert "token" not in unauthenticated
    assert unauthenticated["challenge"] == f'Bearer resource_metadata="{resource_metadata}", scope="read:notes"'

    document = only(events, "metadata")[0]
    assert document["url"] == resource_metadata
    assert document["document"] == {
        "resource": server.resource,
        "authorization_servers": [report.issuer],
        "scopes_supported": ["read:notes", "write:notes"],
        "bearer_methods_supported": ["header"],
    }

    # The resource indicator is the published identifier, byte for byte, in both requests (RFC 8707 section 2). Python's
    # 1.x client gives an identifier without a path its "/" (RFC 3986 section 6.2.3), and so it stands in the token.
    root = "/" if visit.way == "py1" and server.resource.count("/") == 2 else ""
    for event in only(events, "browser") + only(events, "token"):
        assert event["resource"] == server.resource + root
    assert all(event["code_challenge_method"] == "S256" for event in only(events, "browser"))
    assert [event["scope"] for event in only(events, "token")] == ["read:notes", "read:notes write:notes"]

    # All that the operation needs, the base scope included: clients that replace scopes would lose it otherwise.
    (refusal,) = only(events, "request", status=403)
    challenge = (
        f'Bearer resource_metadata="{resource_metadata}", scope="read:notes write:notes", error="insufficient_scope"'
    )
    assert re.fullmatch(f"{re.escape(challenge)}, {DESCRIPTION}", refusal["challenge"])

    assert answers(events, "whoami") == [
        {"subject": visit.user, "scopes": ["read:notes"]},
        {"subject": visit.user, "scopes": ["read:notes", "write:notes"]},
    ]
    assert answers(events, "list_notes") == [["buy milk"]]

    # One endpoint, one session: the step-up did not cost the client its connection.
    calls = only(events, "request", rpc="tools/call")
    assert len({event["path"] for event in calls}) == 1
    sessions = {event.get("session") for event in calls}
    assert len(sessions) == 1 and (None not in sessions) == visit.has_session


@visiting("refresh")
def test_an_expired_token_is_refreshed_without_the_user(report):
    visit, server, events = report.visit, report.server, report.events
    before, after = split(events, "waiting")
    assert answers(before, "whoami") == answers(after, "whoami") == [{"subject": visit.user, "scopes": ["read:notes"]}]

    # offline_access is the client's own wish: it stands in no challenge of ours (MCP 2026-07-28, refresh tokens).
    asked = "read:notes" if visit.way in ["ts1", "py1"] else "read:notes offline_access"
    assert [event["scope"] for event in only(events, "browser")] == [asked]

    # The Python clients look at their clock and refresh before they ask; the TypeScript clients are told by our 401.
    refreshed = ["token: refresh_token 200", "whoami: answered"]
    told = ["whoami: 401"] if visit.way.startswith("ts") else []
    assert list(story(after)) == told + refreshed
    challenge = f'Bearer resource_metadata="{metadata_url(server.resource)}", scope="read:notes", error="invalid_token"'
    for refusal in only(after, "request", status=401):
        assert re.fullmatch(f"{re.escape(challenge)}, {DESCRIPTION}", refusal["challenge"])

    calls = only(events, "request", tool="whoami")
    accepted = [event["token"] for event in calls if event["status"] != 401]
    assert len(set(accepted)) == 2, "the second call went through with the new token"
    assert len({event.get("session") for event in calls}) == 1


def split(events, kind):
    index = next(index for index, event in enumerate(events) if event["event"] == kind)
    return events[:index], events[index:]
