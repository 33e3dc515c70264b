"""The columns of a table of answers, built from flat arrays instead of cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

import pyarrow as pa

import models
from common.listing import AMOUNT_FIELDS, Suggestion

CANDIDATES = pa.list_(
    pa.struct([("value", pa.string()), ("probability", pa.float64())])
)
STRING_MAP = pa.map_(pa.string(), pa.string())
STRINGS = pa.list_(pa.string())

RANGE_COLUMNS = (
    ("median", pa.float64()),
    ("low", pa.float64()),
    ("high", pa.float64()),
    ("currency", pa.string()),
)
"""Columns of a field that is an amount: ``<field>_median`` and so on."""


def schema() -> pa.Schema:
    """Return the columns of the answers; a model added to ``models.NAMES`` brings its fields."""
    columns: list[tuple[str, pa.DataType]] = [("listing_id", pa.string())]

    for _, field in _ranked_fields():
        columns.append((field, CANDIDATES))

    for _, field in _amount_fields():
        for part, kind in RANGE_COLUMNS:
            columns.append((f"{field}_{part}", kind))

    columns += [
        ("price_basis", pa.string()),
        ("abstained", STRING_MAP),
        ("versions", STRING_MAP),
        ("unknown", STRINGS),
        ("problems", STRINGS),
    ]
    return pa.schema(columns)


def of_model(model: str) -> list[str]:
    """Return the names of the columns that a model fills, and of those that all models share."""
    fields = models.outputs(model)
    amounts = [f"{field}_{part}" for field in fields for part, _ in RANGE_COLUMNS]
    own = {*fields, *amounts}
    own |= {"price_basis"} if model == "price" else set()
    own |= {"listing_id", "abstained", "versions", "unknown", "problems"}
    return [name for name in schema().names if name in own]


def to_record_batch(
    listing_ids: Sequence[str],
    suggestions: Mapping[str, Sequence[Suggestion]],
    versions: Mapping[str, str],
    problems: Sequence[Sequence[str]],
) -> pa.RecordBatch:
    """Lay out the answers to a batch of rows as ``schema`` says.

    ``suggestions`` has one suggestion a row for every model of ``models.NAMES``; ``versions`` maps
    the models of the release to their versions; ``problems`` are sentences about a row's photos.
    """
    n_rows = len(listing_ids)
    arrays = [pa.array(listing_ids, pa.string())]

    for model, field in _ranked_fields():
        arrays.append(_candidates(suggestions[model], field))
    for model, field in _amount_fields():
        arrays += _ranges(suggestions[model], field)

    prices = [suggestion.price for suggestion in suggestions["price"]]
    arrays += [
        pa.array([price and price.basis for price in prices], pa.string()),
        _abstentions(suggestions, n_rows),
        _repeated_map(versions, n_rows),
        pa.array(_unknown_fields(suggestions, n_rows), STRINGS),
        pa.array(problems, STRINGS),
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema())


def _ranked_fields() -> Iterator[tuple[str, str]]:
    """Yield each model with each field that it ranks candidates for."""
    for name in models.NAMES:
        for field in models.outputs(name):
            if field not in AMOUNT_FIELDS:
                yield name, field


def _amount_fields() -> Iterator[tuple[str, str]]:
    """Yield each model with each field that it suggests a range for."""
    for name in models.NAMES:
        for field in models.outputs(name):
            if field in AMOUNT_FIELDS:
                yield name, field


def _candidates(suggestions: Sequence[Suggestion], field: str) -> pa.Array:
    """Return a column with the ranked candidates of a field."""
    lengths = []
    values = []
    probabilities = []
    for suggestion in suggestions:
        candidates = suggestion.candidates.get(field, ())
        lengths.append(len(candidates))
        for candidate in candidates:
            values.append(candidate.value)
            probabilities.append(candidate.probability)

    # Arrow keeps a column of lists as one flat array and the offsets of the rows in it.
    structs = pa.StructArray.from_arrays(
        [pa.array(values, pa.string()), pa.array(probabilities, pa.float64())],
        fields=list(CANDIDATES.value_type),
    )
    return pa.ListArray.from_arrays(_offsets(lengths), structs, type=CANDIDATES)


def _ranges(suggestions: Sequence[Suggestion], field: str) -> list[pa.Array]:
    """Return a column for each of ``RANGE_COLUMNS``; null where a model has no range."""
    rows = [_range(suggestion, field) for suggestion in suggestions]
    parts = zip(*rows, strict=True) if rows else [()] * len(RANGE_COLUMNS)
    return [
        pa.array(values, kind)
        for values, (_, kind) in zip(parts, RANGE_COLUMNS, strict=True)
    ]


def _range(suggestion: Suggestion, field: str) -> tuple[object, ...]:
    """Return the values of ``RANGE_COLUMNS``; a fee from a rate card has no low and high."""
    fee, price = suggestion.fee, suggestion.price
    if field == "shipping_fee" and fee is not None:
        return fee.amount, fee.low, fee.high, fee.currency
    if field == "price" and price is not None:
        return price.median, price.low, price.high, price.currency
    return (None,) * len(RANGE_COLUMNS)


def _abstentions(
    suggestions: Mapping[str, Sequence[Suggestion]], n_rows: int
) -> pa.Array:
    """Return per row a map from each model that abstained to its reason."""
    lengths: list[int] = []
    names: list[str] = []
    reasons: list[str] = []

    for index in range(n_rows):
        before = len(names)
        for name, rows in suggestions.items():
            if rows[index].abstained:
                names.append(name)
                reasons.append(rows[index].abstained)
        lengths.append(len(names) - before)
    return _string_map(lengths, names, reasons)


def _unknown_fields(
    suggestions: Mapping[str, Sequence[Suggestion]], n_rows: int
) -> list[list[str]]:
    """Return per row the confirmed fields whose value some model ignored, and no model used."""
    fields = []
    for index in range(n_rows):
        answers = [rows[index] for rows in suggestions.values()]
        ignored = dict.fromkeys(name for answer in answers for name in answer.unknown)
        used = {name for answer in answers for name in answer.used}
        fields.append([name for name in ignored if name not in used])
    return fields


def _repeated_map(pairs: Mapping[str, str], n_rows: int) -> pa.Array:
    """Return a column with the same map in every row."""
    lengths = [len(pairs)] * n_rows
    keys = list(pairs) * n_rows
    values = list(pairs.values()) * n_rows
    return _string_map(lengths, keys, values)


def _string_map(lengths: Iterable[int], keys: list[str], values: list[str]) -> pa.Array:
    """Return a column of maps; row ``i`` has the next ``lengths[i]`` of the keys and values."""
    return pa.MapArray.from_arrays(
        _offsets(lengths),
        pa.array(keys, pa.string()),
        pa.array(values, pa.string()),
    )


def _offsets(lengths: Iterable[int]) -> pa.Array:
    return pa.array([0, *accumulate(lengths)], pa.int32())
