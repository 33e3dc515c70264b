"""Turns a pretrained transformer, by its name on the hub or its folder, into an encoder."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.encoder_training import finetune_vision, text_models, vision_models
from common.encoder_training.checkpoints import Place
from common.encoder_training.export_onnx import copy_partial_export
from common.encoder_training.finish import OpenFolder, standardise_and_quantise
from common.encoder_training.pretrained import (
    model_name,
    read_model_type,
    silence_transformers,
)
from common.encoders import photo
from common.encoders import text as text_encoder
from common.encoders.config import TransformerConfig
from common.errors import InputError
from common.progress import Progress, step_of
from common.store import artifacts

if TYPE_CHECKING:
    from common.snapshot import Snapshot

KIND = "transformer"


def modality(config: TransformerConfig) -> str:
    """Return the modality that the model's type has, ``text`` or ``photo``."""
    with silence_transformers():
        return _default_name(_family(config))


def train(
    snapshot: Snapshot,
    out: Path,
    config: TransformerConfig,
    progress: Progress,
    name: str = "",
    place: Place | None = None,
) -> Path:
    """Fine-tune the model where wanted, export it, and standardise its vectors on training rows.

    ``place`` keeps the state of fine-tuning after each epoch. Returns the artifact's folder in
    ``out``. Raises ``InputError`` for a model that is missing, not
    supported, or cannot be fine-tuned though the settings want it.
    """
    progress("exporting", 0.0)
    with tempfile.TemporaryDirectory() as folder, silence_transformers():
        draft = Path(folder)
        family = _family(config)
        summary = {}
        if family in vision_models.FAMILIES:
            summary = _export_vision(snapshot, config, family, draft, progress, place)
        else:
            _export_text(config, family, draft)

        # The draft must be complete before it can be opened as an encoder.
        progress("measuring", 0.5)
        open_folder = _open_folder(family)
        summary |= standardise_and_quantise(snapshot, draft, config, open_folder)
        return artifacts.write(
            out,
            role="encoder",
            name=name or _default_name(family),
            kind=KIND,
            save=partial(copy_partial_export, draft),
            snapshot=snapshot.id,
            config=_recorded_config(config),
            summary={"family": family, **summary},
        )


def _open_folder(family: str) -> OpenFolder:
    """Return the function that opens a draft of this family as an encoder."""
    return (
        photo.open_folder
        if family in vision_models.FAMILIES
        else text_encoder.open_folder
    )


def _default_name(family: str) -> str:
    return "photo" if family in vision_models.FAMILIES else "text"


def _recorded_config(config: TransformerConfig) -> dict[str, Any]:
    # The path of a folder is not kept: it would tie the artifact's id to this machine.
    return asdict(replace(config, model=model_name(config.model)))


def _family(config: TransformerConfig) -> str:
    if not config.model:
        raise InputError(
            "an encoder of kind 'transformer' needs a model: its name or its folder"
        )
    return read_model_type(
        config.model, (*vision_models.FAMILIES, *text_models.FAMILIES)
    )


def _export_text(config: TransformerConfig, family: str, folder: Path) -> None:
    """Write a text model into a folder."""
    if config.finetune_epochs:
        raise _cannot_finetune(config.model, family)
    model = text_models.load_text(config.model, family)
    tokenizer = text_models.load_tokenizer(config.model, model)
    text_models.check_tokens(model, config.max_tokens)

    text_models.export_text(model, tokenizer, config.max_tokens, folder)


def _export_vision(
    snapshot: Snapshot,
    config: TransformerConfig,
    family: str,
    folder: Path,
    progress: Progress,
    place: Place | None,
) -> dict[str, int]:
    """Write a photo model into a folder, fine-tuned where wanted; return summary entries."""
    model = vision_models.load_vision(config.model, family)
    preprocessing = vision_models.read_preprocessing(config.model)
    split = vision_models.split_model(model)
    tuning = config.finetuning()

    if split is None and config.finetune_epochs:
        raise _cannot_finetune(config.model, family)

    n_photos = 0
    if split is not None and tuning.epochs:
        n_photos = finetune_vision.finetune(
            split,
            preprocessing,
            snapshot,
            tuning,
            config.seed,
            step_of(progress, "tuning", 0.0, 0.5),
            place,
        )

    vision_models.export_vision(model, preprocessing, folder)
    return {
        "finetune_epochs": tuning.epochs if n_photos else 0,
        "finetuned_photos": n_photos,
    }


def _cannot_finetune(model: str, family: str) -> InputError:
    return InputError(
        f"{model} is of type {family!r}, and only {vision_models.TUNABLE_FAMILY} can be"
        " fine-tuned: set finetune_epochs to 0"
    )
