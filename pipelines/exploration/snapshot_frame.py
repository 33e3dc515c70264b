"""The rows of a snapshot as tables: labels, where they are missing, and prices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from common.listing import CATEGORY_SEPARATOR, NO_BRAND
from common.snapshot import COLUMNS, SPLITS, Snapshot

if TYPE_CHECKING:
    import pandas as pd

LABELS = ("category", "brand", "price", "condition", "shipping_payer", "shipping_fee")
"""Fields whose values models learn from."""

TOP, NO_CATEGORY = "top category", "(no category)"

PRICE_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles of prices."""


def read_frame(snapshot: Snapshot) -> pd.DataFrame:
    """Return all rows of a snapshot without descriptions, with ``split`` and ``top category``.

    ``photos`` is the number of photos.
    """
    import pandas as pd

    names = [name for name in COLUMNS.names if name != "description"]
    parts = []
    for split in SPLITS:
        for columns in snapshot.columns(split, names):
            part = pd.DataFrame(dict(zip(names, columns, strict=True)), columns=names)
            parts.append(part.assign(split=split))

    frame = pd.concat(parts, ignore_index=True)
    frame["photos"] = [len(photos or ()) for photos in frame["photos"]]
    tops = [_top(path) for path in frame["category"]]
    return frame.assign(**{TOP: tops})


def label_coverage(frame: pd.DataFrame, by: str = TOP, limit: int = 15) -> pd.DataFrame:
    """Return the share of rows that have each label, in each of the commonest groups.

    ``by`` is a column, such as ``split``. The column ``rows`` counts the rows of a group; labels
    that no row has are left out.
    """
    import pandas as pd

    given = pd.DataFrame({name: frame[name].notna() for name in LABELS if name != by})
    given["photos"] = frame["photos"] > 0
    given = given.loc[:, given.any()]
    groups = given.groupby(frame[by])
    shares = groups.mean()
    shares.insert(0, "rows", groups.size())
    return shares.sort_values("rows", ascending=False, kind="stable").head(limit)


def price_quantiles(
    frame: pd.DataFrame, by: str = TOP, limit: int = 15
) -> pd.DataFrame:
    """Return quantiles of the prices in the commonest currency, in the commonest groups.

    The columns are ``rows`` and ``PRICE_LEVELS``; the name of the columns is the currency. Empty
    where no row has a price.
    """
    import pandas as pd

    priced = frame[frame["price"].notna()]
    if priced.empty:
        return pd.DataFrame(columns=["rows", *PRICE_LEVELS])
    currency = priced["currency"].mode()[0]
    groups = priced[priced["currency"] == currency].groupby(by)["price"]
    table = groups.quantile(list(PRICE_LEVELS)).unstack()
    table.insert(0, "rows", groups.size())
    table = table.sort_values("rows", ascending=False, kind="stable").head(limit)
    return table.rename_axis(columns=currency)


def values_needed(frame: pd.DataFrame, name: str) -> list[float]:
    """Return the share of the labelled rows that the commonest 1, 2, 3, ... values cover.

    Rows of sellers who say that there is no brand are left out.
    """
    values = frame[name].dropna()
    counts = values[values != NO_BRAND].value_counts()
    shares: Any = counts.cumsum() / max(counts.sum(), 1)
    return [float(share) for share in shares]


def _top(path: object) -> str:
    # pandas has its own sign for a missing text.
    return path.split(CATEGORY_SEPARATOR)[0] if isinstance(path, str) else NO_CATEGORY
