"""A real MCP client: Python `mcp` 2.x. What it is run with stands in application.py."""

from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import httpx2
from application import Account, User, options, run
from mcp import Client
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult


@asynccontextmanager
async def connect(user, grant_types):
    account = Account(user, grant_types, httpx2.AsyncClient, AuthorizationCodeResult)
    hooks = {"response": [account.watch]}
    async with AsyncExitStack() as stack:
        if options.transport == "sse":
            factory = partial(httpx2.AsyncClient, event_hooks=hooks)
            transport = sse_client(options.url, auth=account.auth, httpx_client_factory=factory)
        else:
            http = await stack.enter_async_context(httpx2.AsyncClient(auth=account.auth, event_hooks=hooks, timeout=30))
            transport = streamable_http_client(options.url, http_client=http)
        client = await stack.enter_async_context(Client(transport, mode=options.mode))

        async def call(name, arguments):
            result = await client.call_tool(name, arguments)
            return result.content[0].text, result.is_error

        yield User(account, call)


run(connect)
