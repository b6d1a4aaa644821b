"""Runs the Python blocks of the documentation: one process for an environment, a namespace for a block.

Reads one JSON job a line on stdin and answers each with one JSON line: {"url": ...}, with the address of what the block
serves (null where it has no `app`), or {"error": "..."}. What blocks print goes to stderr.
"""

import asyncio
import json
import linecache
import os
import socket
import sys
import traceback
import types
from threading import Event, Thread


class Page:
    """One page: its port, the names of its latest block, the application that is being served."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.names = {}
        self.serving = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def run(self, place, code, continues, serve):
        if self.serving and not continues:
            self.stop()
        # A module of its own: decorators and pydantic look up names and sources there.
        module = types.ModuleType("documentation")
        if continues:
            module.__dict__.update(self.names)
        sys.modules["documentation"] = module
        linecache.cache[place] = (len(code), None, code.splitlines(True), place)
        self.names = module.__dict__
        exec(compile(code, place, "exec"), self.names)
        if serve and "app" in self.names:
            self.stop()
            self.serving = Serving(self.names["app"], self.listener.dup())
        return self.url if self.serving else None

    def stop(self):
        if self.serving:
            self.serving.stop()
            self.serving = None


class Serving:
    """A uvicorn in a thread, with an event loop of its own."""

    def __init__(self, app, listener):
        import uvicorn

        ready = Event()

        class Server(uvicorn.Server):
            async def startup(self, sockets=None):
                await super().startup(sockets)
                ready.set()

        self.server = Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
        self.thread = Thread(target=lambda: asyncio.run(self.server.serve(sockets=[listener])), daemon=True)
        self.thread.start()
        while not ready.wait(0.1):
            if not self.thread.is_alive():
                raise RuntimeError("the application did not start")

    def stop(self):
        self.server.should_exit = True
        self.thread.join(10)


def main():
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    pages = {}
    for line in sys.stdin:
        job = json.loads(line)
        page = pages.setdefault(job["page"], Page())
        try:
            match job["do"]:
                case "open":
                    answer = {"url": page.url}
                case "run":
                    answer = {"url": page.run(job["place"], job["code"], job["continues"], job["serve"])}
                case "read":
                    answer = {"value": eval(job["code"], page.names)}
                case "close":
                    page.stop()
                    answer = {}
        except BaseException:
            answer = {"error": traceback.format_exc()}
        print(json.dumps(answer), file=answers)


if __name__ == "__main__":
    main()
