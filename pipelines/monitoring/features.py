"""Features of listings and suggestions that are compared from day to day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from common.events import RANKED_FIELDS
from common.listing import AMOUNT_FIELDS

if TYPE_CHECKING:
    import pandas as pd


def tabulate_features(fields: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each request with its ``unit`` and a column for each feature.

    ``fields`` is ``OutcomeTables.fields``. Of a field with candidates, the features are
    ``FIELD suggested``, the first candidate, ``FIELD probability``, that of this candidate, and
    ``FIELD chosen``, what the seller chose. Of an amount they are the logarithms of
    ``FIELD suggested``, of ``FIELD chosen`` and of ``FIELD ratio``, which is chosen over suggested.
    A feature without any value has no column.
    """
    import pandas as pd

    rows = fields.drop_duplicates(["request", "field"])
    units = rows.drop_duplicates("request").set_index("request")[["unit"]]
    columns = [units]
    for name, of_field in rows.set_index("request").groupby("field"):
        features = _features_of(str(name), of_field)
        columns.append(features.dropna(axis=1, how="all").add_prefix(f"{name} "))
    return pd.concat(columns, axis=1).reset_index(drop=True)


def _features_of(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    if name in RANKED_FIELDS:
        columns = {
            "first": "suggested",
            "probability": "probability",
            "value": "chosen",
        }
        return rows[[*columns]].rename(columns=columns)
    if name in AMOUNT_FIELDS:
        # An amount of 0, such as free shipping, has no logarithm.
        amounts = rows[["amount", "number"]].where(lambda column: column > 0)
        renamed = amounts.rename(columns={"amount": "suggested", "number": "chosen"})
        logs = renamed.astype(float).apply(np.log)
        return logs.assign(ratio=logs["chosen"] - logs["suggested"])
    return rows[["number"]].rename(columns={"number": "chosen"})
