"""What the Python clients share: an application's storage for one account, a browser without a window, the flows, and the
lines they print. Each client brings its SDK, as published: it knows the URL of the server and the name of its user;
everything else (which authorization server, which scopes, when to ask for more) the SDK learns from the server's answers.

    python PROGRAM URL [--transport http|sse] [--user alice] [--flow step-up|refresh|two-users] [--mode legacy|auto]

Prints one JSON line per event (see README.md), never a token. Exit 0 only if the whole flow went through.
"""

import argparse
import asyncio
import base64
import hashlib
import json
import sys
import traceback
from urllib.parse import parse_qs, parse_qsl, urljoin, urlsplit

from mcp.client.auth import OAuthClientProvider
from mcp.shared.auth import OAuthClientMetadata

REDIRECT_URI = "http://127.0.0.1:1/callback"  # nobody listens there: the browser below stops in front of it

parser = argparse.ArgumentParser()
parser.add_argument("url")
parser.add_argument("--transport", choices=["http", "sse"], default="http")
parser.add_argument("--user", default="alice")
parser.add_argument("--flow", choices=["step-up", "refresh", "two-users"], default="step-up")
# legacy: sessions; auto (the SDK's default): 2026-07-28, which has none, if the server speaks it
parser.add_argument("--mode", choices=["legacy", "auto"], default="legacy")
options = parser.parse_args()


def emit(event, **members):
    print(
        json.dumps({"event": event, **{name: value for name, value in members.items() if value is not None}}),
        flush=True,
    )


# What may be shown of a token: a fingerprint to tell it from others, and what is signed in it, but never the signature.
def fingerprint(token):
    return hashlib.sha256(token.encode()).hexdigest()[:8]


def claims(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


class Account:
    """What an application brings: storage for one user's tokens, and a browser without a window.

    `new_http` makes an HTTP client of the kind that the SDK uses; `result` is what its callback handler returns.
    """

    def __init__(self, user, grant_types, new_http, result):
        self.user, self.new_http, self.result = user, new_http, result
        self.tokens = self.client = self.answer = None
        self.auth = OAuthClientProvider(
            options.url,
            OAuthClientMetadata(
                client_name="e2e",
                redirect_uris=[REDIRECT_URI],
                grant_types=grant_types,
                token_endpoint_auth_method="none",
            ),
            storage=self,
            redirect_handler=self.visit,
            callback_handler=self.returned,
        )

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client):
        self.client = client

    async def visit(self, authorization_url):
        """Follows redirects with a cookie jar until it would reach the application."""
        asked = dict(parse_qsl(urlsplit(authorization_url).query))
        emit(
            "browser",
            user=self.user,
            **{name: asked.get(name) for name in ("scope", "resource", "prompt", "code_challenge_method")},
        )
        async with self.new_http(cookies={"user": self.user}) as browser:
            url = authorization_url
            while not url.startswith(REDIRECT_URI):
                response = await browser.get(url)
                if not response.has_redirect_location:
                    raise RuntimeError(f"the browser is stuck at {url}: {response.status_code} {response.text}")
                url = urljoin(url, response.headers["location"])
        self.answer = dict(parse_qsl(urlsplit(url).query))

    async def returned(self):
        return self.result(**{name: self.answer.get(name) for name in ("code", "state", "iss")})

    async def watch(self, response):
        """Every exchange with either server passes here."""
        request, url = response.request, response.request.url
        body = request.content.decode()
        if url.path.startswith("/.well-known/"):
            document = json.loads(await response.aread()) if response.is_success else None
            emit("metadata", url=str(url), status=response.status_code, document=document)
        elif str(url).startswith(urljoin(options.url, "/")):
            message = json.loads(body) if body else {}
            token = request.headers.get("authorization")
            emit(
                "request", user=self.user, method=request.method, path=url.path, rpc=message.get("method"),
                tool=message.get("params", {}).get("name"), token=token and fingerprint(token.removeprefix("Bearer ")),
                session=request.headers.get("mcp-session-id") or url.params.get("session_id"),
                status=response.status_code, challenge=response.headers.get("www-authenticate"),
            )  # fmt: skip
        elif "grant_type=" in body:
            asked, answer = parse_qs(body), json.loads(await response.aread())
            token = answer.get("access_token")
            emit(
                "token", grant=asked["grant_type"][0], resource=asked.get("resource", [None])[0],
                pkce="code_verifier" in asked, status=response.status_code, scope=answer.get("scope"),
                expires_in=answer.get("expires_in"), refresh_token="refresh_token" in answer,
                token=token and fingerprint(token), claims=token and claims(token), error=answer.get("error"),
            )  # fmt: skip
        else:
            emit("registration", status=response.status_code, scope=json.loads(body).get("scope"))


class User:
    """One user's connection; `call` is the SDK's way to call a tool: it returns the text and whether it is an error."""

    def __init__(self, account, call):
        self.account, self.call = account, call

    async def tool(self, name, **arguments):
        text, error = await self.call(name, arguments)
        emit("tool", user=self.account.user, name=name, error=error, text=text)


async def step_up(connect):
    async with connect(options.user, ["authorization_code"]) as user:
        await user.tool("whoami")
        await user.tool("write_note", text="buy milk")
        await user.tool("list_notes")
        await user.tool("whoami")


async def refresh(connect):
    async with connect(options.user, ["authorization_code", "refresh_token"]) as user:
        await user.tool("whoami")
        seconds = user.account.tokens.expires_in + 1
        emit("waiting", seconds=seconds)
        await asyncio.sleep(seconds)
        await user.tool("whoami")


async def two_users(connect):
    async with connect("alice", ["authorization_code"]) as alice, connect("bob", ["authorization_code"]) as bob:
        for user in (alice, bob, alice, bob):
            await user.tool("whoami")
        await asyncio.gather(*(user.tool("whoami") for user in (alice, bob, bob, alice)))


def run(connect):
    """`connect(user, grant_types)` opens one user's connection, a User."""
    try:
        asyncio.run({"step-up": step_up, "refresh": refresh, "two-users": two_users}[options.flow](connect))
        emit("end")
    except BaseException:
        emit("failed", error=traceback.format_exc())
        sys.exit(1)
