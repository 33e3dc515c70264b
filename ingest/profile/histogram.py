"""Histograms as shapes: where bars, ticks and marks are in a drawing of a given size."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

BINS_PER_UNIT = 100
"""Bins of a price per unit of its natural logarithm: a bin is 1 % wide."""

WIDTH, HEIGHT = 360, 120
"""Size of the drawing without the labels of its axis; a phone shows it unscaled."""

MAX_BARS = 36

MIN_HEIGHT = 1.5
"""Height of a bar of a few rows beside others of thousands, so that it is seen."""

CHARACTER_WIDTH = 7
"""Width of a character of a label, by which labels keep their distance."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from the axis upwards; ``label`` says in words what it stands for."""

    x: float
    width: float
    height: float
    label: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A label of the axis."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """A plot of how many rows have which value.

    Attributes:
        title: What is counted.
        caption: The most important figures in words.
        bars: From left to right.
        ticks: Of the axis below.
        mark: Where the median is, or ``None``.
    """

    title: str
    caption: str
    bars: Sequence[Bar]
    ticks: Sequence[Tick]
    mark: float | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """Places values in a drawing, whose width is cut into bars of ``step`` values each."""

    start: int
    step: int
    n_bars: int

    @classmethod
    def over(cls, start: int, last: int) -> Scale:
        """Return the scale of the values from ``start`` to ``last``."""
        n_values = last - start + 1
        step = math.ceil(n_values / MAX_BARS)
        n_bars = math.ceil(n_values / step)
        return cls(start, step, n_bars)

    @property
    def stop(self) -> int:
        """The first value that is right of the drawing."""
        return self.start + self.step * self.n_bars

    def x(self, value: float) -> float:
        """Return the place of a value."""
        share = (value - self.start) / (self.stop - self.start)
        return round(WIDTH * share, 2)

    def bars(
        self, counts: Counter[int], name: Callable[[int, int], str]
    ) -> tuple[Bar, ...]:
        """Return the bars; ``name`` takes the first value of one and that after its last."""
        rows = self._sum(counts)
        highest = max(rows)
        width = round(WIDTH / self.n_bars, 2)

        bars = []
        for number, count in enumerate(rows):
            if count:
                start = self.start + number * self.step
                height = round(HEIGHT * count / highest, 2)
                bar = Bar(
                    self.x(start),
                    width,
                    max(MIN_HEIGHT, height),
                    f"{name(start, start + self.step)}: {count:,} rows",
                )
                bars.append(bar)
        return tuple(bars)

    def _sum(self, counts: Counter[int]) -> list[int]:
        """Return the rows of each bar; values beyond the ends are left out."""
        rows = [0] * self.n_bars
        for value, count in counts.items():
            if self.start <= value < self.stop:
                number = (value - self.start) // self.step
                rows[number] += count
        return rows


def spaced(ticks: Iterable[Tick]) -> tuple[Tick, ...]:
    """Leave out ticks whose labels would touch those before them."""
    return tuple(_spaced(ticks))


def _spaced(ticks: Iterable[Tick]) -> Iterator[Tick]:
    free_from = 0.0
    for tick in ticks:
        half = CHARACTER_WIDTH * (len(tick.label) + 1) / 2
        # The first label starts at its tick, instead of left of the drawing.
        middle = tick.x if free_from else max(tick.x, half)
        if middle - half >= free_from:
            yield tick
            free_from = middle + half
