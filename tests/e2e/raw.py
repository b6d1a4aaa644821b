"""HTTP by hand, for what no well-behaved client does: other users' tokens in one session, tokens that are no good."""

import http.client
import itertools
import json
from urllib.parse import urlsplit

PROTOCOL = "2025-11-25"
HELLO = {"protocolVersion": PROTOCOL, "capabilities": {}, "clientInfo": {"name": "raw", "version": "1"}}


def knock(server, token=None, timeout=10):
    """An initialize request: the status, and the headers."""
    message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": HELLO}
    headers = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return _exchange(server.endpoint, "POST", headers, json.dumps(message), timeout)


def get(url, timeout=10):
    """The status, and the headers."""
    return _exchange(url, "GET", {}, None, timeout)


def _exchange(url, method, headers, body, timeout):
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=timeout)
    connection.request(method, urlsplit(url).path, body, headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status, response.headers


class Session:
    """Opened with one token; every call names the token it presents."""

    def __init__(self, server, token):
        self.server, self.ids, self.session_id, self.stream = server, itertools.count(1), None, None
        self.path = urlsplit(server.endpoint).path
        if server.transport == "sse":
            self.stream = self._open("GET", token, accept="text/event-stream")
            self.path = _next_event(self.stream)  # the endpoint event: where to POST
        response, result = self._call("initialize", HELLO, token)
        assert result, f"initialize: {response.status}"
        self.session_id = response.getheader("mcp-session-id")
        self._post({"jsonrpc": "2.0", "method": "notifications/initialized"}, token).read()

    def whoami(self, token):
        """The status (200 also for SSE's 202) and what the tool said."""
        response, result = self._call("tools/call", {"name": "whoami", "arguments": {}}, token)
        said = json.loads(result["content"][0]["text"]) if result else None
        return (200 if response.status == 202 else response.status), said

    def listen(self, token):
        """The status of a GET for the session's stream."""
        return self._open("GET", token, accept="text/event-stream").status

    def end(self, token):
        """The status of a DELETE of the session."""
        return self._open("DELETE", token).status

    def _call(self, method, parameters, token):
        response = self._post({"jsonrpc": "2.0", "id": next(self.ids), "method": method, "params": parameters}, token)
        if response.status >= 400:
            response.read()
            return response, None
        if self.stream:
            response.read()
            text = _next_event(self.stream)
        elif response.getheader("content-type").startswith("text/event-stream"):
            text = _next_event(response)
            response.read()
        else:
            text = response.read()
        return response, json.loads(text)["result"]

    def _post(self, message, token):
        return self._open("POST", token, json.dumps(message), "application/json, text/event-stream")

    def _open(self, method, token, body=None, accept=None):
        headers = {"Authorization": f"Bearer {token}", "Accept": accept or "*/*", "Content-Type": "application/json"}
        if self.session_id:
            headers |= {"Mcp-Session-Id": self.session_id, "MCP-Protocol-Version": PROTOCOL}
        connection = http.client.HTTPConnection(urlsplit(self.server.endpoint).netloc, timeout=10)
        connection.request(method, self.path, body, headers)
        return connection.getresponse()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.stream:
            self.stream.close()


def _next_event(stream):
    """The data of the next server-sent event that has any."""
    data = []
    while line := stream.readline().decode():
        name, _, value = line.rstrip("\r\n").partition(":")
        if name == "data" and value.strip():
            data.append(value.strip())
        elif not name and not value and data:
            return "\n".join(data)
    raise EOFError("the stream ended")
