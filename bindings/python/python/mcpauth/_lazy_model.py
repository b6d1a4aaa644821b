"""Models of a caller that are filled in when somebody looks at them, and not before: most requests never ask."""

import json
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from typing_extensions import Self

from mcpauth._mcpauth import Allow

__all__ = ["LazyModel"]

# What pydantic keeps of a model, past every attribute that a class may put over it.
_dict: Any = vars(BaseModel)["__dict__"]
_fields_set: Any = vars(BaseModel)["__pydantic_fields_set__"]
_set_attribute = object.__setattr__


class LazyModel(BaseModel):
    """A model that may be made of the engine's answer alone; see `of`.

    The answer is shared and nobody can change it. What a look at it makes is this model's own.
    """

    __slots__ = ("_allow",)

    @classmethod
    def of(cls, allow: Allow) -> Self:
        """The model of an answer that has a caller."""
        model = _new(cls)
        _set_allow(model, allow)
        return model

    @staticmethod
    def _fill(allow: Allow, members: dict[str, Any]) -> None:
        """Puts in every member that is not there, but for the claims."""
        raise NotImplementedError

    if not TYPE_CHECKING:  # a checker would take it for "every attribute exists"

        def __getattr__(self, name: str) -> Any:
            """Called for what is not there: everything, the first time."""
            allow = _allow_of(self)
            if allow is None:
                return super().__getattr__(name)
            self._begin(allow)
            if name == "claims":
                return self._parsed(allow)
            try:
                return object.__getattribute__(self, name)
            except AttributeError:
                return super().__getattr__(name)

        @property
        def __dict__(self) -> dict[str, Any]:
            """Where pydantic looks for the whole model: to serialize, copy, compare and print it."""
            allow = _allow_of(self)
            if allow is not None:
                self._begin(allow)
                self._parsed(allow)
            return _dict.__get__(self)

        @__dict__.setter
        def __dict__(self, members: dict[str, Any]) -> None:
            _dict.__set__(self, members)

    def _begin(self, allow: Allow) -> None:
        if not _is_filled(self):
            self._fill(allow, _dict.__get__(self))
            _set_attribute(self, "__pydantic_extra__", None)
            _set_attribute(self, "__pydantic_private__", None)
            _set_attribute(self, "__pydantic_fields_set__", set(type(self).model_fields))

    def _parsed(self, allow: Allow) -> Any:
        members = _dict.__get__(self)
        if "claims" not in members:  # two threads that look at the same time get the same dict
            members.setdefault("claims", json.loads(str(allow.claims or b"{}", "utf-8")))
        return members["claims"]


_new = object.__new__
_allow: Any = vars(LazyModel)["_allow"]
_set_allow = _allow.__set__


def _allow_of(model: LazyModel) -> Allow | None:
    try:
        allow: Allow = _allow.__get__(model)
    except AttributeError:  # made of values, as any other model
        return None
    return allow


def _is_filled(model: LazyModel) -> bool:
    try:
        _fields_set.__get__(model)
    except AttributeError:
        return False
    return True
