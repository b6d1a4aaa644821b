"""Scopes per operation, from all places where they may be declared."""

from collections.abc import Callable, Mapping
from typing import Any

from mcpauth._configured import refused
from mcpauth._operation import Operation
from mcpauth._requirements import Requirement
from mcpauth.exceptions import MCPAuthAuthServerException

__all__ = ["DeclaredOperations"]


class DeclaredOperations:
    """What `operations=` declares, the functions in it apart from what the engine can read."""

    def __init__(self, given: Mapping[str, Any] | None) -> None:
        self._functions: dict[Operation, Callable[..., Any]] = {}
        self._plain = None if given is None else {method: self._read(method, needs) for method, needs in given.items()}

    @property
    def has_functions(self) -> bool:
        """Whether the application itself must be asked about some operation."""
        return bool(self._functions)

    def function(self, operation: Operation) -> Callable[..., Any] | None:
        """The function that tells the scopes of an operation, if there is one."""
        return self._functions.get(operation) or self._functions.get(Operation(operation.method, None))

    def native(self, requirements: list[Requirement]) -> dict[str, Any] | None:
        """The declarations for the engine, with those that stand beside the tools."""
        if not requirements:
            return self._plain
        merged = dict(self._plain or {})
        for requirement in requirements:
            names = merged.setdefault(requirement.method, {})
            scopes = names.get(requirement.name, []) if isinstance(names, dict) else None
            if not isinstance(scopes, list) or Operation(requirement.method, requirement.name) in self._functions:
                raise _declared_twice(requirement)
            merged[requirement.method] = {**names, requirement.name: [*scopes, *requirement.scopes]}
        return merged

    def _read(self, method: str, needs: Any) -> Any:
        if isinstance(needs, Mapping):
            return {name: self._plain_needs(Operation(method, name), below) for name, below in needs.items()}
        return self._plain_needs(Operation(method, None), needs)

    def _plain_needs(self, operation: Operation, needs: Any) -> Any:
        if callable(needs):
            self._functions[operation] = needs
            return []  # declared, and nothing that the engine could judge
        return list(needs) if isinstance(needs, list | tuple) else needs


def _declared_twice(requirement: Requirement) -> MCPAuthAuthServerException:
    return refused(
        f"{requirement.method} {requirement.name} has scopes beside the tool, but operations= declares it as something "
        "else than a list of scopes: declare it in one place"
    )
