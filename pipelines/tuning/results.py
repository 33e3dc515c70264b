"""What a search leaves behind: settings that training takes, and a picture of how it went."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import yaml

from common.store.atomic import write_atomically
from pipelines.training.targets import parse_config

SHARES = 12
"""Settings whose importance is drawn."""


def write_settings(
    out: Path,
    config: Mapping[str, Any],
    name: str,
    chosen: Mapping[str, Any],
    comment: str,
) -> None:
    """Write settings by target as YAML: those of ``config``, with ``chosen`` for the model."""
    values = {**config, name: dict(chosen)}
    text = f"# {comment}\n{yaml.safe_dump(values, sort_keys=False, allow_unicode=True)}"
    parse_config(text)  # what training would refuse is a bug here
    write_atomically(out, text)


def plot_study(
    out: Path,
    numbers: Sequence[int],
    values: Sequence[float],
    shares: Mapping[str, float],
    metric: str,
    larger_is_better: bool,
) -> None:
    """Draw trials in their order with the best so far, and how much each setting mattered (SVG)."""
    import matplotlib
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), layout="constrained")
    history, importance = figure.subplots(1, 2)
    best = list(accumulate(values, max if larger_is_better else min))
    history.plot(numbers, values, "o", label="trials")
    history.step(numbers, best, where="post", label="best so far")
    history.set(xlabel="trial", ylabel=f"{metric} on validation rows", title="Trials")
    history.legend()
    shown = list(shares.items())[:SHARES][::-1]
    importance.barh([name for name, _ in shown], [share for _, share in shown])
    importance.set(xlabel="share of the differences", title="Importance of settings")
    page = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": metric}):  # the same trials, the same bytes
        figure.savefig(page, format="svg", metadata={"Date": None})
    write_atomically(out, page.getvalue())
