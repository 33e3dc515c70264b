"""How long work reports its progress."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with ``(what is being done, fraction done from 0 to 1)`` now and then by anything long."""

FractionDone = Callable[[float], None]
"""Called with the fraction done, 0 to 1, by work whose caller says what is being done."""


def ignore_progress(message: str, fraction: float) -> None:
    """Report progress to nobody."""


def step_of(
    progress: Progress, message: str, start: float = 0.0, end: float = 1.0
) -> FractionDone:
    """Return a callback for one step of some work, which takes it from ``start`` to ``end``."""

    def _report(done: float) -> None:
        progress(message, start + (end - start) * done)

    return _report
