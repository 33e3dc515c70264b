"""Shadow variants: computed beside what is shown, compared with it, and never shown.

They are computed by the models of this process once the answer is on its way, and only while
nothing else waits: under load they are the first to be left out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from common.errors import ListrecError
from common.experiments.definition import PAGE
from common.listing import Suggestion
from serving import metrics, photos
from serving.agreement import agreements
from serving.backends import Backends
from serving.bugs import report_bug
from serving.experiments.adjusting import adjust_all
from serving.experiments.treatment import ShadowTreatment, Treatment
from serving.photos import PhotoReader, ReadPhotos

MAX_IN_FLIGHT = 2
TIMEOUT = 2.0

DELAY = 0.05
"""Seconds until an answer is on its way."""


@dataclass(slots=True)
class ShadowVariants:
    """Compares shadow variants with what is shown; all methods are for the event loop.

    Attributes:
        backends: computes them.
        reader: reads photos.
    """

    backends: Backends
    reader: PhotoReader
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
        if not self.backends.is_idle:
            _count(shadow, "", "skipped")
            return

        names = [name for name in shown if shadow.layer in (PAGE, name)]
        shadowed: Mapping[str, Suggestion] = {}
        try:
            shadowed = await self._answer(shadow.treatment, read, names)
        except (ListrecError, TimeoutError):
            pass  # it is counted as missing
        except Exception as error:
            report_bug(error, f"shadow variant of {shadow.experiment}")
        for model, kind in agreements({name: shown[name] for name in names}, shadowed):
            _count(shadow, model, kind)

    async def _answer(
        self, treatment: Treatment, read: ReadPhotos, names: Sequence[str]
    ) -> Mapping[str, Suggestion]:
        """Return what the named models suggest for the only listing of ``read``."""
        deadline = asyncio.get_running_loop().time() + TIMEOUT
        [listing] = read.listings
        # Its encoders of photos may be others than those of what is shown.
        encoders = treatment.loaded.encoders
        results = await self.reader.read(listing.photos, encoders, deadline)
        read = photos.gather([listing], [results])
        by_model, _ = await self.backends.predict(
            treatment.loaded, read, names, deadline
        )
        return adjust_all(by_model, treatment.parameters)


def _count(shadow: ShadowTreatment, model: str, kind: str) -> None:
    labels = (shadow.experiment, shadow.variant, model, kind)
    metrics.SHADOW_VARIANTS.labels(*labels).inc()
