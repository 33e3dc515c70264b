"""Loads pretrained models of transformers, refusing in a sentence what is not whole."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import torch
from torch import nn

from common.errors import InputError


def load_model(kind: str, name: str, **wanted: Any) -> nn.Module:
    """Load the model at ``name``, a folder or a name on the hub, in float32.

    ``kind`` is its class in transformers. Weights that are missing would be drawn at random, so
    they are an ``InputError``.
    """
    import transformers

    model, info = getattr(transformers, kind).from_pretrained(
        name, dtype=torch.float32, output_loading_info=True, **wanted
    )
    missing = sorted(info["missing_keys"])
    if missing:
        raise InputError(
            f"{name} lacks {len(missing)} of the weights its configuration speaks of,"
            f" the first is {missing[0]}"
        )
    loaded: nn.Module = model.eval()
    return loaded


def read_model_type(name: str, supported: Collection[str]) -> str:
    """Return the ``model_type`` of a model that can be an encoder, else say what can."""
    from transformers import AutoConfig

    try:
        found = str(AutoConfig.from_pretrained(name).model_type)
    except (OSError, ValueError) as error:
        reason = str(error).strip().split("\n")[0]
        raise InputError(f"there is no model to load at {name!r}: {reason}") from None
    if found not in supported:
        known = ", ".join(supported)
        raise InputError(f"{name} is a model of type {found!r}; those supported are {known}")
    return found


def model_name(model: str) -> str:
    """The name of a model: where its folder lies makes it no other."""
    return Path(model).resolve().name if Path(model).is_dir() else model


@contextlib.contextmanager
def silence_transformers() -> Iterator[None]:
    """Keep transformers from talking about weights that are not needed."""
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
