"""Writes torch modules as ONNX files whose bytes depend on nothing but the module.

Imported by training code only.
"""

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

LIMIT = 2**31 - 1
"""Bytes that one ONNX file can hold."""


def export(
    module: nn.Module, examples: Mapping[str, Tensor], changing: Sequence[str], folder: Path
) -> None:
    """Write ``module`` into ``folder``; its inputs get the names of ``examples``.

    ``changing`` names the leading axes whose length is free when it is run: ``("rows",)``. What
    the exporter notes about this machine (stack traces with paths) is taken out.
    """
    axes = {axis: torch.export.Dim(name) for axis, name in enumerate(changing)}
    for chatty in ("torch.onnx", "onnxscript", "onnx_ir"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of torch about itself
        program = torch.onnx.export(
            module.eval(),
            tuple(examples.values()),
            dynamo=True,
            dynamic_shapes=tuple(axes for _ in examples),
            input_names=list(examples),
            output_names=[VECTORS],
            verbose=False,
        )
    assert program is not None  # as it is where dynamo is used
    write_graph(program.model_proto, folder)


def write_graph(model: Any, folder: Path) -> None:
    """Write an ONNX model without its notes as the network of an artifact."""
    if model.ByteSize() > LIMIT:
        raise InputError("the model is larger than 2 GiB, more than one ONNX file can hold")
    _strip(model)
    (folder / GRAPH).write_bytes(model.SerializeToString(deterministic=True))


def copy_partial_export(draft: Path, folder: Path) -> None:
    """Put the files that were exported and measured in ``draft`` into an artifact's folder."""
    shutil.copytree(draft, folder, dirs_exist_ok=True)


def _strip(message: Any) -> None:
    """Take every note out of a model, its graphs and their nodes."""
    for name in ("metadata_props", "doc_string"):
        if name in message.DESCRIPTOR.fields_by_name:
            message.ClearField(name)
    for field, value in message.ListFields():
        if field.message_type is None or field.name == "initializer":
            continue  # the weights are large and have no notes
        for part in value if field.is_repeated else (value,):
            _strip(part)
