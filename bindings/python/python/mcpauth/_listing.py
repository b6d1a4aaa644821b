"""Lists of tools and prompts, without what a caller may not use."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel

__all__ = ["visible"]

_MEMBERS = ("tools", "prompts", "resources")


def visible(listing: Any, choose: Callable[[list[str]], set[str]]) -> Any:
    """The list, or the result that holds it, with what is chosen by name."""
    if isinstance(listing, Mapping):
        kept = {member: _kept(listing[member], choose) for member in _MEMBERS if member in listing}
        # What one caller may see, a shared cache must not show to another (MCP 2026-07-28).
        return {**listing, **kept, "cacheScope": "private"}
    if isinstance(listing, BaseModel):
        fields = type(listing).model_fields
        kept = {member: _kept(getattr(listing, member), choose) for member in _MEMBERS if member in fields}
        scope = {"cache_scope": "private"} if "cache_scope" in fields else {}
        return listing.model_copy(update={**kept, **scope})
    return _kept(listing, choose)


def _kept(items: Any, choose: Callable[[list[str]], set[str]]) -> list[Any]:
    named = [(_name(item), item) for item in items]
    chosen = choose([name for name, _ in named])
    return [item for name, item in named if name in chosen]


def _name(item: Any) -> str:
    if isinstance(item, str):
        return item
    # A resource is called by its URI.
    keys = ("uri", "name")
    found = (item.get(key) if isinstance(item, Mapping) else getattr(item, key, None) for key in keys)
    return str(next((value for value in found if value is not None), ""))
