"""The model of a caller: what it shows, and when it reads its claims."""

import copy
import json
import pickle
from types import SimpleNamespace
from typing import Any, Literal

import pytest
from mcpauth import AuthInfo, _lazy_claims
from pydantic import BaseModel
from support.tokens import ISSUER

FIELDS = {
    "token": "s3cret",
    "issuer": ISSUER,
    "subject": "alice",
    "client_id": "app",
    "scopes": ["a"],
    "audience": ["x"],
    "expires_at": 7,
}
CLAIMS = {"n": 1, "nested": {"list": [1, None]}}


def verified() -> AuthInfo:
    return AuthInfo.with_claims(b'{"n":1,"nested":{"list":[1,null]}}', **FIELDS)


def test_printing_it_never_prints_the_token() -> None:
    for info in (verified(), AuthInfo(token="s3cret", issuer=ISSUER, subject="alice", claims={})):
        assert "s3cret" not in f"{info!r} {info} {[info]}"
        assert info.token == "s3cret"


def test_claims_are_not_parsed_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[bytes] = []

    def loads(text: bytes) -> Any:
        parsed.append(text)
        return json.loads(text)

    monkeypatch.setattr(_lazy_claims, "json", SimpleNamespace(loads=loads))
    info = verified()
    assert (info.subject, info.scopes, info.expires_at, parsed) == ("alice", ["a"], 7, [])
    assert info.claims == CLAIMS
    assert info.claims is info.claims
    assert len(parsed) == 1


def test_it_is_a_whole_model_before_its_claims_are_read() -> None:
    class Envelope(BaseModel):
        caller: AuthInfo

    whole = {**FIELDS, "claims": CLAIMS}
    assert verified().model_dump() == whole
    assert AuthInfo.model_validate_json(verified().model_dump_json()) == verified()
    assert Envelope(caller=verified()).model_dump() == {"caller": whole}
    assert dict(verified()) == whole
    assert "claims={'n': 1" in repr(verified())


def test_it_can_be_copied_and_compared_before_its_claims_are_read() -> None:
    for twin in (
        copy.copy(verified()),
        copy.deepcopy(verified()),
        verified().model_copy(),
        pickle.loads(pickle.dumps(verified())),
    ):
        assert twin == verified()
        assert twin.claims == CLAIMS
    assert verified() != AuthInfo(token="t", issuer=ISSUER, subject="alice", claims={})
    assert verified() != "alice"


def test_its_schema_has_every_field() -> None:
    modes: tuple[Literal["validation"], Literal["serialization"]] = ("validation", "serialization")
    for mode in modes:
        assert set(AuthInfo.model_json_schema(mode=mode)["properties"]) == {*FIELDS, "claims"}


def test_an_attribute_that_is_not_there_is_not_there() -> None:
    with pytest.raises(AttributeError):
        verified().nothing  # type: ignore[attr-defined]  # noqa: B018
