"""Turns a pretrained transformer, by its name on the hub or its folder, into an encoder."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from common import artifacts
from common.encoders import train_text, train_vision
from common.encoders.config import TransformerConfig
from common.encoders.export import copy_draft
from common.encoders.train_photo import measure_photos
from common.encoders.train_pretrained import quiet, read_type
from common.errors import InputError

if TYPE_CHECKING:
    from common.snapshot import Snapshot

KIND = "transformer"

Progress = Callable[[str, float], None]


def reads(config: TransformerConfig) -> str:
    """Text or photos, as the model's configuration has it."""
    with quiet():
        return "photo" if _family(config) in train_vision.FAMILIES else "text"


def train(
    snapshot: Snapshot,
    out: Path,
    config: TransformerConfig,
    progress: Progress,
    name: str = "",
) -> Path:
    """Export the model, standardise its vectors on training rows, write the artifact."""
    progress("loading", 0.0)
    with tempfile.TemporaryDirectory() as place, quiet():
        draft = Path(place)
        family = _family(config)
        make = _make_photo if family in train_vision.FAMILIES else _make_text
        reads, measured = make(snapshot, config, family, draft, progress)
        return artifacts.write(
            out,
            role="encoder",
            name=name or reads,
            kind=KIND,
            save=partial(copy_draft, draft),
            snapshot=snapshot.id,
            config=asdict(replace(config, model=Path(config.model).name)),
            facts={"family": family, f"{reads}s measured": measured},
        )


def _family(config: TransformerConfig) -> str:
    if not config.model:
        raise InputError("an encoder of kind 'transformer' needs a model: its name or its folder")
    return read_type(config.model, (*train_vision.FAMILIES, *train_text.FAMILIES))


def _make_photo(
    snapshot: Snapshot, config: TransformerConfig, family: str, draft: Path, progress: Progress
) -> tuple[str, int]:
    model = train_vision.load_vision(config.model, family)
    preprocessing = train_vision.read_preprocessing(config.model)
    progress("exporting", 0.2)
    train_vision.export_vision(model, preprocessing, draft)
    progress("measuring", 0.6)
    return "photo", measure_photos(snapshot, draft, config.seed)


def _make_text(
    snapshot: Snapshot, config: TransformerConfig, family: str, draft: Path, progress: Progress
) -> tuple[str, int]:
    model = train_text.load_text(config.model, family)
    tokenizer = train_text.load_tokenizer(config.model, model)
    progress("exporting", 0.2)
    train_text.export_text(model, tokenizer, config.max_tokens, draft)
    progress("measuring", 0.6)
    return "text", train_text.measure_texts(snapshot, draft, config.seed)
