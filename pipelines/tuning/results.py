"""The files that a search writes: the best settings for training, and a plot of the trials."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import yaml

from common.store.atomic import write_atomically
from pipelines.training.targets import parse_config

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
    parse_config(text)  # settings that training refuses are a bug here
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
    history.plot(numbers, values, "o", label="trials")
    history.step(numbers, best, where="post", label="best so far")
    history.set(xlabel="trial", ylabel=f"{metric} on validation rows", title="Trials")
    history.legend()

    # Horizontal bars are drawn upwards, so the largest comes last.
    names = list(shares)[:MAX_BARS][::-1]
    importance.barh(names, [shares[name] for name in names])
    importance.set(xlabel="share of the differences", title="Importance of settings")

    page = io.StringIO()
    # matplotlib puts random ids and the date into a file, unless it is told not to.
    with matplotlib.rc_context({"svg.hashsalt": metric}):
        figure.savefig(page, format="svg", metadata={"Date": None})
    write_atomically(out, page.getvalue())
