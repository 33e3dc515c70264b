"""Opens exported encoders with onnxruntime."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from common.errors import ArtifactError

GRAPH = "encoder.onnx"
"""Name of the exported network in an artifact."""

VECTORS = "vectors"
"""Name of what every exported network gives, ``[rows, dimensions]``."""

Piece = TypeVar("Piece")
Result = TypeVar("Result")


def open_session(folder: Path, threads: int = 1) -> Any:
    """Return an ``onnxruntime.InferenceSession``, which several threads may use at once.

    One thread a call is the default: a server has a thread for each request already, and
    ``in_parallel`` has one for each core.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(
            str(folder / GRAPH), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # onnxruntime has an exception of its own for every mishap
        reason = str(error).strip().split("\n")[0]
        raise ArtifactError(f"the encoder in {folder} cannot be run: {reason}") from None


def in_parallel(work: Callable[[Piece], Result], pieces: Iterable[Piece]) -> Iterable[Result]:
    """Do the work on every piece, on all cores where there are several; results keep the order."""
    pieces = list(pieces)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if len(pieces) < 2 or cores == 1:
        return [work(piece) for piece in pieces]
    with ThreadPoolExecutor(cores) as threads:
        return list(threads.map(work, pieces))
