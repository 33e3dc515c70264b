"""Trains the shipping model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from common.encoders import Encoder
from common.errors import InputError
from common.listing import Listing
from common.nets.label_encoding import encode, fit_classes
from common.nets.targets import Target
from common.taxonomy import Taxonomy
from models.ensemble.spec import EnsembleSpec, photo_member, vector_member
from models.ensemble.training.fit_head import fit_head, refit_on_all_rows, write_model
from models.shipping.config import INPUT_FIELDS, OUTPUTS, Config
from models.shipping.predictor import TAXONOMY

if TYPE_CHECKING:
    from common.snapshot import Snapshot


def train(
    snapshot: Snapshot,
    encoders: Sequence[Encoder],
    out: Path,
    config: Config,
    progress: Callable[[str, float], None],
) -> Path:
    """Learn payer, method and parcel size where rows have them; return the artifact's folder."""
    taxonomy = Taxonomy.load(Path(config.taxonomy)) if config.taxonomy else Taxonomy.default()
    rows, held_out = snapshot.read("train"), snapshot.read("validation")
    known = {field: fit_classes(getattr(row, field) for row in rows) for field in OUTPUTS}
    known = {field: values for field, values in known.items() if len(values) > 1}
    if not known:
        raise InputError("the shipping model needs training rows that say who pays, or how")

    def targets(listings: Sequence[Listing]) -> list[Target]:
        return [
            Target(field, "classes", len(values), encode(_labels(listings, field), values))
            for field, values in known.items()
        ]

    nets = (vector_member(config.vectors), photo_member(config.photos))
    plan = EnsembleSpec(
        encoders, INPUT_FIELDS, targets, nets, config.seed, config.linear, config.boosted_trees
    )
    facts = {"classes": known, "abstain_below": config.abstain_below}
    head = fit_head(plan, rows, held_out, progress, facts=facts).head
    head = refit_on_all_rows(plan, head, rows + held_out, progress)

    def save(folder: Path) -> None:
        head.save(folder)
        (folder / TAXONOMY).write_text(taxonomy.text, encoding="utf-8")

    return write_model(
        out,
        "shipping",
        head,
        snapshot,
        config,
        {"classes": {field: len(values) for field, values in known.items()}},
        save,
    )


def _labels(listings: Sequence[Listing], field: str) -> list[str | None]:
    return [getattr(listing, field) for listing in listings]
