"""Todos in memory."""

import secrets
import string
from datetime import datetime, timezone

BASE36 = string.digits + string.ascii_lowercase


class TodoService:
    """All todos, whoever they belong to."""

    def __init__(self) -> None:
        self._todos: dict[str, dict[str, str]] = {}

    def create(self, content: str, owner_id: str) -> dict[str, str]:
        todo_id = "".join(secrets.choice(BASE36) for _ in range(8))
        created_at = datetime.now(timezone.utc).isoformat()
        todo = {"id": todo_id, "content": content, "ownerId": owner_id, "createdAt": created_at}
        self._todos[todo_id] = todo
        return todo

    def list(self, owner_id: str | None = None) -> list[dict[str, str]]:
        """Of one owner, or of all."""
        return [todo for todo in self._todos.values() if owner_id in (None, todo["ownerId"])]

    def get(self, todo_id: str) -> dict[str, str] | None:
        return self._todos.get(todo_id)

    def delete(self, todo_id: str) -> None:
        self._todos.pop(todo_id, None)
