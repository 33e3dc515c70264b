"""Trains the brand model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from common.arrays import Floats
from common.encoders import Encoder
from common.errors import InputError
from common.listing import NO_BRAND, Listing
from common.nets.label_encoding import encode, fit_classes
from common.nets.targets import Target
from models.brand import gazetteer
from models.brand.config import INPUT_FIELDS, Config
from models.ensemble.spec import (
    EnsembleSpec,
    lda_members,
    ngram_member,
    photo_member,
    vector_member,
)
from models.ensemble.training.fit_head import fit_head, refit_on_all_rows, write_model

if TYPE_CHECKING:
    from common.snapshot import Snapshot


def train(
    snapshot: Snapshot,
    encoders: Sequence[Encoder],
    out: Path,
    config: Config,
    progress: Callable[[str, float], None],
) -> Path:
    """Learn the brands of the training rows; return the artifact's folder."""
    rows, held_out = snapshot.read("train"), snapshot.read("validation")
    brands = fit_classes(row.brand for row in rows)
    if len(brands) < 2:
        raise InputError("the brand model needs training rows of at least two brands")

    def targets(listings: Sequence[Listing]) -> list[Target]:
        known = encode([listing.brand for listing in listings], brands)
        return [Target("brand", "classes", len(brands), known)]

    names = gazetteer.build(brands, NO_BRAND)
    labels = targets(rows)[0].values
    in_titles = gazetteer.fit_gains(names, [row.title for row in rows], labels)
    in_texts = gazetteer.fit_gains(names, [row.description for row in rows], labels)

    def mentions(listings: Sequence[Listing]) -> dict[str, list[Floats]]:
        titles = in_titles.scores([listing.title for listing in listings])
        return {"brand": [titles, in_texts.scores([row.description for row in listings])]}

    facts = {
        "brands": brands,
        "abstain_below": config.abstain_below,
        "title_gains": gazetteer.to_facts(in_titles),
        "description_gains": gazetteer.to_facts(in_texts),
    }
    nets = (
        ngram_member(config.ngrams),
        *lda_members(config.lda),
        vector_member(config.vectors),
        photo_member(config.photos),
    )
    plan = EnsembleSpec(encoders, INPUT_FIELDS, targets, nets, config.seed)
    head = fit_head(plan, rows, held_out, progress, facts=facts, extras=mentions).head
    head = refit_on_all_rows(plan, head, rows + held_out, progress)
    return write_model(out, "brand", head, snapshot, config, {"brands": len(brands)})
