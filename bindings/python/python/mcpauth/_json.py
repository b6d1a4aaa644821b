"""Models as the JSON objects that the engine reads."""

import json
from enum import Enum
from typing import Any

from pydantic import BaseModel

__all__ = ["to_json"]


def to_json(value: Any) -> str:
    """The JSON text of models and plain values."""
    return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return {name: _plain(member) for name, member in value if _is_given(value, name, member)}
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    return value.value if isinstance(value, Enum) else value


def _is_given(model: BaseModel, name: str, member: Any) -> bool:
    # A declared member without a value was not given. One that only the application knows stays, null included.
    return member is not None or name in (model.model_extra or {})
