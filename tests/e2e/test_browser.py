"""A page on another origin, in a real browser, is a client like any other: CORS hides from it nothing that it needs.

What is expected is the Fetch standard (3.3, CORS), RFC 9728 section 5.1, and MCP's authorization flow.
"""

import json
import sys
import urllib.request

import pytest
from stage import HERE, SERVERS, metadata_url

sys.path.insert(0, str(HERE / "browser"))
from chromium import CHROMIUM, page

OVER_HTTP = [name for name, (_, _, transport) in SERVERS.items() if transport == "http"]


@pytest.fixture(scope="module")
def client():
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (Debian: apt-get install chromium)")
    with page("page.html") as client:
        yield client


def register(issuer, origin):
    """What is known at the authorization server before the page opens."""
    metadata = {"client_name": "page", "redirect_uris": [f"{origin}/"], "token_endpoint_auth_method": "none"}
    request = urllib.request.Request(
        f"{issuer}/reg", json.dumps(metadata).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as response:
        return json.load(response)["client_id"]


@pytest.mark.parametrize("name", OVER_HTTP)
def test_a_page_on_another_origin_finds_its_way_in_and_steps_up(house, client, name):
    (origin, visit), server, issuer = client, house.server(name), house.authorization_server.issuer
    report = visit(server=server.endpoint, client_id=register(issuer, origin))

    assert report["error"] is None
    alice = {"subject": "alice", "scopes": ["read:notes"]}
    assert report["said"] == [alice, "written", alice | {"scopes": ["read:notes", "write:notes"]}]

    # The page read both challenges.
    metadata = f'Bearer resource_metadata="{metadata_url(server.resource)}"'
    challenges = [(event["status"], event["challenge"]) for event in report["seen"] if event["challenge"]]
    assert challenges[0] == (401, f'{metadata}, scope="read:notes"')
    (refused,) = [challenge for status, challenge in challenges if status == 403]
    assert refused.startswith(f'{metadata}, scope="read:notes write:notes", error="insufficient_scope"')

    # And the documents of both servers, by itself.
    found = {event["url"] for event in report["seen"] if "/.well-known/" in event["url"] and event["status"] == 200}
    assert metadata_url(server.resource) in found
    assert any(url.startswith(issuer) for url in found)
