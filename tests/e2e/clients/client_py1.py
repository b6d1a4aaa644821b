"""A real MCP client: Python `mcp` 1.x. What it is run with stands in application.py."""

from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import httpx
from application import Account, User, options, run
from mcp import ClientSession
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client


@asynccontextmanager
async def connect(user, grant_types):
    account = Account(user, grant_types, httpx.AsyncClient, lambda code, state, iss: (code, state))
    hooks = {"response": [account.watch]}
    async with AsyncExitStack() as stack:
        if options.transport == "sse":
            factory = partial(httpx.AsyncClient, event_hooks=hooks)
            transport = sse_client(options.url, auth=account.auth, httpx_client_factory=factory)
        else:
            http = await stack.enter_async_context(httpx.AsyncClient(auth=account.auth, event_hooks=hooks, timeout=30))
            transport = streamable_http_client(options.url, http_client=http)
        reader, writer, *_ = await stack.enter_async_context(transport)
        session = await stack.enter_async_context(ClientSession(reader, writer))
        await session.initialize()

        async def call(name, arguments):
            result = await session.call_tool(name, arguments)
            return result.content[0].text, result.isError

        yield User(account, call)


run(connect)
