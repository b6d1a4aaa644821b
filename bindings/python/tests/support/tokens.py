"""Access tokens, signed by an independent library."""

import json
import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

RESOURCE = "https://api.example.com/notes"
ISSUER = "https://as.example.com"


class SigningKey:
    """An ES256 key."""

    def __init__(self, kid: str) -> None:
        self._kid = kid
        self._private = ec.generate_private_key(ec.SECP256R1())

    @property
    def jwks(self) -> dict[str, Any]:
        jwk = json.loads(ECAlgorithm.to_jwk(self._private.public_key()))
        return {"keys": [{**jwk, "kid": self._kid, "alg": "ES256", "use": "sig"}]}

    def token(self, **claims: Any) -> str:
        """A good RFC 9068 access token; None leaves a claim out."""
        now = int(time.time())
        payload = {
            "iss": ISSUER,
            "aud": RESOURCE,
            "sub": "alice",
            "client_id": "app",
            "scope": "read:notes",
            "iat": now,
            "exp": now + 600,
            **claims,
        }
        given = {name: value for name, value in payload.items() if value is not None}
        return jwt.encode(given, self._private, algorithm="ES256", headers={"kid": self._kid, "typ": "at+jwt"})

    def bearer(self, **claims: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(**claims)}"}
