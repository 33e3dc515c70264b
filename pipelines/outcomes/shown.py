"""What was shown by request: candidates and amounts, found for many outcomes at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

import models
from common.arrays import Ints
from common.listing import CONFIRMABLE
from common.validation.folding import fold_label

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Exposures:
    """What each request was shown first.

    Attributes:
        shown: a row for each request, which is its index: ``policy``, ``release``, and
            ``experiments`` where events have them.
        candidates: a row for each candidate: ``position`` of the request in ``shown``, and what
            ``common.events.ShownCandidate`` has; empty where events lack them.
        amounts: the same of ``common.events.ShownAmount``.
        versions: a row for each row of ``shown``, and a column for each field that a model
            answers: the version of the model; empty where events lack them.
    """

    shown: pd.DataFrame
    candidates: pd.DataFrame
    amounts: pd.DataFrame
    versions: pd.DataFrame

    @classmethod
    def of(cls, events: pa.Table, requests: pd.Series[Any]) -> Exposures:
        """Return the exposures of some requests, from events ``shown`` in any order.

        While a seller types, most of what is shown is followed by something newer, which is the
        request that an outcome names.
        """
        import pandas as pd

        first = _first_of(events, requests)
        names = {"request", "policy", "experiments", "release"}
        columns = [name for name in first.column_names if name in names]
        shown = first.select(columns).to_pandas(maps_as_pydicts="strict")
        candidates = versions = pd.DataFrame()
        if "candidates" in first.column_names:
            candidates = _flatten(first["candidates"])
        if "versions" in first.column_names:
            versions = _by_field(first["versions"])
        return cls(
            shown=shown.set_index("request"),
            candidates=candidates,
            amounts=_flatten(first["amounts"]),
            versions=versions,
        )

    def describe(self, table: pd.DataFrame) -> dict[str, Any]:
        """Return columns for a table with ``request``: how its requests were answered."""
        shown = self.shown.reset_index(drop=True)
        found = shown.reindex(self._positions(table))
        if "experiments" in found:
            # What was lost, and what earlier versions kept, is of no experiment.
            experiments = found["experiments"].map(_or_empty)
            found = found.assign(experiments=experiments)
        return {name: found[name].array for name in found.columns}

    def candidates_of(self, fields: pd.DataFrame) -> dict[str, Any]:
        """Return columns for a table with ``request``, ``field`` and ``value``.

        These are the first candidate of the field, its probability and its propensity, and the
        rank of the value among the candidates, in whatever spelling it was entered.
        """
        firsts = self.candidates[self.candidates["rank"] == 1]
        found = _take(firsts, self._keys(firsts), self._keys(fields))
        ranks = self._ranks(fields)
        return {
            "first": found["value"].to_numpy(),
            "probability": found["probability"].to_numpy(),
            "propensity": found["propensity"].to_numpy(),
            "rank": ranks,
        }

    def amounts_of(self, fields: pd.DataFrame) -> dict[str, Any]:
        """Return columns for a table with ``request`` and ``field``: the amount that was shown."""
        names = ["amount", "low", "high"]
        keys, wanted = self._keys(self.amounts), self._keys(fields)
        found = _take(self.amounts[names], keys, wanted)
        return {name: found[name].to_numpy() for name in names}

    def versions_of(self, fields: pd.DataFrame) -> Any:
        """Return the version of the model that answered, for ``request`` and ``field`` of a table.

        A variant of an experiment may take one model of another release, so the release does not
        tell it.
        """
        import pandas as pd

        rows = self._positions(fields)
        columns = self.versions.columns.get_indexer(pd.Index(fields["field"]))
        is_known = (rows >= 0) & (columns >= 0)
        found = np.full(len(fields), None, object)
        found[is_known] = self.versions.to_numpy()[rows[is_known], columns[is_known]]
        return found

    def _ranks(self, fields: pd.DataFrame) -> Any:
        """Return the rank of each value among the candidates of its request and field."""
        import pandas as pd

        both = pd.concat([self.candidates["value"], fields["value"]])
        spellings, values = pd.factorize(both)
        labels, distinct = pd.factorize(np.array([*map(fold_label, values)], object))
        # The last one stands for the code of a value that is missing, -1.
        codes = np.append(labels, -1)[spellings]
        n_candidates = len(self.candidates)
        keys = self._keys(self.candidates) * len(distinct) + codes[:n_candidates]

        # A value that is missing has a negative code, and an unknown request a negative key.
        chosen, wanted = codes[n_candidates:], self._keys(fields)
        is_known = (chosen >= 0) & (wanted >= 0)
        wanted = np.where(is_known, wanted * len(distinct) + chosen, -1)
        return _take(self.candidates, keys, wanted)["rank"].to_numpy()

    def _keys(self, table: pd.DataFrame) -> Ints:
        """Return a number for each request and field of a table; -1 for what was not shown."""
        import pandas as pd

        has_position = "position" in table
        position = (
            table["position"].to_numpy() if has_position else self._positions(table)
        )
        field = pd.Index(CONFIRMABLE).get_indexer(pd.Index(table["field"]))
        is_known = (position >= 0) & (field >= 0)
        return np.where(is_known, position * len(CONFIRMABLE) + field, -1)

    def _positions(self, table: pd.DataFrame) -> Ints:
        """Return the position in ``shown`` of the requests of a table, -1 where it is not there."""
        import pyarrow as pa
        import pyarrow.compute as pc

        # By Arrow: pandas makes an object of each string that it looks for.
        requests = pa.array(table["request"], pa.string())
        known = pa.array(self.shown.index, pa.string())
        positions: Ints = pc.index_in(requests, known).fill_null(-1).to_numpy()
        return positions.astype(np.int64)


def _first_of(events: pa.Table, requests: pd.Series[Any]) -> pa.Table:
    """Return the first event of each of some requests, in the order of time."""
    import pyarrow as pa
    import pyarrow.compute as pc

    named = pa.array(requests, events.schema.field("request").type)
    found = events.filter(pc.is_in(events["request"], named))
    order = found.select(["request", "time"]).to_pandas()
    order = order.sort_values("time", kind="stable").drop_duplicates("request")
    return found.take(order.index.to_numpy())


def _or_empty(experiments: Any) -> dict[str, str]:
    return experiments if isinstance(experiments, dict) else {}


def _flatten(lists: pa.ChunkedArray) -> pd.DataFrame:
    """Return the objects of lists as rows, with the ``position`` of their list."""
    import pyarrow as pa
    import pyarrow.compute as pc

    whole = (
        pa.concat_arrays(lists.chunks) if lists.num_chunks else pa.array([], lists.type)
    )
    objects = pa.Table.from_struct_array(pc.list_flatten(whole))
    position = pc.list_parent_indices(whole)
    return objects.append_column("position", position).to_pandas()


def _by_field(versions: pa.ChunkedArray) -> pd.DataFrame:
    """Return versions by model as a column for each field that a model answers."""
    import pandas as pd
    import pyarrow.compute as pc

    columns: dict[str, pd.Series[Any]] = {}
    for model in models.NAMES:
        of_model = pc.map_lookup(versions, model, "first").to_pandas()
        columns |= dict.fromkeys(models.outputs(model), of_model)
    return pd.DataFrame(columns, dtype=object)


def _take(table: pd.DataFrame, keys: Ints, wanted: Ints) -> pd.DataFrame:
    """Return the first row of each key that is wanted; a row without values where there is none."""
    import pandas as pd

    distinct, rows = np.unique(keys, return_index=True)
    places = pd.Index(distinct).get_indexer(pd.Index(wanted))
    is_found = (places >= 0) & (wanted >= 0)
    found = np.full(len(wanted), -1)
    found[is_found] = rows[places[is_found]]
    return table.reset_index(drop=True).reindex(found)
