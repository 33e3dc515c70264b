"""What sellers did, as two tables: a row for each listing, and a row for each of its fields.

Which events count, where there are several of a kind:

- of an event that came twice, the first;
- of a listing that was put up more than once, the first ``listed``: a repetition adds neither a row
  nor outcomes. A listing is known by the seller and the shop's id of it;
- of several outcomes of a request for a field, the last: it is the value that stands;
- the ``shown`` that an outcome's request names, its first where there are several: what the seller
  saw last. What was shown before, while the seller typed, does not count. An outcome whose
  ``shown`` was lost counts by its own row, and what was shown is missing from it;
- the first ``sold`` of a listing, whenever it comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.outcomes.shown import Exposures

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_LISTED = ["request", "listing", "seller", "time", "seconds", "price", "currency"]
_OUTCOME = ["request", "seller", "time", "field", "action", "value", "number"]
_SOLD = ["listing", "seller", "time", "days", "price"]
_SHOWN = [
    "request",
    "time",
    "policy",
    "experiments",
    "release",
    "versions",
    "candidates",
    "amounts",
]

COLUMNS = tuple(dict.fromkeys(["id", "event", *_LISTED, *_OUTCOME, *_SOLD, *_SHOWN]))
"""Columns of ``event_table.SCHEMA`` that the tables are made of."""

OPTIONAL = ("candidates", "experiments", "policy", "release", "value", "versions")
"""Columns that events may lack: they take most of the memory, and metrics do not need them."""


@dataclass(frozen=True, slots=True)
class OutcomeTables:
    """What sellers did. A cell is missing (NaN, ``None`` or NaT) where it is not known.

    Both tables have ``request``, ``listing``, ``seller``, ``time`` with its zone, ``unit``, and of
    what was shown ``policy``, ``release`` and ``experiments``: a dict of variants by experiment,
    empty where none is known. ``unit`` is what is independent of others: the seller,
    or the request of an unknown one (empty ``seller``).

    Attributes:
        listings: a row for each listing that was put up: also ``seconds`` from the first entry,
            the ``price`` that is asked, its ``currency``, whether it was ``sold``, ``days`` to the
            sale, and ``sold_price``.
        fields: a row for each outcome of a request and ``field``, in the order of time:
            the ``action``, the chosen ``value`` or ``number``; the ``first`` candidate that was
            shown, its ``probability`` and ``propensity``, the ``rank`` of the chosen value among
            the candidates; the ``amount`` that was shown with ``low`` and ``high``; the ``version``
            of the model that suggested it. ``listing`` is missing where nothing was put up.
    """

    listings: pd.DataFrame
    fields: pd.DataFrame


def make_tables(events: pa.Table) -> OutcomeTables:
    """Return the tables of events with ``COLUMNS``, in any order and with any of them lost.

    Where events lack one of ``OPTIONAL``, the tables lack what is made of it. There are no ranks
    without ``candidates``.
    """
    import pandas as pd

    all_listed = _frame(events, "listed", _LISTED)
    fields = _frame(events, "outcome", _OUTCOME)
    sold = _frame(events, "sold", _SOLD)
    named = pd.concat([all_listed["request"], fields["request"]])
    exposures = Exposures.of(_of_kind(events, "shown", _SHOWN), named)

    listed = all_listed.drop_duplicates(["seller", "listing"])
    listed = listed.drop_duplicates("request")

    listings = _add_sales(listed, sold)
    fields = _drop_repetitions(fields, all_listed, listed)
    by_request = listed.set_index("request")["listing"]
    fields = fields.assign(listing=by_request.reindex(fields["request"]).array)
    if "candidates" in events.column_names:
        fields = fields.assign(**exposures.candidates_of(fields))
    fields = fields.assign(**exposures.amounts_of(fields))
    if "versions" in events.column_names:
        fields = fields.assign(version=exposures.versions_of(fields))
    return OutcomeTables(
        listings=_add_unit(listings.assign(**exposures.describe(listings))),
        fields=_add_unit(fields.assign(**exposures.describe(fields))),
    )


def _of_kind(events: pa.Table, kind: str, columns: Sequence[str]) -> pa.Table:
    import pyarrow.compute as pc

    known = [name for name in columns if name in events.column_names]
    return events.select(known).filter(pc.equal(events["event"], kind))


def _frame(events: pa.Table, kind: str, columns: Sequence[str]) -> pd.DataFrame:
    """Return the events of a kind in the order of time, each once."""
    import pandas as pd

    found = _of_kind(events, kind, ["id", *columns])
    # Rows are chosen before all columns are copied: each copy takes memory.
    order = found.select(["time"]).to_pandas().sort_values("time", kind="stable").index
    ids = found["id"].take(order.to_numpy()).combine_chunks().dictionary_encode()
    rows = order[~pd.Index(ids.indices).duplicated()].to_numpy()
    return found.drop_columns("id").take(rows).to_pandas()


def _add_sales(listed: pd.DataFrame, sold: pd.DataFrame) -> pd.DataFrame:
    """Return listings with their first sale."""
    first = sold.drop_duplicates(["seller", "listing"])
    sales = first[["seller", "listing", "days"]].assign(sold_price=first["price"])
    merged = listed.merge(sales.assign(sold=True), "left", ["seller", "listing"])
    return merged.assign(sold=merged["sold"].notna())


def _drop_repetitions(
    outcomes: pd.DataFrame, all_listed: pd.DataFrame, listed: pd.DataFrame
) -> pd.DataFrame:
    """Return the last outcome of each request and field, without those of repeated listings."""
    repeated = set(all_listed["request"]) - set(listed["request"])
    is_last = ~outcomes.duplicated(["request", "field"], keep="last")
    return outcomes[is_last & ~outcomes["request"].isin(list(repeated))]


def _add_unit(table: pd.DataFrame) -> pd.DataFrame:
    unit = table["seller"].where(table["seller"] != "", "request " + table["request"])
    return table.assign(unit=unit).reset_index(drop=True)
