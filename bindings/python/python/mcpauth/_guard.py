"""One guarded place: the engine's gate, and what of the application takes part in its decisions."""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from mcpauth import _mcpauth as native
from mcpauth._asgi import BufferedBody, RequestFacts
from mcpauth._caller import Caller, CurrentCaller
from mcpauth._clock import now
from mcpauth._engine import Answer, Engine
from mcpauth._hooks import Hooks
from mcpauth._log import DecisionLog
from mcpauth._operations import DeclaredOperations
from mcpauth._options import native_options
from mcpauth._requirements import Requirements
from mcpauth._verifier import Verifier, VerifyAccessTokenFunction

__all__ = ["Guard"]


class Guard:
    """Decides on requests to one place."""

    def __init__(
        self,
        engine: Engine,
        caller: CurrentCaller,
        requirements: Requirements,
        options: Mapping[str, Any],
        verify: VerifyAccessTokenFunction | None = None,
    ) -> None:
        given = native_options(options)
        self.engine = engine
        self.caller = caller
        self.resource: str | None = given.get("resource")
        self._report_only = bool(given.get("report_only"))
        self._verifier = Verifier(verify) if verify else None
        self._operations = DeclaredOperations(given.pop("operations", None))
        self._hooks = Hooks(self._operations, given.pop("authorize", None))
        self._requirements = requirements
        if self._verifier:
            given["verify"] = "custom"
        if self._hooks.take_part:
            given["read_operation"] = True
        self._options = given
        self.gate = self._build()
        self._log = DecisionLog(self.gate.policy())
        requirements.tell(self)

    def rebuild(self) -> None:
        """Scopes have been declared beside a tool since."""
        self.gate = self._build()

    async def decide(self, request: RequestFacts, body: BufferedBody | None) -> Caller | native.Respond:
        """Who calls, or the answer to a request that may not pass."""

        def ask(content: bytes | None, verdict: str | None) -> Answer:
            return self.gate.check(request.method, request.target, request.headers, content, verdict, now())

        return await self._settle(request, ask, body)

    async def decide_token(self, token: str) -> Caller | native.Respond:
        """The same for a token alone, outside any request: no operation and no session is judged."""

        def ask(_: bytes | None, verdict: str | None) -> Answer:
            return self.gate.check_token(token, verdict, now())

        return await self._settle(_NO_REQUEST, ask, None)

    async def _settle(
        self, request: RequestFacts, ask: Callable[[bytes | None, str | None], Answer], body: BufferedBody | None
    ) -> Caller | native.Respond:
        started = time.monotonic()
        answer = await self.engine.settle(ask, body, self._verifier)
        if answer is None:
            answer = self.gate.failure(request.method, request.target, request.headers)
        if isinstance(answer, native.Respond):
            self._log.refused(answer, started)
            return answer
        report = partial(self._log.refused, started=started, reported=True) if self._report_only else None
        caller = Caller(answer, self.gate, request, report)
        refusal = await self._hooks.refusal(caller) if self._hooks.take_part else None
        if refusal is not None:
            self._log.refused(refusal, started, reported=self._report_only)
            if not self._report_only:
                return refusal
        self._log.allowed(answer, started)
        return caller

    def _build(self) -> native.Gate:
        operations = self._operations.native(self._requirements.of(self.resource))
        return self.engine.gate(self._options if operations is None else {**self._options, "operations": operations})


_NO_REQUEST = RequestFacts("POST", "/", [])
