"""How much suggestions pull sellers: how often labels agree with them, seen and not seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from common.listing import AMOUNT_FIELDS, CONFIRMABLE
from pipelines.evaluation.intervals import Estimate, difference, share

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often a field's value is the one that was suggested first.

    Of amounts, how often it is within the suggested interval. The holdout did not see what was
    suggested, so its share is the accuracy of the models; the rest of the other share is the pull.

    Attributes:
        field: the field.
        shown: share among sellers who saw suggestions as models ranked them.
        holdout: share in the holdout.
        difference: ``shown`` less ``holdout``.
    """

    field: str
    shown: Estimate
    holdout: Estimate
    difference: Estimate


def measure_choice_bias(fields: pd.DataFrame) -> tuple[Agreement, ...]:
    """Return the agreement of each field that the holdout has values of.

    ``fields`` is ``OutcomeTables.fields``; sellers who are not known do not count.
    """
    known = fields[fields["seller"] != ""]
    return tuple(_agreements(known))


def _agreements(known: pd.DataFrame) -> Iterator[Agreement]:
    for name in CONFIRMABLE:
        rows = known[known["field"] == name]
        agrees, is_known = _agrees(name, rows)
        rows = rows.assign(agrees=agrees)[is_known]
        shown = rows[rows["policy"] == "greedy"]
        holdout = rows[rows["policy"] == "holdout"]
        if shown.empty or holdout.empty:
            continue
        sides = (shown["agrees"], shown["unit"], holdout["agrees"], holdout["unit"])
        yield Agreement(name, share(*sides[:2]), share(*sides[2:]), difference(*sides))


def _agrees(name: str, rows: pd.DataFrame) -> tuple[Any, Any]:
    """Return whether values agree with suggestions, and whether both are known."""
    if name in AMOUNT_FIELDS:
        is_inside = rows["number"].between(rows["low"], rows["high"])
        return is_inside, rows["number"].notna() & rows["low"].notna()
    return rows["rank"] == 1, rows["value"].notna() & rows["first"].notna()
