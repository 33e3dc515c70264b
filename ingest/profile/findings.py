"""What looks wrong with a table, each in a sentence with a remedy, the most serious first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from common.snapshot import SnapshotManifest
from ingest.profile.content_findings import content_findings
from ingest.profile.counts import ProfileCounts
from ingest.profile.finding import NOTE, WARNING, Finding, listed_in, severity_of
from ingest.profile.label_findings import label_findings
from ingest.profile.losses import MAX_LOST_SHARE
from ingest.profile.price_findings import price_findings
from ingest.profile.wording import part, quote

MIN_SPLIT_ROWS = 50
"""Rows of a split below which metrics say little."""

LABELS = ("category", "brand", "price", "shipping_payer")
"""Fields that models suggest, and for which a table is asked in vain."""


def find_problems(manifest: SnapshotManifest, profile: ProfileCounts) -> list[Finding]:
    """Return everything that looks wrong, the most serious first; none where nothing does."""
    findings = [
        *_lost_rows(manifest, profile),
        *_lost_cells(manifest),
        *_readings(manifest.source),
        *_columns(manifest),
        *price_findings(manifest, profile),
        *label_findings(manifest, profile),
        *content_findings(manifest, profile),
        *_splits(manifest),
    ]
    # Sorting is stable: findings of one severity keep the order above.
    return sorted(
        findings,
        key=lambda finding: finding.severity,
        reverse=True,
    )


def _lost_rows(manifest: SnapshotManifest, profile: ProfileCounts) -> Iterator[Finding]:
    n_rejected, n_read = manifest.rows["rejected"], manifest.rows["read"]
    if n_rejected > MAX_LOST_SHARE * n_read:
        yield Finding(
            severity_of(n_rejected, n_read),
            f"{part(n_rejected, n_read)} rows are rejected, most often:"
            f" {profile.commonest_rejection()}",
            listed_in(manifest, "rejected.parquet", "with its line and its reasons"),
        )


def _lost_cells(manifest: SnapshotManifest) -> Iterator[Finding]:
    for name, counts in manifest.cells.items():
        n_dropped, n_read = counts["dropped"], counts["read"]
        if n_dropped <= MAX_LOST_SHARE * n_read:
            continue

        options = _options_of(name, manifest.source)
        how = f"{options} decides how they are read; " if options else ""
        yield Finding(
            severity_of(n_dropped, n_read),
            f"{part(n_dropped, n_read)} cells of {name} are dropped,"
            f" most often: {counts['reason']}",
            f"{how}--map {name}=COLUMN reads another column, --map {name}= none",
        )


def _options_of(name: str, source: Mapping[str, Any]) -> str:
    """Return the options that decide how the cells of a field are read, each one once."""
    options: dict[str, None] = {}
    for reading in source.get("readings", ()):
        if reading["field"] == name and reading["option"]:
            options[reading["option"]] = None
    return " or ".join(options)


def _readings(source: Mapping[str, Any]) -> Iterator[Finding]:
    """Repeat the doubts that arose when the meaning of the columns was decided."""
    for reading in source.get("readings", ()):
        warning, option = reading["warning"], reading["option"]
        if not warning:
            continue

        remedy = f"{option} decides it" if option else "correct it in the table"
        # Many a warning ends with its remedy.
        if "--" in warning:
            remedy = ""
        yield Finding(
            WARNING,
            f"{reading['field']}: {warning}",
            remedy,
        )


def _columns(manifest: SnapshotManifest) -> Iterator[Finding]:
    """Name the columns that nobody reads and that look like a field, and labels without one."""
    similar = manifest.source.get("similar", {})
    for column, name in similar.items():
        yield Finding(
            WARNING,
            f"the column {quote(column)} looks like {name} and is not read",
            f'--map {name}="{column}" reads it',
        )

    known = {*similar.values(), *filter(manifest.coverage.get, LABELS)}
    missing = [name for name in LABELS if name not in known]
    if missing:
        yield Finding(
            NOTE,
            f"no row has a {' or a '.join(missing)}: no model can learn to suggest it",
            f"--map {missing[0]}=COLUMN names a column, if there is one",
        )


def _splits(manifest: SnapshotManifest) -> Iterator[Finding]:
    if not manifest.split:
        return
    for sentence in manifest.split.get("unusual", ()):
        remedy = "nothing to do, unless --split or --seed should draw it otherwise"
        yield Finding(NOTE, sentence, remedy)

    few = [
        name for name in ("validation", "test") if manifest.rows[name] < MIN_SPLIT_ROWS
    ]
    if few:
        counts = " and ".join(
            f"{manifest.rows[name]:,} rows for {name}" for name in few
        )
        yield Finding(
            NOTE,
            f"there are only {counts}: metrics of the models rest on little",
            "more rows, or larger shares with --split 0.6,0.2,0.2",
        )
