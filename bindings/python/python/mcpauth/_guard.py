"""One guarded place: the engine's gate, and what of the application takes part in its decisions."""

from collections.abc import Mapping
from functools import partial
from logging import DEBUG
from time import monotonic, time
from typing import Any

from mcpauth._asgi import BufferedBody
from mcpauth._caller import Caller, CurrentCaller
from mcpauth._engine import Answer, Ask, Engine
from mcpauth._hooks import Hooks
from mcpauth._log import DecisionLog
from mcpauth._logger import logger
from mcpauth._mcpauth import Allow, Gate, RequestFacts, Respond
from mcpauth._operations import DeclaredOperations
from mcpauth._options import native_options
from mcpauth._requirements import Requirements
from mcpauth._verifier import Verifier, VerifyAccessTokenFunction

__all__ = ["Guard"]

_is_heard = logger.isEnabledFor


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
        self._is_asked = self._hooks.take_part
        if self._is_asked:
            given["read_operation"] = True
        self._options = given
        self.gate = self._build()
        self._log = DecisionLog(self.gate.policy())
        requirements.tell(self)

    def rebuild(self) -> None:
        """Scopes have been declared beside a tool since."""
        self.gate = self._build()

    def decided(self, answer: Answer, request: RequestFacts, started: float) -> Caller | Respond | None:
        """What an answer decides by itself; None when somebody has to be waited for first: see `settle`.

        Most answers do, and their requests are decided without a coroutine.
        """
        if isinstance(answer, Allow):
            if self._is_asked:
                return None
            if _is_heard(DEBUG) or answer.report is not None:
                self._log.allowed(answer, started)
            return self._caller(answer, request, started)
        if isinstance(answer, Respond):
            self._log.refused(answer, started)
            return answer
        return None

    async def settle(
        self, answer: Answer, ask: Ask, request: RequestFacts, body: BufferedBody | None, started: float
    ) -> Caller | Respond:
        """Gets what the answer asks for, and asks again, until it is decided."""
        final = await self.engine.settle(answer, ask, body, self._verifier)
        if final is None:
            final = self.gate.failure(request.method, request.target, request.headers)
        decided = self.decided(final, request, started)
        if decided is not None or not isinstance(final, Allow):
            return decided  # type: ignore[return-value]
        caller = self._caller(final, request, started)
        refusal = await self._hooks.refusal(caller)
        if refusal is not None:
            self._log.refused(refusal, started, reported=self._report_only)
            if not self._report_only:
                return refusal
        self._log.allowed(final, started)
        return caller

    async def settle_served(
        self, answer: Answer, request: RequestFacts, body: BufferedBody, started: float
    ) -> Caller | Respond:
        """`settle`, where the engine looks for metadata documents too."""

        def ask(content: bytes | None, verdict: str | None) -> Answer:
            return self.gate.serve(request, content, verdict, time())

        return await self.settle(answer, ask, request, body, started)

    async def decide(self, request: RequestFacts, body: BufferedBody | None) -> Caller | Respond:
        """Who calls, or the answer to a request that may not pass."""
        started = monotonic()

        def ask(content: bytes | None, verdict: str | None) -> Answer:
            return self.gate.check(request.method, request.target, request.headers, content, verdict, time())

        answer = ask(None, None)
        decided = self.decided(answer, request, started)
        return await self.settle(answer, ask, request, body, started) if decided is None else decided

    async def decide_token(self, token: str) -> Allow | Respond:
        """The same for a token alone, outside any request: no operation and no session is judged."""
        started = monotonic()
        answer = self.gate.check_token(token, None, time())
        return self.allowed(answer, started) or await self.settle_token(answer, token, started)

    def allowed(self, answer: Answer, started: float) -> Allow | None:
        """The answer about a token, if it may pass and nobody else takes part in that: see `settle_token`."""
        if not isinstance(answer, Allow) or self._is_asked:
            return None
        if _is_heard(DEBUG) or answer.report is not None:
            self._log.allowed(answer, started)
        return answer

    async def settle_token(self, answer: Answer, token: str, started: float) -> Allow | Respond:
        """`settle`, for a token alone."""

        def ask(_: bytes | None, verdict: str | None) -> Answer:
            return self.gate.check_token(token, verdict, time())

        decided = await self.settle(answer, ask, _NO_REQUEST, None, started)
        return decided.allow if isinstance(decided, Caller) else decided

    def _caller(self, allow: Allow, request: RequestFacts, started: float) -> Caller:
        report = partial(self._log.refused, started=started, reported=True) if self._report_only else None
        return Caller(allow, self.gate, request, report)

    def _build(self) -> Gate:
        operations = self._operations.native(self._requirements.of(self.resource))
        return self.engine.gate(self._options if operations is None else {**self._options, "operations": operations})


_NO_REQUEST = RequestFacts("POST", "/", [])
