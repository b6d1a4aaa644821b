"""Models of a caller that are filled in when somebody looks at them, and not before: most requests never ask."""

import json
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from typing_extensions import Self

from mcpauth._mcpauth import Allow

__all__ = ["LazyModel"]


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
            try:
                allow = _read_allow(self)
            except AttributeError:  # made of values, as any other model
                return super().__getattr__(name)
            members = _members(self)
            if name == "claims":
                return _parsed(allow, members)
            self._fill(allow, members)
            if name in members:
                return members[name]
            if name in _OF_PYDANTIC:
                self._be_whole()
                return object.__getattribute__(self, name)
            return super().__getattr__(name)

        @property
        def __dict__(self) -> dict[str, Any]:
            """Where pydantic looks for the whole model: to serialize, copy, compare and print it."""
            members = _members(self)
            try:
                allow = _read_allow(self)
            except AttributeError:
                return members
            self._fill(allow, members)
            _parsed(allow, members)
            return members

        @__dict__.setter
        def __dict__(self, members: dict[str, Any]) -> None:
            _set_members(self, members)

    def _be_whole(self) -> None:
        """What pydantic keeps beside the members, as if the model had been made of all of them."""
        object.__setattr__(self, "__pydantic_extra__", None)
        object.__setattr__(self, "__pydantic_private__", None)
        object.__setattr__(self, "__pydantic_fields_set__", set(type(self).model_fields))


_OF_PYDANTIC = {"__pydantic_extra__", "__pydantic_private__", "__pydantic_fields_set__"}

_new = object.__new__
# Past every attribute that a class has put over it.
_members: Any = vars(BaseModel)["__dict__"].__get__
_set_members: Any = vars(BaseModel)["__dict__"].__set__
_set_allow: Any = vars(LazyModel)["_allow"].__set__
_read_allow: Any = vars(LazyModel)["_allow"].__get__


def _parsed(allow: Allow, members: dict[str, Any]) -> Any:
    if "claims" not in members:  # two threads that look at the same time get the same dict
        members.setdefault("claims", allow.read_claims(json.loads))
    return members["claims"]
