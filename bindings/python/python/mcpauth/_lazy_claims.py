"""Claims that are parsed when somebody looks at them, and not before: most requests never ask."""

import json
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, PrivateAttr, SerializerFunctionWrapHandler, model_serializer
from typing_extensions import Self

__all__ = ["LazyClaims"]


class LazyClaims(BaseModel):
    """A model with a field `claims` that may come as JSON text; see `with_claims`."""

    _claims_text: bytes | None = PrivateAttr(default=None)

    @classmethod
    def with_claims(cls, text: bytes, **fields: Any) -> Self:
        """The model as it stands, unchecked, with the claims still to be parsed."""
        model = cls.model_construct(**fields)
        vars(model).pop("claims", None)
        model._claims_text = text
        return model

    if not TYPE_CHECKING:  # a checker would take it for "every attribute exists"

        def __getattr__(self, name: str) -> Any:
            """Called for what is not there: the claims, the first time."""
            if name == "claims":
                return self._parsed()
            return super().__getattr__(name)

    def _parsed(self) -> Any:
        members = vars(self)
        if "claims" not in members:  # two threads that look at the same time get the same dict
            members.setdefault("claims", json.loads(self._claims_text or b"{}"))
        return members["claims"]

    @model_serializer(mode="wrap")
    def _whole(self, serialize: SerializerFunctionWrapHandler):  # type: ignore[no-untyped-def]  # noqa: ANN202
        # Without a return type, or the JSON Schema of the model would be lost.
        self._parsed()
        return serialize(self)

    def __iter__(self) -> Any:
        self._parsed()
        return super().__iter__()

    def __repr_args__(self) -> Any:
        self._parsed()
        return super().__repr_args__()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LazyClaims):
            return NotImplemented
        return type(self) is type(other) and self.model_dump() == other.model_dump()

    __hash__ = None  # type: ignore[assignment]
