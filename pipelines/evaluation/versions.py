"""The versions of a model that are compared, the listings, and the notes on their figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import models
from common.errors import ArtifactError, InputError
from common.listing import ITEM, Listing
from common.store.artifacts import Manifest
from common.store.release import ReleaseStore
from models.evaluation.outcomes import labelled

if TYPE_CHECKING:
    from common.snapshot import Snapshot

CHAMPION = "champion"
"""Names the version that the champion has, in place of an artifact's id."""

MAX_CURRENCIES = 3
"""Currencies that a message names, the commonest ones."""

MIN_ROWS = 30
"""Labelled rows that a split needs to be compared on."""


def champions_model(store: ReleaseStore, name: str) -> str:
    """Return the champion's artifact of a model; raises ``ArtifactError`` where it has none."""
    artifact = store.read().models.get(name)
    if artifact is None:
        raise ArtifactError(
            f"the champion has no {name} model: 'listrec train {name} --snapshot DIR' trains one,"
            " or says what the snapshot lacks for it"
        )
    return artifact


def find_version(store: ReleaseStore, name: str, version: str) -> Manifest:
    """The manifest of a version of a model: that of an artifact's id, or of the champion's.

    Raises ``InputError`` for an artifact of something else, ``ArtifactError`` where there is none.
    """
    models.check_name(name)
    manifest = store.manifest(
        champions_model(store, name) if version == CHAMPION else version
    )
    if (manifest.role, manifest.name) != ("model", name):
        raise InputError(f"artifact {version} is {manifest.name}, not {name}")
    return manifest


def read_labelled(
    snapshot: Snapshot, split: str, name: str, manifests: Sequence[Manifest] = ()
) -> list[Listing]:
    """The rows of a split that every version can be measured on; ``InputError`` if too few.

    They have a label for the model, and their price is in the currency that it answers in.
    """
    from common.snapshot import SPLITS

    if split not in SPLITS:
        raise InputError(f"there is no split {split!r}; there are {', '.join(SPLITS)}")

    rows = snapshot.read(split)
    currencies = _currencies(manifests)
    if len(currencies) > 1:
        raise InputError(
            f"A and B cannot be compared: A answers in {currencies[0]}, B in {currencies[1]}"
        )
    listings = comparable(rows, name, currencies)
    if len(listings) < MIN_ROWS:
        raise InputError(
            f"the {split} split of snapshot {snapshot.path} has {len(listings) or 'no'} rows"
            f" {wanted_rows(rows, name, currencies)}, and at least {MIN_ROWS} are needed:"
            " choose another snapshot or split"
        )
    return listings


def check_measured(
    metrics: Mapping[str, float], snapshot: Snapshot, split: str, manifest: Manifest
) -> None:
    """Raise ``InputError`` where a version could not be measured on any row of a split."""
    if any(metric != "rows" for metric in metrics):
        return

    rows = snapshot.read(split)
    wanted = wanted_rows(rows, manifest.name, _currencies([manifest]))
    raise InputError(
        f"{manifest.name} cannot be measured: the {split} split of snapshot {snapshot.path} has"
        f" {'no rows' if not rows else f'{len(rows):,} rows, and none'} {wanted}:"
        " choose another snapshot or split"
    )


def comparable(
    rows: Sequence[Listing], name: str, currencies: Sequence[str]
) -> list[Listing]:
    """The rows with a label for the model, and with a price in one of ``currencies``, if any."""
    listings = labelled(models.outputs(name), rows)
    if not currencies:
        return listings
    return [row for row in listings if row.currency in (None, *currencies)]


def wanted_rows(rows: Sequence[Listing], name: str, currencies: Sequence[str]) -> str:
    """Say what rows a model is measured on, as the end of a sentence, and what there is instead."""
    fields = [field.replace("_", " ") for field in models.outputs(name)]
    wanted = f"with a {' or '.join(fields)}"
    if not currencies:
        return wanted

    wanted += f" in {' or '.join(currencies)}, the currency that the model answers in"
    others = Counter(row.currency for row in rows if row.price is not None)
    found = [
        f"{count:,} in {currency}"
        for currency, count in others.most_common(MAX_CURRENCIES)
        if currency not in (None, *currencies)
    ]
    return f"{wanted} (there are {', '.join(found)})" if found else wanted


def basis_note(subject: str, manifest: Manifest, snapshot: Snapshot) -> Iterator[str]:
    """Yield a sentence where a price model answers on another basis than the snapshot's prices.

    ``subject`` is how the sentence begins: "A states prices".
    """
    if "currency" not in manifest.summary:
        return  # only a price model has one

    # Models from before prices had a basis learned those of items.
    stated = str(manifest.summary.get("price_basis") or ITEM)
    if stated != snapshot.price_basis:
        yield (
            f"{subject} of another basis ({stated}) than those of this snapshot"
            f" ({snapshot.price_basis}): where the buyer pays, they differ by the fee for shipping."
        )


def _currencies(manifests: Sequence[Manifest]) -> list[str]:
    """The currencies that versions of a price model answer in, each once."""
    named = [str(manifest.summary.get("currency") or "") for manifest in manifests]
    return list(dict.fromkeys(filter(None, named)))


def notes(
    manifests: Sequence[Manifest], snapshot: Snapshot, split: str
) -> Iterator[str]:
    """Sentences about what makes figures look better or worse than they are."""
    if split != "test":
        yield f"Models learn from {split} rows, so that figures on them flatter."

    for letter, manifest in zip("AB", manifests, strict=False):
        if manifest.snapshot and manifest.snapshot != snapshot.id:
            yield (
                f"{letter} was trained on snapshot {manifest.snapshot}, not on this one: it may"
                " have learned from some of these listings."
            )
        yield from basis_note(f"{letter} states prices", manifest, snapshot)

    if len({manifest.id for manifest in manifests}) < len(manifests):
        yield "A and B are the same artifact."
