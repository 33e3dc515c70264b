"""Quantises exported networks to 8 bits."""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import onnx

from common.arrays import Floats
from common.encoder_training.export_onnx import write_graph
from common.encoders.onnx_session import GRAPH

STATIC_OPERATIONS = ("Conv", "Clip", "Relu", "MatMul", "Gemm")
"""Operations of static quantisation; an activation right after a convolution is part of it."""

DYNAMIC_OPERATIONS = ("MatMul", "Gemm", "Gather")
"""Operations of dynamic quantisation. ``Gather`` reads the token embeddings, which are most of a
multilingual model."""

EXACT_SHARE = 0.5
"""Share of the convolutions, the first ones, that stay in 32 bits: they have few of the weights,
and an error there reaches all layers that follow."""


def quantise_static(folder: Path, batches: Iterator[Floats]) -> None:
    """Quantise weights and activations of the network in ``folder``, weights by channel.

    The ranges of the activations are measured on ``batches`` of pixels (Jacob et al. 2018).
    """
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    with _scratch() as scratch:
        prepared, quantised = scratch / "prepared.onnx", scratch / "quantised.onnx"
        quant_pre_process(folder / GRAPH, prepared, skip_symbolic_shape=True)
        quantize_static(
            prepared,
            quantised,
            _CalibrationReader(batches),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=list(STATIC_OPERATIONS),
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            # Weights use 7 bits: processors without VNNI add pairs of products in 16 bits, which
            # overflow with larger weights.
            reduce_range=True,
            nodes_to_exclude=_first_convolutions(prepared),
        )
        write_graph(onnx.load(quantised), folder)


def quantise_dynamic(folder: Path) -> None:
    """Quantise the weights of the network in ``folder`` by channel.

    The ranges of the activations are measured on each input.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with _scratch() as scratch:
        quantised = scratch / "quantised.onnx"
        quantize_dynamic(
            folder / GRAPH,
            quantised,
            op_types_to_quantize=list(DYNAMIC_OPERATIONS),
            per_channel=True,
            weight_type=QuantType.QInt8,
            reduce_range=True,
        )
        write_graph(onnx.load(quantised), folder)


def _first_convolutions(graph: Path) -> list[str]:
    """Return the names of the convolutions that stay in 32 bits."""
    nodes = onnx.load(graph, load_external_data=False).graph.node
    convolutions = [node.name for node in nodes if node.op_type == "Conv"]
    n_exact = int(EXACT_SHARE * len(convolutions))
    return convolutions[:n_exact]


class _CalibrationReader:
    """Gives batches to onnxruntime, as a ``CalibrationDataReader``."""

    def __init__(self, batches: Iterator[Floats]) -> None:
        self._batches = batches

    def get_next(self) -> dict[str, Any] | None:
        """Return the next batch as the network's input; ``None`` after the last."""
        batch = next(self._batches, None)
        return None if batch is None else {"pixels": batch}


@contextmanager
def _scratch() -> Iterator[Path]:
    """Give a temporary folder, and silence advice of onnxruntime on other formats."""
    disabled = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield Path(folder)
    finally:
        logging.disable(disabled)
