"""HTTP by hand: bytes go out, bytes come in, and no library tidies them up on the way."""

import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

SECONDS = 30  # a server that is silent for so long hangs; nothing waits for this otherwise

# What the HTTP servers write by themselves, each in its own way; every other header of an answer is ours.
SERVERS_OWN = {
    b"date",  # RFC 9110 6.6.1: the server's clock
    b"server",  # uvicorn's name
    b"x-powered-by",  # Express's name
    b"connection",  # RFC 9112 9.6: whether the connection stays open is between server and client
    b"keep-alive",  # and for how long
    b"content-length",  # framing, RFC 9112 6: may be absent from HEAD; has a test of its own
    b"transfer-encoding",  # likewise
}


def bearer(token):
    return [("Authorization", f"Bearer {token}")]


def send(server, method="GET", target="/notes", headers=()):
    """The connection over which the answer will come."""
    host = urlsplit(server.origin)
    fields = [("Host", host.netloc), ("Connection", "close"), *headers]
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields), "", ""]
    connection = socket.create_connection((host.hostname, host.port), SECONDS)
    connection.sendall("\r\n".join(lines).encode("latin-1"))  # one character, one byte
    return connection


def ask(server, method="GET", target="/notes", headers=()):
    with send(server, method, target, headers) as connection:
        return Answer.read(connection)


@dataclass
class Answer:
    """The bytes of an answer, cut but not changed."""

    status_line: bytes
    fields: list[tuple[bytes, bytes]]
    body: bytes

    @classmethod
    def read(cls, connection):
        raw = b"".join(iter(lambda: connection.recv(65536), b""))  # `Connection: close`: all there is
        head, _, body = raw.partition(b"\r\n\r\n")
        status_line, *lines = head.split(b"\r\n")
        return cls(status_line, [tuple(line.split(b": ", 1)) for line in lines], body)

    @property
    def status(self):
        return int(self.status_line.split(b" ")[1])

    @property
    def ours(self):
        """Our headers in order. RFC 9110 5.1 does not tell the cases of names apart, and ASGI knows lower case only."""
        return [(name.lower(), value) for name, value in self.fields if name.lower() not in SERVERS_OWN]

    def values(self, name):
        return [value for field, value in self.fields if field.lower() == name]
