"""The plots of the page about the simulated days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.loop.figures import PRICE_RATIO
from benchmarks.loop.record import LoopRecord
from benchmarks.loop.story import is_requested
from benchmarks.shared.drawing import drawing

COLOURS = {"category": "tab:blue", "brand": "tab:green", "price": "tab:orange"}

SMOOTHED_DAYS = 3
"""Days of the lines, which are means; points are single days."""

SIZE = (9.0, 3.6)


def draw_all(record: LoopRecord, folder: Path) -> None:
    """Draw all plots into SVG files of a folder."""
    _draw(
        record, folder / "acceptance.svg", _acceptance, "share of suggestions accepted"
    )
    _draw(
        record, folder / "accuracy.svg", _accuracy, "share of first suggestions right"
    )
    _draw(record, folder / "price.svg", _price, "price asked over price suggested")
    _draw(record, folder / "coverage.svg", _coverage, "share of prices in their range")
    _draw(record, folder / "nights.svg", _nights, "")
    with drawing(folder / "experiment.svg", size=SIZE) as (_, [axes]):
        _experiment(axes, record)
    with drawing(folder / "minutes.svg", size=(9.0, 2.4)) as (_, [axes]):
        _minutes(axes, record)


def _draw(record: LoopRecord, path: Path, draw: Any, label: str) -> None:
    """Draw a plot over the days, with releases and changes as vertical lines."""
    with drawing(path, size=SIZE) as (_, [axes]):
        draw(axes, record)
        _mark(axes, record)
        axes.set(xlabel="day", ylabel=label, xlim=(0.5, record.plan.days + 0.5))
        axes.grid(alpha=0.3, axis="y")
        axes.legend(fontsize="small", loc="center left", bbox_to_anchor=(1, 0.5))


def _mark(axes: Any, record: LoopRecord) -> None:
    plan = record.plan
    requested = [each.day for each in record.trainings if is_requested(each)]
    for index, day in enumerate(requested):
        label = "requested release" if index == 0 else None
        axes.axvline(day + 0.5, color="grey", lw=1, ls=":", label=label)
    axes.axvline(plan.brand_day - 0.5, color="tab:olive", lw=1.5, label="new brand")
    axes.axvline(plan.inflation_day - 0.5, color="tab:red", lw=1.5, label="inflation")
    first, last = plan.experiment_day - 0.5, plan.last_experiment_day + 0.5
    axes.axvspan(first, last, color="tab:purple", alpha=0.08, label="experiment")


def _line(axes: Any, values: Sequence[float | None], label: str, **style: Any) -> None:
    """Draw single days as points, and their running mean as a line."""
    numbers = np.array([np.nan if each is None else each for each in values])
    days = np.arange(1, len(numbers) + 1)
    axes.plot(days, numbers, ".", alpha=0.35, ms=4, color=style["color"])
    axes.plot(days, _running_mean(numbers), label=label, **style)


def _running_mean(numbers: np.ndarray) -> list[float]:
    """Return the mean of each day and of those before it, up to ``SMOOTHED_DAYS`` in all."""
    parts = [
        numbers[max(0, end - SMOOTHED_DAYS) : end] for end in range(1, len(numbers) + 1)
    ]
    return [
        float(np.nanmean(each)) if np.isfinite(each).any() else np.nan for each in parts
    ]


def _acceptance(axes: Any, record: LoopRecord) -> None:
    for field, colour in COLOURS.items():
        _line(axes, record.figures[f"acceptance {field}"], field, color=colour)
    axes.set_ylim(0, 1)


def _accuracy(axes: Any, record: LoopRecord) -> None:
    for field in ("category", "brand"):
        colour = COLOURS[field]
        measured = record.figures[f"top_1_accuracy {field}"]
        expected = record.figures[f"expected_accuracy {field}"]
        _line(axes, measured, f"{field}, measured", color=colour)
        _line(axes, expected, f"{field}, expected", color=colour, ls="--")


def _price(axes: Any, record: LoopRecord) -> None:
    _line(axes, record.figures[PRICE_RATIO], "median of a day", color="tab:orange")
    axes.axhline(1, color="black", lw=0.8)


def _coverage(axes: Any, record: LoopRecord) -> None:
    _line(axes, record.figures["coverage price"], "price", color="tab:orange")
    axes.axhline(0.8, color="black", lw=0.8, label="stated")


def _nights(axes: Any, record: LoopRecord) -> None:
    """Draw what monitoring named, and the training runs."""
    rows: list[tuple[str, list[int]]] = [
        (
            f"{field} has changed",
            [night.day for night in record.nights if night.names(field)],
        )
        for field in COLOURS
    ]
    rows.append(
        ("monitoring asks to retrain", [n.day for n in record.nights if n.retrain])
    )
    for state in dict.fromkeys(each.state for each in record.trainings):
        days = [each.day for each in record.trainings if each.state == state]
        rows.append((f"run {state}", days))
    for row, (_, days) in enumerate(rows):
        axes.plot(days, [row] * len(days), "o", ms=5, color="tab:blue")
    axes.set_yticks(range(len(rows)), [name for name, _ in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)


def _experiment(axes: Any, record: LoopRecord) -> None:
    """Draw the interval of the effect by day: always valid, and that of the end."""
    looks = [each for each in record.experiment.looks if each.low is not None]
    for is_final, label, colour in (
        (False, "interval that may be looked at every day", "tab:purple"),
        (True, "interval of the end, which decides", "black"),
    ):
        part = [each for each in looks if each.is_final == is_final]
        days = [each.day for each in part]
        effects = np.array([each.effect for each in part], float)
        ends = (
            np.array([[each.low, each.high] for each in part], float).reshape(-1, 2).T
        )
        axes.errorbar(
            days,
            100 * effects,
            yerr=100 * np.abs(ends - effects),
            fmt="o",
            color=colour,
            label=label,
        )
    axes.axhline(0, color="black", lw=0.8)
    axes.set(xlabel="day", ylabel="points of acceptance")
    axes.grid(alpha=0.3, axis="y")
    axes.legend(fontsize="small")


def _minutes(axes: Any, record: LoopRecord) -> None:
    parts: Mapping[str, float] = record.cpu_seconds
    names = sorted(parts, key=lambda name: parts[name])
    axes.barh(names, [parts[name] / 60 for name in names], color="tab:blue")
    axes.set(xlabel="minutes of processors")
