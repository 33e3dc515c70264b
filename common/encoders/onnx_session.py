"""Runs exported encoders with onnxruntime."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sized
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from common.errors import ArtifactError

GRAPH = "encoder.onnx"
"""Name of the exported network's file in an artifact."""

VECTORS = "vectors"
"""Name of the output of every exported network, ``[rows, dimensions]``."""

Item = TypeVar("Item")
Items = TypeVar("Items", bound=Sized)
Result = TypeVar("Result")


def open_session(folder: Path, threads: int = 1) -> Any:
    """Return an ``onnxruntime.InferenceSession``, which several threads may use at once.

    A call uses one thread by default: a server has a thread for each request already, and
    ``in_parallel`` has one for each core. Raises ``ArtifactError`` for a damaged network.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 3

    try:
        return onnxruntime.InferenceSession(
            str(folder / GRAPH), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:
        # Onnxruntime has an exception of its own for every mishap.
        reason = str(error).strip().split("\n")[0]
        raise ArtifactError(
            f"the encoder in {folder} cannot be run: {reason}"
        ) from None


def split_batches(items: Items, size: int) -> list[Items]:
    """Return a sequence or an array in batches of ``size``; the last may be smaller."""
    # No protocol says that a slice has the type of the whole.
    sliceable: Any = items
    batches: list[Items] = []
    for start in range(0, len(items), size):
        batches.append(sliceable[start : start + size])
    return batches


def in_parallel(
    work: Callable[[Item], Result], items: Iterable[Item]
) -> Iterable[Result]:
    """Apply ``work`` to every item, on all cores; results keep the order."""
    items = list(items)
    # The cores of this process may be fewer than the machine's, in a container for instance.
    if hasattr(os, "sched_getaffinity"):
        n_cores = len(os.sched_getaffinity(0))
    else:
        n_cores = os.cpu_count() or 1

    if len(items) < 2 or n_cores == 1:
        return [work(item) for item in items]
    with ThreadPoolExecutor(n_cores) as threads:
        return list(threads.map(work, items))
