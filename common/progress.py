"""How long work reports its progress."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with ``(what is being done, fraction done from 0 to 1)`` now and then by anything long."""

FractionDone = Callable[[float], None]
"""Called with the fraction done, 0 to 1, by work whose caller says what is being done."""


def ignore_progress(message: str, fraction: float) -> None:
    """Report progress to nobody."""
