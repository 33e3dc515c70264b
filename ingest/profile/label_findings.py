"""What looks wrong with labels: one value for all rows, one for each row, several spellings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from common.listing import NO_BRAND
from common.snapshot import SnapshotManifest
from ingest.profile.counts import ProfileCounts
from ingest.profile.finding import NOTE, WARNING, Finding
from ingest.profile.wording import enumerate_quoted, part, quote

MIN_ROWS = 20
"""Rows with a label from which its values are spoken of."""

MAX_SINGLE_SHARE = 0.5
"""Share of rows whose label no other row has, above which the column may hold something else."""

MAX_EXAMPLES = 4

ONE_VALUE_FIELDS = ("seller_id", "category", "brand", "condition", "shipping_payer")
"""Fields of which a single value is worth a sentence."""

OWN_VALUE_FIELDS = ("category", "brand", "condition", "shipping_method", "parcel_size")
"""Fields whose values repeat in a usual table."""

_ONE_SELLER = "usual for a shop's own table, whose rows are split by title then"
_ONE_LABEL = "nothing to learn here: --map {name}=COLUMN reads another column, if that one is wrong"


def label_findings(
    manifest: SnapshotManifest, profile: ProfileCounts
) -> Iterator[Finding]:
    """Yield what looks wrong with the labels of a snapshot."""
    for name in ONE_VALUE_FIELDS:
        yield from _one_value(name, profile.values[name])

    for name in OWN_VALUE_FIELDS:
        n_rows = manifest.coverage.get(name, 0)
        yield from _own_values(
            name,
            profile.values[name],
            n_rows,
        )

    for name, labels in sorted(profile.joined.items()):
        if labels:
            yield _spellings(name, labels)


def _one_value(name: str, values: Counter[str]) -> Iterator[Finding]:
    if len(values) != 1 or values.total() < MIN_ROWS:
        return

    ((value, count),) = values.items()
    is_seller = name == "seller_id"
    yield Finding(
        NOTE,
        f"all {count:,} rows with a {name} have {quote(value)}",
        _ONE_SELLER if is_seller else _ONE_LABEL.format(name=name),
    )


def _own_values(name: str, values: Counter[str], n_rows: int) -> Iterator[Finding]:
    # Rows whose label was dropped from the counter, as too rare, are rows of their own label too.
    repeated = {value: count for value, count in values.items() if count > 1}
    n_single = n_rows - sum(repeated.values())
    if n_rows < MIN_ROWS or n_single <= MAX_SINGLE_SHARE * n_rows:
        return

    examples = [
        value for value, count in values.items() if count == 1 and value != NO_BRAND
    ]
    yield Finding(
        WARNING,
        f"{part(n_single, n_rows)} rows have a {name} that no other row has, such as"
        f" {enumerate_quoted(sorted(examples)[:MAX_EXAMPLES], MAX_EXAMPLES)}",
        f"check that the column is the {name}: --map {name}=COLUMN reads another",
    )


def _spellings(name: str, labels: Sequence[Sequence[str]]) -> Finding:
    # The one in most spellings says best what happened.
    chosen, *others = max(labels, key=lambda spellings: (len(spellings), spellings))
    what = "1 label was" if len(labels) == 1 else f"{len(labels):,} labels were"
    return Finding(
        NOTE,
        f"{name}: {what} in several spellings, and each has the commonest one now, such as"
        f" {quote(chosen)} for {enumerate_quoted(others, MAX_EXAMPLES)}",
        "nothing to do, unless they are different things: then tell them apart in the table",
    )
