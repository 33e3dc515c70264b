"""Rewrites exported networks in 8 bits; imported by training code only."""

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

STATIC = ("Conv", "Clip", "Relu", "MatMul", "Gemm")
"""Operations that are done in 8 bits; an activation right after a convolution is part of it."""

DYNAMIC = ("MatMul", "Gemm", "Gather")
"""Operations whose weights have 8 bits, while what goes in is measured anew each time; the tables
of tokens, which are most of a multilingual model, are read by the last."""


EXACT = 0.5
"""Of the convolutions so large a share, the first ones, stays exact: they have few of the weights,
and what is lost there is lost to all that follow."""


def quantise_static(folder: Path, batches: Iterator[Floats]) -> None:
    """Do the sums of the network in ``folder`` in 8 bits, with weights scaled by channel.

    Weights use 7 of their bits: processors without VNNI add pairs of products in 16 bits, which
    those of larger weights would not fit.
    ``batches`` of pixels tell how large the numbers in between become (Jacob et al. 2018).
    """
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    with _scratch() as scratch:
        prepared, made = scratch / "prepared.onnx", scratch / "made.onnx"
        quant_pre_process(folder / GRAPH, prepared, skip_symbolic_shape=True)
        quantize_static(
            prepared,
            made,
            _Calibration(batches),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=list(STATIC),
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            reduce_range=True,
            nodes_to_exclude=_early(prepared),
        )
        write_graph(onnx.load(made), folder)


def quantise_dynamic(folder: Path) -> None:
    """Keep the weights of the network in ``folder`` in 8 bits, scaled by channel."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with _scratch() as scratch:
        made = scratch / "made.onnx"
        quantize_dynamic(
            folder / GRAPH,
            made,
            op_types_to_quantize=list(DYNAMIC),
            per_channel=True,
            weight_type=QuantType.QInt8,
            reduce_range=True,
        )
        write_graph(onnx.load(made), folder)


def _early(graph: Path) -> list[str]:
    """Name the convolutions that stay exact."""
    nodes = onnx.load(graph, load_external_data=False).graph.node
    convolutions = [node.name for node in nodes if node.op_type == "Conv"]
    return convolutions[: int(EXACT * len(convolutions))]


class _Calibration:
    """What onnxruntime asks for batches: a ``CalibrationDataReader``."""

    def __init__(self, batches: Iterator[Floats]) -> None:
        self._batches = batches

    def get_next(self) -> dict[str, Any] | None:
        batch = next(self._batches, None)
        return None if batch is None else {"pixels": batch}


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder for the files in between, and quiet: what is said is advice on other formats."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with tempfile.TemporaryDirectory() as place, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield Path(place)
    finally:
        logging.disable(before)
