"""What the outputs of a net learn, as arrays over rows."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from common.arrays import Bools, Floats, Ints

MISSING = math.nan
"""Target of a row that has no label."""


@dataclass(frozen=True, slots=True)
class Target:
    """What one output should learn.

    ``kind`` is ``classes`` (``values`` are class numbers), ``bins`` (positions between the centres
    of ``size`` ordered bins, shared linearly by the two nearest) or ``value`` (numbers, Huber
    loss). ``MISSING`` marks rows without the label; ``weight`` is the share of the loss.

    Classes that belong to the same ``groups [size, groups]`` (1 where they do) share a part of
    their weights, so that a rare one starts from what its kin have learned.
    """

    name: str
    kind: str
    size: int
    values: NDArray[np.float64]
    weight: float = 1.0
    groups: Floats | None = None

    @property
    def is_multiclass(self) -> bool:
        """Whether it takes more than one number to say it."""
        return self.kind == "classes" and self.size > 2

    @property
    def has_label(self) -> Bools:
        """Which rows have a label, ``[rows]``; a class beyond those that are known is none."""
        there = ~np.isnan(self.values)
        return there & (self.values < self.size) if self.kind == "classes" else there

    def take(self, rows: Ints) -> Target:
        """Return the labels of some of the rows."""
        return replace(self, values=self.values[rows])
