"""Turns a pretrained transformer, by its name on the hub or its folder, into an encoder."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from common.encoder_training import finetune_vision, text_models, vision_models
from common.encoder_training.export_onnx import copy_partial_export
from common.encoder_training.finetune_text import finetune
from common.encoder_training.finish import Open, standardise_and_quantise
from common.encoder_training.pretrained import model_name, read_model_type, silence_transformers
from common.encoders import photo
from common.encoders import text as sentence
from common.encoders.config import TransformerConfig
from common.errors import InputError
from common.store import artifacts

if TYPE_CHECKING:
    from common.snapshot import Snapshot

KIND = "transformer"

Progress = Callable[[str, float], None]


def modality(config: TransformerConfig) -> str:
    """Text or photos, as the model's configuration has it."""
    with silence_transformers():
        return "photo" if _family(config) in vision_models.FAMILIES else "text"


def train(
    snapshot: Snapshot,
    out: Path,
    config: TransformerConfig,
    progress: Progress,
    name: str = "",
) -> Path:
    """Export the model, standardise its vectors on training rows, write the artifact."""
    progress("exporting", 0.0)
    with tempfile.TemporaryDirectory() as place, silence_transformers():
        draft = Path(place)
        family = _family(config)
        opened, tuned = _export(snapshot, config, family, draft, progress)
        progress("measuring", 0.5)
        summary = tuned | standardise_and_quantise(snapshot, draft, config, opened)
        return artifacts.write(
            out,
            role="encoder",
            name=name or modality(config),
            kind=KIND,
            save=partial(copy_partial_export, draft),
            snapshot=snapshot.id,
            config=asdict(replace(config, model=model_name(config.model))),
            summary={"family": family, **summary},
        )


def _family(config: TransformerConfig) -> str:
    if not config.model:
        raise InputError("an encoder of kind 'transformer' needs a model: its name or its folder")
    return read_model_type(config.model, (*vision_models.FAMILIES, *text_models.FAMILIES))


def _export(
    snapshot: Snapshot, config: TransformerConfig, family: str, folder: Path, progress: Progress
) -> tuple[Open, dict[str, int]]:
    """Write the model into a folder; return what opens it again, and how it was tuned."""
    if family in vision_models.FAMILIES:
        return photo.open_folder, _export_vision(snapshot, config, family, folder, progress)
    text = text_models.load_text(config.model, family)
    tokenizer = text_models.load_tokenizer(config.model, text)
    text_models.check_tokens(text, config.max_tokens)
    epochs = config.finetuning("text").epochs
    if epochs:
        finetune(text, tokenizer, snapshot, config, lambda done: progress("tuning", done / 2))
    text_models.export_text(text, tokenizer, config.max_tokens, folder)
    return sentence.open_folder, {"finetune_epochs": epochs}


def _export_vision(
    snapshot: Snapshot, config: TransformerConfig, family: str, folder: Path, progress: Progress
) -> dict[str, int]:
    vision = vision_models.load_vision(config.model, family)
    preprocessing = vision_models.read_preprocessing(config.model)
    halves, tuning = vision_models.split_model(vision), config.finetuning("photo")
    if halves is None and config.finetune_epochs:
        raise InputError(
            f"{config.model} is of type {family!r}, and of the models that read photos only"
            f" {vision_models.TUNED} can be tuned"
        )
    photos = 0
    if halves is not None and tuning.epochs:
        photos = finetune_vision.finetune(
            halves, preprocessing, snapshot, tuning, config.seed,
            lambda done: progress("tuning", done / 2),
        )  # fmt: skip
    vision_models.export_vision(vision, preprocessing, folder)
    return {"finetune_epochs": tuning.epochs if photos else 0, "finetuned_photos": photos}
