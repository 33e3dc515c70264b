"""Targets of the outputs of a net, as arrays over rows."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from common.arrays import Bools, Floats, Ints

MISSING = math.nan
"""Target of a row without a label."""


@dataclass(frozen=True, slots=True)
class Target:
    """The target of one output.

    Attributes:
        name: Name of the output.
        kind: ``classes`` (cross entropy), ``bins`` (positions between the centres of ordered bins,
            shared linearly by the two nearest) or ``value`` (Huber loss).
        size: Number of classes or bins; 1 for a value.
        values: Class numbers, positions or values, ``[rows]``; ``MISSING`` without a label.
        weight: Weight of the loss.
        groups: 1 where a class belongs to a group, ``[size, groups]``. Classes of a group share a
            part of their weights, so that a rare class starts from what its group has learned.
    """

    name: str
    kind: str
    size: int
    values: NDArray[np.float64]
    weight: float = 1.0
    groups: Floats | None = None

    @property
    def is_multiclass(self) -> bool:
        """Whether there are more than two classes."""
        return self.kind == "classes" and self.size > 2

    @property
    def has_label(self) -> Bools:
        """Which rows have a label, ``[rows]``; a class beyond the known ones counts as none."""
        labelled = ~np.isnan(self.values)
        if self.kind == "classes":
            return labelled & (self.values < self.size)
        return labelled

    def take(self, rows: Ints) -> Target:
        """Return the target of some of the rows."""
        return replace(self, values=self.values[rows])
