"""Loads pretrained models of transformers, and refuses incomplete ones in a sentence."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import torch
from torch import nn

from common.errors import InputError


def load_model(class_name: str, name: str, **options: Any) -> nn.Module:
    """Load the model at ``name``, a folder or a name on the hub, in float32.

    ``class_name`` is its class in transformers. Raises ``InputError`` when weights are missing:
    transformers would draw them at random.
    """
    import transformers

    loaded, info = getattr(transformers, class_name).from_pretrained(
        name, dtype=torch.float32, output_loading_info=True, **options
    )

    missing = sorted(info["missing_keys"])
    if missing:
        raise InputError(
            f"{name} lacks {len(missing)} of the weights its configuration speaks of,"
            f" the first is {missing[0]}"
        )
    model: nn.Module = loaded.eval()
    return model


def read_model_type(name: str, supported: Collection[str]) -> str:
    """Return the ``model_type`` of a model.

    Raises ``InputError`` when there is no model, or its type is not ``supported``.
    """
    from transformers import AutoConfig

    try:
        # The name is the trainer's own, often a folder, and no remote code is run.
        model_type = str(AutoConfig.from_pretrained(name).model_type)  # nosec B615
    except (OSError, ValueError) as error:
        reason = str(error).strip().split("\n")[0]
        raise InputError(f"there is no model to load at {name!r}: {reason}") from None

    if model_type not in supported:
        known = ", ".join(supported)
        raise InputError(
            f"{name} is a model of type {model_type!r}; those supported are {known}"
        )
    return model_type


def model_name(model: str) -> str:
    """Return the name of a model on the hub, or that of its folder wherever it lies."""
    return Path(model).resolve().name if Path(model).is_dir() else model


@contextlib.contextmanager
def silence_transformers() -> Iterator[None]:
    """Silence warnings and progress bars of transformers, about unused weights for instance."""
    from transformers.utils import logging

    verbosity = logging.get_verbosity()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(verbosity)
        logging.enable_progress_bar()
