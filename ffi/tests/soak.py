"""Loads the C library's HTTP example from this process, and looks at every answer and at its memory.

    soak.py [SECONDS]        60 by default, at least 6

Tokens are valid, expired, forged, for others, or garbage, requests without any are between, and the JWK Set is rotated
twice: at each third of the time a new key joins and the oldest but one leaves. What each request must be answered with is
known before it is sent; only a new key may take the cooldown to be known. A wrong answer is a failure, and so are 10 % more
memory at the end than after the first tenth.
"""

import asyncio
import json
import random
import sys
import time
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "tests/wire"), str(ROOT / "tests/e2e")]
from guards import Guard, free_port  # noqa: E402 - they live next door
from stage import BUILD, Part, Stage  # noqa: E402

CONNECTIONS = 16
REQUESTS_PER_CONNECTION = 500  # then a new one, and a new thread in the server
TOKENS = 100  # of each kind, each with a subject of its own
COOLDOWN = 1  # seconds between two fetches of the keys
FETCH = 5  # seconds that one may take
GROWTH = 1.10


class Issuer:
    """Three keys, one after the other, and tokens signed with each."""

    def __init__(self, authorization_server, resource):
        self.server, self.resource, self.keys, self.tokens = authorization_server, resource, [], []
        for generation in range(3):
            private = rsa.generate_private_key(65537, 2048)
            kid = f"key {generation}"
            public = json.loads(jwt.get_algorithm_by_name("RS256").to_jwk(private.public_key()))
            self.keys.append({**public, "kid": kid, "alg": "RS256", "use": "sig"})
            self.tokens.append({kind: [self._token(private, kid, kind, n) for n in range(TOKENS)] for kind in KINDS})

    def publish(self, generation):
        """A key and the one before it."""
        body = json.dumps({"keys": self.keys[max(generation - 1, 0) : generation + 1]})
        self.server.control(
            "behave", jwks={"status": 200, "headers": {"content-type": "application/json"}, "body": body}
        )

    def _token(self, private, kid, kind, n):
        """The token, the status that it must be answered with, and the body where that is its subject."""
        subject = f"{kind}-{kid}-{n}"
        claims = {"iss": self.server.issuer, "aud": self.resource, "sub": subject, "client_id": "soak", "jti": str(n)}
        claims |= {"scope": "read:notes", "iat": int(time.time()), "exp": int(time.time()) + 86400, **KINDS[kind][1]}
        token = jwt.encode(claims, private, "RS256", {"kid": kid, "typ": "at+jwt"})
        if kind == "forged":  # the signature of another token
            head, _, _ = token.rpartition(".")
            other = jwt.encode({**claims, "sub": "other"}, private, "RS256", {"kid": kid, "typ": "at+jwt"})
            token = f"{head}.{other.rpartition('.')[2]}"
        status = KINDS[kind][0]
        return token, status, subject.encode() if status == 200 else None


KINDS = {  # kind -> the status that it must get, the claims that differ
    "valid": (200, {}),
    "expired": (401, {"exp": int(time.time()) - 600}),
    "forged": (401, {}),
    "for another": (401, {"aud": "https://other.example"}),
    "without scope": (403, {"scope": "write:notes"}),
}


class Load:
    """What is sent, and what came back."""

    def __init__(self, guard, issuer):
        self.port, self.issuer = int(guard.origin.rpartition(":")[2]), issuer
        self.current = [0]  # the generations of tokens that are sent now
        self.retired = []  # those whose key is gone: must be refused
        self.latencies, self.wrong, self.statuses = [], [], {}
        self.over = False

    def choose(self):
        """A request, the status and the body that must come."""
        kind = random.choices(["valid", "other", "garbage", "none", "metadata", "retired"], [60, 25, 5, 5, 3, 2])[0]
        if kind == "metadata":
            return request("/.well-known/oauth-protected-resource/notes"), 200, None
        if kind == "none":
            return request("/notes"), 401, None
        if kind == "retired" and self.retired:
            token, _, _ = random.choice(self.issuer.tokens[random.choice(self.retired)]["valid"])
            return request("/notes", token), 401, None
        if kind == "garbage":
            return request("/notes", random.randbytes(random.randrange(1, 300)).hex()), 401, None
        generation = self.issuer.tokens[random.choice(self.current)]
        name = "valid" if kind != "other" else random.choice([name for name in KINDS if name != "valid"])
        token, status, body = random.choice(generation[name])
        return request("/notes", token), status, body

    async def run(self):
        """One connection after the other."""
        while not self.over:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            for _ in range(REQUESTS_PER_CONNECTION):
                if self.over:
                    break
                sent, status, body = self.choose()
                seen, came = await self.exchange(reader, writer, sent)
                if seen != status or (body is not None and came != body):
                    self.wrong.append((status, body, seen, came[:200]))
            writer.close()

    async def exchange(self, reader, writer, sent):
        """Status and body of the answer to one request."""
        started = time.perf_counter()
        writer.write(sent)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        came = await reader.readexactly(int(length.partition(b":")[2]))
        self.latencies.append(time.perf_counter() - started)
        seen = int(head.split(b" ", 2)[1])
        self.statuses[seen] = self.statuses.get(seen, 0) + 1
        return seen, came

    async def until_known(self, generation):
        """A token of a new key makes the server fetch it: at once, or when the cooldown of an earlier fetch is over, for
        a forged token causes one too. Until then it is refused."""
        token, status, body = self.issuer.tokens[generation]["valid"][0]
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        until = time.monotonic() + COOLDOWN + FETCH
        while await self.exchange(reader, writer, request("/notes", token)) != (status, body):
            if time.monotonic() > until:
                self.wrong.append((status, body, "unknown for too long", b""))
                break
            await asyncio.sleep(0.02)
        writer.close()


def request(target, token=None):
    credential = f"Authorization: Bearer {token}\r\n" if token else ""
    return f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n{credential}\r\n".encode()


def resident(pid):
    """Kilobytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1])


async def soak(load, pid, seconds):
    """Keeps the load up, rotates twice; the memory after a tenth, at the half and at the end."""
    began = time.monotonic()
    memory = []

    async def at(part):
        await asyncio.sleep(max(0.0, began + part * seconds - time.monotonic()))

    async def rotate(generation):
        load.issuer.publish(generation)
        await load.until_known(generation)
        load.current = [generation - 1, generation]

    workers = [asyncio.create_task(load.run()) for _ in range(CONNECTIONS)]
    await at(1 / 10)
    memory.append(resident(pid))
    await at(1 / 3)
    await rotate(1)
    await at(1 / 2)
    memory.append(resident(pid))
    await at(2 / 3 - 1 / 20)
    load.current = [1]  # the first key is about to go; its requests have time to end
    await at(2 / 3)
    await rotate(2)
    load.retired = [0]
    await at(1)
    memory.append(resident(pid))
    load.over = True
    await asyncio.gather(*workers)
    return memory, time.monotonic() - began


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    if seconds < 6:
        sys.exit("soak.py: at least 6 seconds, for two rotations")
    with Stage() as stage:
        authorization_server = stage.authorization_server()
        server = Part("http_server", [BUILD / "c/http_server", free_port(), authorization_server.issuer, COOLDOWN])
        stage.callback(server.stop)
        guard = Guard(**server.ready())
        issuer = Issuer(authorization_server, guard.resource)
        issuer.publish(0)
        load = Load(guard, issuer)
        memory, took = asyncio.run(soak(load, server.process.pid, seconds))
        fetches = authorization_server.control("counts")["jwks"]
    report(load, memory, took, fetches)
    if load.wrong or memory[-1] > memory[0] * GROWTH:
        sys.exit(1)


def report(load, memory, took, fetches):
    """The figures."""
    latencies = sorted(load.latencies)
    percentiles = ", ".join(
        f"p{share:g} {latencies[int(len(latencies) * share / 100)] * 1000:.2f} ms" for share in (50, 90, 99, 99.9)
    )
    statuses = ", ".join(f"{count} x {status}" for status, count in sorted(load.statuses.items()))
    print(
        f"{len(latencies)} requests in {took:.0f} s on {CONNECTIONS} connections: {len(latencies) / took:.0f} a second"
    )
    print(f"latency {percentiles}, longest {latencies[-1] * 1000:.2f} ms")
    print(f"answers {statuses}; the JWK Set was fetched {fetches} times")
    print(f"memory {memory[0]} kB after a tenth, {memory[1]} kB at the half, {memory[2]} kB at the end")
    print(f"wrong answers {len(load.wrong)}")
    for expected, subject, seen, body in load.wrong[:5]:
        print(f"  {seen} {body!r} in place of {expected} {subject!r}")


if __name__ == "__main__":
    main()
