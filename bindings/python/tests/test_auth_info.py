"""The model of a caller: what it shows, and when it reads its claims."""

import copy
import json
import pickle
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Literal

import pytest
from mcpauth import AuthInfo, _lazy_model
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


class Allow:
    """Stands for the engine's answer, which makes everything anew for whoever asks."""

    def read_claims(self, loads: Callable[[str], Any]) -> Any:
        return loads('{"n":1,"nested":{"list":[1,null]}}')

    def fill(self, members: dict[str, Any]) -> None:
        for name, value in copy.deepcopy(FIELDS).items():
            members.setdefault(name, value)


ALLOW: Any = Allow()


def verified() -> AuthInfo:
    return AuthInfo.of(ALLOW)


def test_printing_it_never_prints_the_token() -> None:
    for info in (verified(), AuthInfo(token="s3cret", issuer=ISSUER, subject="alice", claims={})):
        assert "s3cret" not in f"{info!r} {info} {[info]}"
        assert info.token == "s3cret"


def test_claims_are_not_parsed_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def loads(text: str) -> Any:
        parsed.append(text)
        return json.loads(text)

    monkeypatch.setattr(_lazy_model, "json", SimpleNamespace(loads=loads))
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


LOOKS: dict[str, Callable[[AuthInfo], Any]] = {
    "dict": lambda info: info.__dict__,
    "vars": vars,
    "model_dump": lambda info: info.model_dump(),
    "fields": lambda info: {name: getattr(info, name) for name in info.model_fields_set},
    "iteration": dict,
    "copy": lambda info: vars(copy.copy(info)),
    "update": lambda info: vars(info.model_copy(update={"token": "s3cret"})),
    "revalidation": lambda info: Revalidated(caller=info).model_dump()["caller"],
    "dump without what was not given": lambda info: info.model_dump(exclude_unset=True),
}


class Revalidated(BaseModel, revalidate_instances="always"):
    caller: AuthInfo


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_whoever_looks_first_sees_everything(look: Callable[[AuthInfo], Any]) -> None:
    assert look(verified()) == {**FIELDS, "claims": CLAIMS}


def test_what_is_set_before_anybody_has_looked_stays_set() -> None:
    info: Any = verified()
    info.subject = "bob"
    assert (info.subject, info.issuer, info.claims) == ("bob", ISSUER, CLAIMS)


def test_two_models_of_one_answer_share_nothing_that_can_change() -> None:
    mine, other = verified(), verified()
    for change in (
        lambda: mine.scopes.append("admin"),
        lambda: mine.audience.append("y") if isinstance(mine.audience, list) else None,
        lambda: mine.claims.update(sub="mallory"),
        lambda: mine.claims["nested"]["list"].append(2),
        lambda: setattr(mine, "subject", "mallory"),
        lambda: vars(mine).update(token="other"),
        lambda: mine.model_fields_set.clear(),
    ):
        change()
    assert other.model_dump(exclude_unset=True) == {**FIELDS, "claims": CLAIMS}
    assert verified() == other


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
    somebody: Any = "alice"
    assert verified() != somebody


def test_its_schema_has_every_field() -> None:
    modes: tuple[Literal["validation"], Literal["serialization"]] = ("validation", "serialization")
    for mode in modes:
        assert set(AuthInfo.model_json_schema(mode=mode)["properties"]) == {*FIELDS, "claims"}


def test_an_attribute_that_is_not_there_is_not_there() -> None:
    with pytest.raises(AttributeError):
        verified().nothing  # type: ignore[attr-defined]  # noqa: B018
