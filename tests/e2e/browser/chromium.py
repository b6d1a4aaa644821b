"""Opens a page in headless Chromium, and serves it from an origin that is none of the servers'."""

import contextlib
import http.server
import json
import queue
import shutil
import tempfile
import threading
from urllib.parse import urlencode, urlsplit

from stage import HERE, Failed, Part

CHROMIUM = shutil.which("chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
SECONDS = 60


@contextlib.contextmanager
def page(name):
    """Serves the page; its origin, and a function that opens it with a query and returns what it reports."""
    reports = queue.Queue()

    class Handler(http.server.SimpleHTTPRequestHandler):
        extensions_map = {".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript"}

        def translate_path(self, path):
            path = urlsplit(path).path
            return str(HERE / "browser" / name if path == "/" else HERE / path.lstrip("/"))

        def do_POST(self):
            reports.put(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        origin = f"http://localhost:{server.server_port}"
        yield origin, lambda **query: _visit(f"{origin}/?{urlencode(query)}", reports)
        server.shutdown()


def _visit(url, reports):
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Part("chromium", [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", url])
        try:
            return reports.get(timeout=SECONDS)
        except queue.Empty:
            raise Failed(f"the page at {url} reported nothing for {SECONDS} s") from None
        finally:
            browser.stop()
