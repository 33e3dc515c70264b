"""Bearer tokens: who may ask, and how often."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc

from common.errors import InputError
from serving import metrics, request_ids, retry_info
from serving.interceptors import METHOD_PREFIX, method_name
from serving.request_log import log_refusal
from serving.token_bucket import TokenBucket

MIN_LENGTH = 16
"""Characters of a token; a shorter one could be guessed."""

BURST_SECONDS = 1.0
"""How long a client that was silent may ask without a pause."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a client shows.

    Attributes:
        client: name of the client.
        secret: the token.
        per_second: requests that the client may send in a second; 0 for any number.
    """

    client: str
    secret: str = field(repr=False)
    per_second: float = 0.0


def read_tokens(path: Path) -> list[Token]:
    """Read tokens from a file: lines of a name, a token and, if limited, requests per second.

    Empty lines and those that begin with ``#`` are skipped. Raises ``InputError`` for a file that
    cannot be read or used; no message quotes a token.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        raise InputError(f"the file of tokens {path} cannot be read") from None

    tokens = []
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            tokens.append(_parse(line.split(), f"line {number} of {path}"))
    if not tokens:
        raise InputError(f"{path} has no token: nobody could ask")
    return tokens


def _parse(words: list[str], where: str) -> Token:
    if len(words) not in (2, 3) or len(words[1]) < MIN_LENGTH:
        raise InputError(
            f"{where} is not a name, a token of at least {MIN_LENGTH} characters and, if wanted,"
            " a number of requests per second"
        )
    name, secret, *rest = words
    try:
        per_second = float(rest[0]) if rest else 0.0
    except ValueError:
        per_second = -1.0
    if not 0 <= per_second < float("inf"):
        raise InputError(
            f"{where} ends with {rest[0]!r}, which is no number of requests"
        )
    return Token(name, secret, per_second)


class TokenLimits:
    """Knows the tokens of clients, and how often each of them may ask this process."""

    def __init__(self, tokens: list[Token], n_workers: int) -> None:
        """Admit ``tokens``; each of the workers takes its share of a client's limit."""
        self._tokens = tokens
        self._buckets = {
            token.client: _make_bucket(token.per_second / n_workers)
            for token in tokens
            if token.per_second
        }

    def find(self, authorization: str) -> Token | None:
        """Return the token in ``Bearer TOKEN``; the time does not tell how much of it is right."""
        shown = authorization.removeprefix("Bearer ").encode()
        found = None
        for token in self._tokens:
            if hmac.compare_digest(shown, token.secret.encode()):
                found = token
        return found

    def seconds_to_wait(self, token: Token) -> float:
        """Count a request of a client; return how long it must wait for one, or 0."""
        bucket = self._buckets.get(token.client)
        return bucket.take() if bucket else 0.0


def _make_bucket(per_second: float) -> TokenBucket:
    return TokenBucket(per_second, max(per_second * BURST_SECONDS, 1.0))


class TokenInterceptor(grpc.aio.ServerInterceptor):
    """Refuses calls of our methods without a known token; health and reflection need none."""

    def __init__(self, limits: TokenLimits) -> None:
        """Admit clients by ``limits``."""
        self._limits = limits

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        """Return the handler of a call, or one that refuses it."""
        handler = await continuation(handler_call_details)
        if handler is None or not handler_call_details.method.startswith(METHOD_PREFIX):
            return handler

        metadata: Mapping[str, Any] = dict(
            handler_call_details.invocation_metadata or ()
        )
        token = self._limits.find(str(metadata.get("authorization", "")))
        if token is None:
            code, message = grpc.StatusCode.UNAUTHENTICATED, "a token is needed"
            return _refuse(handler, handler_call_details, "", code, message)
        wait = self._limits.seconds_to_wait(token)
        if wait > 0:
            message = (
                f"{token.client} asks more than {token.per_second:g} times a second"
            )
            code = grpc.StatusCode.RESOURCE_EXHAUSTED
            retry = retry_info.to_metadata(message, wait)
            return _refuse(
                handler, handler_call_details, token.client, code, message, retry
            )
        return handler


def _refuse(
    handler: Any,
    call: grpc.HandlerCallDetails,
    client: str,
    code: grpc.StatusCode,
    message: str,
    retry: Any = (),
) -> Any:
    async def refuse(_request: Any, context: Any) -> None:
        """End the call."""
        name = method_name(call.method)
        request_ids.begin(call.invocation_metadata or ())
        metrics.count_refusal(name, code.name)
        log_refusal(name, client, code.name)
        context.set_trailing_metadata((*request_ids.to_metadata(), *retry))
        await context.abort(code, message)

    async def refuse_stream(_requests: Any, context: Any) -> Any:
        """End the call before it yields anything."""
        await refuse(_requests, context)
        yield

    if handler.stream_stream:
        return grpc.stream_stream_rpc_method_handler(refuse_stream)
    return grpc.unary_unary_rpc_method_handler(refuse)
