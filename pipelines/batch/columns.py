"""Arrow columns of answers, built from flat arrays instead of cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

import pyarrow as pa

from common.listing import Candidate

CANDIDATES = pa.list_(pa.struct([("value", pa.string()), ("probability", pa.float64())]))
WORDS = pa.map_(pa.string(), pa.string())


def ranked(rows: Sequence[Sequence[Candidate]]) -> pa.Array:
    """Candidates of each row as a column of type ``CANDIDATES``."""
    flat = [candidate for candidates in rows for candidate in candidates]
    values = pa.array([candidate.value for candidate in flat], pa.string())
    probabilities = pa.array([candidate.probability for candidate in flat], pa.float64())
    structs = pa.StructArray.from_arrays(
        [values, probabilities], fields=list(CANDIDATES.value_type)
    )
    return pa.ListArray.from_arrays(_offsets(map(len, rows)), structs, type=CANDIDATES)


def words(rows: Sequence[Sequence[tuple[str, str]]]) -> pa.Array:
    """Pairs of key and value of each row as a column of type ``WORDS``."""
    flat = [pair for pairs in rows for pair in pairs]
    return _map(map(len, rows), [key for key, _ in flat], [value for _, value in flat])


def repeated(pairs: Mapping[str, str], rows: int) -> pa.Array:
    """The same map in every row."""
    return _map([len(pairs)] * rows, [*pairs] * rows, [*pairs.values()] * rows)


def _map(lengths: Iterable[int], keys: list[str], values: list[str]) -> pa.Array:
    return pa.MapArray.from_arrays(
        _offsets(lengths), pa.array(keys, pa.string()), pa.array(values, pa.string())
    )


def _offsets(lengths: Iterable[int]) -> pa.Array:
    return pa.array([0, *accumulate(lengths)], pa.int32())
