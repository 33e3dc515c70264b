"""How servers listen and how long they take: read from the environment once, in ``main()``."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from common.errors import InputError

Value = TypeVar("Value", int, float)


@dataclass(frozen=True, slots=True)
class ServingSettings:
    """Settings of a server process; docs/serving.md describes each variable.

    Times are in seconds. ``deadline`` is for suggestions whose client named none, ``longest`` for
    everything else and the most any client gets. ``predictors`` maps a model to the ``host:port``
    that answers for it. ``workers`` is the number of threads per model, ``encoder_threads`` those
    that one listing's photo or text may take to be encoded, ``max_batch`` the number of listings
    in one request, ``max_message`` its size in bytes.
    """

    host: str = "127.0.0.1"
    port: int = 50051
    deadline: float = 1.0
    longest: float = 60.0
    grace: float = 10.0
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    encoder_threads: int = 1
    max_batch: int = 1024
    max_message: int = 64 * 1024 * 1024
    predictors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> ServingSettings:
        """Read ``LISTREC_HOST`` and its like; a value that makes no sense is an ``InputError``."""
        standard = cls()

        def read(name: str, kind: Callable[[str], Value], default: Value, least: float) -> Value:
            return _number(environ, f"LISTREC_{name}", kind, default, least)

        return cls(
            host=environ.get("LISTREC_HOST") or standard.host,
            port=read("PORT", int, standard.port, 0),
            deadline=read("DEADLINE", float, standard.deadline, 0.001),
            longest=read("LONGEST", float, standard.longest, 0.001),
            grace=read("GRACE", float, standard.grace, 0),
            workers=read("WORKERS", int, standard.workers, 1),
            encoder_threads=read("ENCODER_THREADS", int, standard.encoder_threads, 1),
            max_batch=read("MAX_BATCH", int, standard.max_batch, 1),
            max_message=read("MAX_MESSAGE", int, standard.max_message, 1024),
            predictors=parse_addresses(environ.get("LISTREC_PREDICTORS", "").split(",")),
        )


def parse_addresses(words: list[str] | tuple[str, ...]) -> dict[str, str]:
    """Read ``name=host:port`` words; empty ones are skipped, others are an ``InputError``."""
    found: dict[str, str] = {}
    for word in filter(None, (word.strip() for word in words)):
        name, _, address = word.partition("=")
        host, _, port = address.rpartition(":")
        if not (name and host and port.isdigit()):
            raise InputError(f"the address of a predictor is name=host:port, not {word!r}")
        if name in found:
            raise InputError(f"predictor {name!r} has two addresses, and one is expected")
        found[name] = address
    return found


def _number(
    environ: Mapping[str, str],
    name: str,
    kind: Callable[[str], Value],
    default: Value,
    least: float,
) -> Value:
    text = environ.get(name, "").strip()
    if not text:
        return default
    try:
        value = kind(text)
    except ValueError:
        raise InputError(f"{name} must be a number, not {text!r}") from None
    if not least <= value < float("inf"):
        raise InputError(f"{name} must be at least {least:g}, not {text!r}")
    return value
