"""What the pages speak of and the end-to-end tests do not have: a token endpoint that exchanges tokens (RFC 8693), and an
API of somebody else that takes only tokens issued for it."""

import json
import threading
from base64 import b64decode
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import jwt

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"


@contextmanager
def neighbours(authorization_server):
    """The base URL of both, whose tokens are those of the authorization server."""
    keys = jwt.PyJWKClient(f"{authorization_server.issuer}/jwks")

    def claims(token, audience):
        key = keys.get_signing_key_from_jwt(token)
        options = {"verify_aud": audience is not None}
        return jwt.decode(token, key, algorithms=["RS256"], audience=audience, options=options)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            form = {name: values[0] for name, values in parse_qs(self.body()).items()}
            client = self.headers.get("Authorization", "")
            if client.partition(" ")[0] != "Basic" or b64decode(client[6:]) != b"notes-server:its-secret":
                return self.answer(401, {"error": "invalid_client"})
            if form.get("grant_type") == EXCHANGE:
                if form.get("subject_token_type") != ACCESS_TOKEN:
                    return self.answer(400, {"error": "invalid_request"})
                subject = claims(form["subject_token"], None)["sub"]
            elif form.get("grant_type") == "client_credentials":
                subject = "notes-server"
            else:
                return self.answer(400, {"error": "unsupported_grant_type"})
            token = authorization_server.token(
                sub=subject, aud=form["resource"], scope=form["scope"], client_id="notes-server"
            )
            return self.answer(
                200,
                {"access_token": token, "token_type": "Bearer", "expires_in": 3600, "issued_token_type": ACCESS_TOKEN},
            )

        def do_GET(self):
            try:
                caller = claims(self.headers["Authorization"].removeprefix("Bearer "), url)
            except jwt.InvalidTokenError as error:
                return self.answer(401, {"error": str(error)})
            return self.answer(200, {"owner": caller["sub"], "scope": caller["scope"]})

        def body(self):
            return self.rfile.read(int(self.headers["Content-Length"])).decode()

        def answer(self, status, value):
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield url
    finally:
        server.shutdown()
        server.server_close()
