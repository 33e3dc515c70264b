"""Turns a pretrained transformer, by its name on the hub or its folder, into an encoder."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from common import artifacts
from common.encoders import train_vision
from common.encoders.config import TransformerConfig
from common.encoders.train_photo import measure_photos
from common.errors import InputError

if TYPE_CHECKING:
    from common.snapshot import Snapshot

KIND = "transformer"


def train(
    snapshot: Snapshot,
    out: Path,
    config: TransformerConfig,
    progress: Callable[[str, float], None],
    name: str = "",
) -> Path:
    """Export the model, standardise its vectors on training rows, write the artifact."""
    if not config.model:
        raise InputError("an encoder of kind 'transformer' needs a model: its name or its folder")
    progress("exporting", 0.0)
    with tempfile.TemporaryDirectory() as place, _quiet():
        draft = Path(place)
        model_type = read_type(config.model)
        model = train_vision.load_vision(config.model, model_type)
        preprocessing = train_vision.read_preprocessing(config.model)
        train_vision.export_vision(model, preprocessing, draft)
        progress("measuring", 0.5)
        measured = measure_photos(snapshot, draft, config.seed)
        return artifacts.write(
            out,
            role="encoder",
            name=name or "photo",
            kind=KIND,
            save=partial(_copy, draft),
            snapshot=snapshot.id,
            config=asdict(replace(config, model=Path(config.model).name)),
            facts={"family": model_type, "photos": measured},
        )


def _copy(draft: Path, folder: Path) -> None:
    shutil.copytree(draft, folder, dirs_exist_ok=True)


def read_type(model: str) -> str:
    """Return the ``model_type`` of a model that can be an encoder, else say what can."""
    from transformers import AutoConfig

    try:
        found = str(AutoConfig.from_pretrained(model).model_type)
    except (OSError, ValueError) as error:
        reason = str(error).strip().split("\n")[0]
        raise InputError(f"there is no model to load at {model!r}: {reason}") from None
    if found not in train_vision.FAMILIES:
        known = ", ".join(train_vision.FAMILIES)
        raise InputError(f"{model} is a model of type {found!r}; those supported are {known}")
    return found


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep transformers from talking about weights it does not need."""
    from transformers.utils import logging

    before = logging.get_verbosity()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(before)
        logging.enable_progress_bar()
