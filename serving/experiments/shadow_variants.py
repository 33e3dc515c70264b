"""Shadow variants: computed beside what is shown, compared with it, and never shown.

They are computed by the models of this process once the answer is on its way, and only while
nothing else waits: under load they are the first to be left out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from common.errors import ListrecError
from common.experiments.definition import PAGE
from common.listing import Suggestion
from serving import metrics
from serving.agreement import agreements
from serving.bugs import report_bug
from serving.experiments.treatment import ShadowTreatment, Treatment
from serving.photos import ReadPhotos

MAX_IN_FLIGHT = 2
TIMEOUT = 2.0

DELAY = 0.05
"""Seconds until an answer is on its way."""

Answer = Callable[
    [Treatment, ReadPhotos, Sequence[str], float], Awaitable[Mapping[str, Suggestion]]
]
"""Answers the only listing of what was read with the named models of a treatment until a
deadline."""


@dataclass(slots=True)
class ShadowVariants:
    """Compares shadow variants with what is shown; all methods are for the event loop.

    Attributes:
        answer: computes a treatment.
        is_idle: tells whether nothing else is to be computed.
    """

    answer: Answer
    is_idle: Callable[[], bool]
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def compare(
        self,
        shadows: Sequence[ShadowTreatment],
        read: ReadPhotos,
        shown: Mapping[str, Suggestion],
    ) -> None:
        """Compute shadow variants of a listing that was answered, without waiting for them."""
        for shadow in shadows:
            if len(self._tasks) >= MAX_IN_FLIGHT:
                _count(shadow, "", "skipped")
                continue
            task = asyncio.ensure_future(self._compare(shadow, read, shown))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        """Drop what was not compared yet."""
        for task in self._tasks:
            task.cancel()

    async def _compare(
        self,
        shadow: ShadowTreatment,
        read: ReadPhotos,
        shown: Mapping[str, Suggestion],
    ) -> None:
        await asyncio.sleep(DELAY)
        if not self.is_idle():
            _count(shadow, "", "skipped")
            return

        names = [name for name in shown if shadow.layer in (PAGE, name)]
        deadline = asyncio.get_running_loop().time() + TIMEOUT
        try:
            shadowed = await self.answer(shadow.treatment, read, names, deadline)
        except (ListrecError, TimeoutError):
            shadowed = {}
        except Exception as error:
            report_bug(error, f"shadow variant of {shadow.experiment}")
            shadowed = {}
        for model, kind in agreements({name: shown[name] for name in names}, shadowed):
            _count(shadow, model, kind)


def _count(shadow: ShadowTreatment, model: str, kind: str) -> None:
    labels = (shadow.experiment, shadow.variant, model, kind)
    metrics.SHADOW_VARIANTS.labels(*labels).inc()
