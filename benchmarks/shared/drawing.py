"""Plots of the pages: SVG files that are the same for the same figures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from common.store.atomic import atomic_file


@contextmanager
def drawing(
    path: Path, rows: int = 1, columns: int = 1, *, size: tuple[float, float]
) -> Iterator[tuple[Any, list[Any]]]:
    """Yield a figure and its axes, row by row; write it to ``path`` in the end.

    Args:
        path: The SVG file.
        rows: Number of rows of axes.
        columns: Number of columns.
        size: Width and height in inches.
    """
    import matplotlib as mpl

    # The backend must be chosen before pyplot is imported: a server has no display.
    mpl.use("Agg")
    # Ids of SVG elements are random without a salt. The same figures must give the same file.
    mpl.rcParams["svg.hashsalt"] = path.stem
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(
        rows, columns, figsize=size, layout="constrained", squeeze=False
    )
    try:
        yield figure, list(axes.flat)
        with atomic_file(path) as draft:
            figure.savefig(draft, format="svg", metadata={"Date": None})
    finally:
        pyplot.close(figure)
