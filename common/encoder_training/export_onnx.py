"""Writes torch modules as ONNX files whose bytes depend on nothing but the module."""

from __future__ import annotations

import logging
import shutil
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from common.encoders.onnx_session import GRAPH, VECTORS
from common.errors import InputError

MAX_BYTES = 2**31 - 1
"""Bytes that one ONNX file can hold."""


def export(
    module: nn.Module,
    examples: Mapping[str, Tensor],
    dynamic_axes: Sequence[str],
    folder: Path,
) -> None:
    """Write ``module`` into ``folder``, without the exporter's notes about this machine.

    Args:
        module: the network; its output gets the name ``VECTORS``.
        examples: an example of each input, by the input's name.
        dynamic_axes: names of the leading axes whose length is free, ``("rows",)`` for instance.
        folder: where the network's file is written.

    Raises:
        InputError: the network is too large for one file.
    """
    dimensions = {
        axis: torch.export.Dim(name) for axis, name in enumerate(dynamic_axes)
    }
    for logger in ("torch.onnx", "onnxscript", "onnx_ir"):
        logging.getLogger(logger).setLevel(logging.ERROR)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch warns about its own code
        program = torch.onnx.export(
            module.eval(),
            tuple(examples.values()),
            dynamo=True,
            dynamic_shapes=tuple(dimensions for _ in examples),
            input_names=list(examples),
            output_names=[VECTORS],
            verbose=False,
        )
    assert program is not None  # it always is with dynamo
    write_graph(program.model_proto, folder)


def write_graph(model: Any, folder: Path) -> None:
    """Write an ONNX model, without its notes, as the network of an artifact.

    Raises ``InputError`` for a model that is too large for one file.
    """
    if model.ByteSize() > MAX_BYTES:
        raise InputError(
            "the model is larger than 2 GiB, more than one ONNX file can hold"
        )
    _remove_notes(model)
    (folder / GRAPH).write_bytes(model.SerializeToString(deterministic=True))


def copy_partial_export(draft: Path, folder: Path) -> None:
    """Copy the files that were exported into ``draft`` to an artifact's folder."""
    shutil.copytree(draft, folder, dirs_exist_ok=True)


def _remove_notes(message: Any) -> None:
    """Clear the notes of a model, its graphs and their nodes, such as stack traces with paths."""
    for name in ("metadata_props", "doc_string"):
        if name in message.DESCRIPTOR.fields_by_name:
            message.ClearField(name)

    for field, value in message.ListFields():
        # The weights are large and have no notes.
        if field.message_type is None or field.name == "initializer":
            continue
        for part in value if field.is_repeated else (value,):
            _remove_notes(part)
