"""The files that a search writes: the best settings for training, and a plot of the trials."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from common.store.atomic import write_atomically
from pipelines.training.targets import parse_config

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAX_BARS = 12
"""Largest number of settings whose importance is drawn."""


def write_settings(
    out: Path,
    config: Mapping[str, Any],
    name: str,
    chosen: Mapping[str, Any],
    comment: str,
) -> None:
    """Write settings by target as YAML, after a comment.

    They are those of ``config``, with ``chosen`` for the model ``name``.
    """
    values = {**config, name: dict(chosen)}
    text = f"# {comment}\n{yaml.safe_dump(values, sort_keys=False, allow_unicode=True)}"
    # Whoever waited for a search must not find that training refuses its result.
    parse_config(text)
    write_atomically(out, text)


def plot_study(
    out: Path,
    numbers: Sequence[int],
    values: Sequence[float],
    shares: Mapping[str, float],
    metric: str,
    larger_is_better: bool,
) -> None:
    """Draw the history of a study and the importance of its settings, as SVG.

    ``numbers`` and ``values`` are those of the measured trials, in their order; ``shares`` are the
    importances by setting, the largest first. The same arguments give the same bytes.
    """
    import matplotlib
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), layout="constrained")
    history, importance = figure.subplots(1, 2)
    best = list(accumulate(values, max if larger_is_better else min))
    _draw_history(history, numbers, values, best, f"{metric} on validation rows")
    _draw_importance(importance, shares)

    page = io.StringIO()
    # matplotlib puts random ids and the date into a file, unless it is told not to.
    with matplotlib.rc_context({"svg.hashsalt": metric}):
        figure.savefig(page, format="svg", metadata={"Date": None})
    write_atomically(out, page.getvalue())


def _draw_history(
    axes: Axes,
    numbers: Sequence[int],
    values: Sequence[float],
    best: Sequence[float],
    label: str,
) -> None:
    """Draw the value of every trial, and the best value so far."""
    axes.plot(numbers, values, "o", label="trials")
    axes.step(numbers, best, where="post", label="best so far")
    axes.set(xlabel="trial", ylabel=label, title="Trials")
    axes.legend()


def _draw_importance(axes: Axes, shares: Mapping[str, float]) -> None:
    """Draw a bar for each of the most important settings."""
    # Horizontal bars are drawn upwards, so the largest comes last.
    names = list(shares)[:MAX_BARS][::-1]
    axes.barh(names, [shares[name] for name in names])
    axes.set(xlabel="share of the differences", title="Importance of settings")
