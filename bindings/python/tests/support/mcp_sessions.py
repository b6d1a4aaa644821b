"""MCP sessions spoken by hand, so that each message can carry a token of its choice."""

import json
import queue
from itertools import count
from threading import Thread
from typing import Any

import httpx
from typing_extensions import Self

INITIALIZE = {
    "protocolVersion": "2025-06-18",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "0"},
}


class HttpSession:
    """A stateful streamable-HTTP session."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self._url = url + "/mcp"
        self._id = ""
        self._numbers = count(1)
        answer = self.post(headers, "initialize", INITIALIZE, number=next(self._numbers))
        self._id = answer.raise_for_status().headers["mcp-session-id"]
        self.post(headers, "notifications/initialized", {})

    def post(self, headers: dict[str, str], method: str, params: Any, number: int | None = None) -> httpx.Response:
        message = {"jsonrpc": "2.0", "method": method, "params": params, **({"id": number} if number else {})}
        sent = {**headers, "Accept": "application/json, text/event-stream"}
        if self._id:
            sent |= {"Mcp-Session-Id": self._id, "Mcp-Protocol-Version": "2025-06-18"}
        return httpx.post(self._url, headers=sent, json=message, timeout=20)

    def send_tool_call(self, headers: dict[str, str], name: str) -> httpx.Response:
        return self.post(headers, "tools/call", {"name": name, "arguments": {}}, number=next(self._numbers))

    def call(self, headers: dict[str, str], name: str) -> Any:
        return _result(self.send_tool_call(headers, name).raise_for_status().json())

    def names(self, headers: dict[str, str]) -> list[str]:
        answer = self.post(headers, "tools/list", {}, number=next(self._numbers)).raise_for_status()
        return [tool["name"] for tool in answer.json()["result"]["tools"]]

    def call_text(self, headers: dict[str, str], name: str) -> str:
        result = self.send_tool_call(headers, name).raise_for_status().json()["result"]
        return str(result["content"][0]["text"])


class SseSession:
    """An SSE session: results come on the stream that was opened first."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self._base = url
        self._headers = headers
        self._client = httpx.Client(timeout=20)
        self._endpoints: queue.Queue[str] = queue.Queue()
        self._answers: dict[int, queue.Queue[Any]] = {}
        self._numbers = count(1)

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._read, daemon=True)
        self._thread.start()
        self._endpoint = self._base + self._endpoints.get(timeout=10)
        self._ask(self._headers, "initialize", INITIALIZE)
        self._post(self._headers, {"jsonrpc": "2.0", "method": "notifications/initialized"})
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def send_tool_call(self, headers: dict[str, str], name: str) -> httpx.Response:
        return self._post(headers, self._message("tools/call", {"name": name, "arguments": {}}))

    def call(self, headers: dict[str, str], name: str) -> Any:
        return _result(self._ask(headers, "tools/call", {"name": name, "arguments": {}}))

    def _ask(self, headers: dict[str, str], method: str, params: Any) -> Any:
        message = self._message(method, params)
        self._answers[message["id"]] = queue.Queue()
        self._post(headers, message).raise_for_status()
        return self._answers[message["id"]].get(timeout=10)

    def _message(self, method: str, params: Any) -> dict[str, Any]:
        return {"jsonrpc": "2.0", "id": next(self._numbers), "method": method, "params": params}

    def _post(self, headers: dict[str, str], message: Any) -> httpx.Response:
        return httpx.post(self._endpoint, headers=headers, json=message, timeout=20)

    def _read(self) -> None:
        event = ""
        try:
            with self._client.stream("GET", self._base + "/sse", headers=self._headers) as response:
                for line in response.raise_for_status().iter_lines():
                    name, _, value = line.partition(": ")
                    if name == "event":
                        event = value
                    elif name == "data" and event == "endpoint":
                        self._endpoints.put(value)
                    elif name == "data":
                        answer = json.loads(value)
                        self._answers[answer["id"]].put(answer)
        except (httpx.HTTPError, httpx.StreamError, OSError):
            pass  # the session was left


def _result(answer: Any) -> Any:
    result = answer["result"]
    assert not result.get("isError"), result
    return json.loads(result["content"][0]["text"])
