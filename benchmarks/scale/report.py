"""The page of the scale benchmark, its plot and its goals, from its results."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.scale.stages import HEADLINES, STAGES, TRAINED
from benchmarks.shared.drawing import drawing
from benchmarks.shared.markdown import bullets, describe_run, table
from benchmarks.shared.results import OURS, Result, Results, Run, result

Figures = dict[str, Any]
Sizes = Mapping[int, Mapping[str, Figures]]
"""Figures by number of rows and by stage."""

METHOD = (
    "Rows are those of the synthetic shop without photos.",
    "Every stage is a process of its own, its start included. Peak memory is resident, of the"
    " process and its children.",
)
"""How the benchmark measures, for the page."""

ALL_TRAINED = "everything trained"
"""The row of the table that sums up all stages that train."""

MIN_GOAL_ROWS = 1_000_000
"""Goals are for at least this many rows."""

GIB = 2**30
MAX_INGEST_BYTES = 2 * GIB
MAX_TRAIN_BYTES = 12 * GIB
MAX_TRAIN_SECONDS = 3600
MIN_ROWS_PER_SECOND = 4000


def collect(sizes: Sizes, run: Run) -> Results:
    """Results of all stages: the variant is the number of rows, the slice is the stage."""
    results: list[Result] = []

    for rows, stages in sizes.items():
        for stage, figures in stages.items():
            results += _collect_stage(rows, stage, figures, run)

    return Results(results)


def _collect_stage(rows: int, stage: str, figures: Figures, run: Run) -> list[Result]:
    """Results of a stage; it may have been measured at another commit than the run."""
    key = {
        "variant": str(rows),
        "slice": stage,
        "n_rows": rows,
        "commit": figures["commit"],
    }
    metrics = [name for name in figures if name != "commit"]
    return [result(run, OURS, metric, figures[metric], **key) for metric in metrics]


def figures_by_size(results: Results) -> dict[int, dict[str, Figures]]:
    """The figures by number of rows and by stage."""
    sizes: dict[int, dict[str, Figures]] = {}
    for item in results:
        stages = sizes.setdefault(int(item.variant), {})
        stages.setdefault(item.slice, {})[item.metric] = item.value
    return sizes


def page(run: Run, results: Results, plot_name: str) -> str:
    """The whole page."""
    lines = [
        "# Time and memory by size",
        "",
        describe_run(run),
        "",
        *bullets(METHOD),
        "",
        *tables(figures_by_size(results)),
        f"![time and memory by rows]({plot_name})",
    ]
    return "\n".join(lines) + "\n"


def tables(sizes: Sizes) -> list[str]:
    """Lines of Markdown: time, memory and growth of each stage, then quality by size."""
    return [*_time_and_memory(sizes), "", *_by_size(sizes), "", *_goal_lines(sizes), ""]


def missed_goals(sizes: Sizes) -> list[str]:
    """Descriptions of the goals that were not reached."""
    return [goal.description for goal in _check_goals(sizes) if not goal.met]


def plot(sizes: Sizes, path: Path) -> None:
    """Draw time and memory of each stage by the number of rows into an SVG."""
    with drawing(path, columns=2, size=(11, 4.5)) as (figure, (left, right)):
        for stage in STAGES:
            _draw_stage(left, right, sizes, stage)
        _draw_reference(left, sizes)

        _label_axes(left, "seconds")
        _label_axes(right, "peak resident memory, GiB")
        figure.legend(loc="outside right center")


@dataclass(frozen=True, slots=True)
class ScaleGoal:
    """A goal with its measurement, and whether it is met."""

    description: str
    met: bool


def _time_and_memory(sizes: Sizes) -> list[str]:
    rows = []

    for stage in (*STAGES, ALL_TRAINED):
        previous: tuple[int, Figures] | None = None
        for number, stages in sorted(sizes.items()):
            figures = _stage_figures(stages, stage)
            if not figures:
                continue
            growth = _growth(previous, (number, figures))
            rows.append([stage, f"{number:,}", *_stage_cells(figures), growth])
            previous = (number, figures)

    head = (
        "stage",
        "rows",
        "seconds",
        "processor s",
        "peak memory, GiB",
        "growth / (n log n)",
    )
    return table(head, rows)


def _stage_cells(figures: Figures) -> list[str]:
    gibibytes = figures["peak_bytes"] / GIB
    return [
        f"{figures['seconds']:,.1f}",
        f"{figures['processor_seconds']:,.1f}",
        f"{gibibytes:.2f}",
    ]


def _stage_figures(stages: Mapping[str, Figures], stage: str) -> Figures | None:
    if stage in STAGES:
        return stages.get(stage)

    parts = [stages[name] for name in TRAINED if name in stages]
    if len(parts) < len(TRAINED):
        # A sum over some of the stages would look like a reached goal.
        return None

    # Stages run one after the other: times add up, peaks of memory do not.
    return {
        "seconds": sum(part["seconds"] for part in parts),
        "processor_seconds": sum(part["processor_seconds"] for part in parts),
        "peak_bytes": max(part["peak_bytes"] for part in parts),
    }


def _growth(previous: tuple[int, Figures] | None, current: tuple[int, Figures]) -> str:
    """Growth of the processor's time from one size to the next, relative to n log n."""
    if previous is None:
        return ""

    (rows_before, before), (rows, now) = previous, current
    time_ratio = now["processor_seconds"] / before["processor_seconds"]
    work_ratio = _n_log_n(rows) / _n_log_n(rows_before)
    return f"{time_ratio / work_ratio:.2f}"


def _n_log_n(rows: int) -> float:
    return rows * math.log(rows)


def _by_size(sizes: Sizes) -> list[str]:
    """Size, speed and quality by the number of rows."""
    numbers = sorted(sizes)
    rows = []

    for title, figure in _columns().items():
        cells = [_cell(figure, sizes[number]) for number in numbers]
        rows.append([title, *cells])

    return table(["", *(f"{number:,} rows" for number in numbers)], rows)


def _columns() -> dict[str, Callable[[Mapping[str, Figures]], float]]:
    """Functions of the stages' figures; they raise KeyError for stages that were not run."""
    columns: dict[str, Callable[[Mapping[str, Figures]], float]] = {
        "all artifacts, MB": _artifact_megabytes,
        "table suggestion, rows/s": lambda stages: stages["suggest"]["rows_per_second"],
        "ingest, rows/s": lambda stages: (
            stages["ingest"]["rows"] / stages["ingest"]["seconds"]
        ),
    }
    for name, metrics in HEADLINES.items():
        for metric in metrics:
            columns[f"{name} {metric} on test rows"] = _evaluated(f"{name} {metric}")
    return columns


def _artifact_megabytes(stages: Mapping[str, Figures]) -> float:
    return float(sum(stages[name]["artifact_bytes"] for name in TRAINED)) / 1e6


def _evaluated(metric: str) -> Callable[[Mapping[str, Figures]], float]:
    return lambda stages: stages["evaluate"][metric]


def _cell(
    figure: Callable[[Mapping[str, Figures]], float], stages: Mapping[str, Figures]
) -> str:
    try:
        value = figure(stages)
    except KeyError:
        return ""
    return f"{value:,.0f}" if value >= 10 else f"{value:.3f}"


def _goal_lines(sizes: Sizes) -> list[str]:
    goals = list(_check_goals(sizes))
    if not goals:
        return []
    lines = [
        f"{'reached' if goal.met else 'MISSED'}: {goal.description}" for goal in goals
    ]
    return ["Goals at 1.48 million rows:", "", *bullets(lines)]


def _check_goals(sizes: Sizes) -> Iterator[ScaleGoal]:
    """All goals with their measurements, for every size that is large enough."""
    for rows, stages in sorted(sizes.items()):
        if rows < MIN_GOAL_ROWS:
            continue

        if ingest := stages.get("ingest"):
            peak = ingest["peak_bytes"]
            yield ScaleGoal(
                f"ingest in {peak / GIB:.2f} of 2 GiB", peak <= MAX_INGEST_BYTES
            )
        if trained := _stage_figures(stages, ALL_TRAINED):
            yield from _check_training(trained)
        if suggest := stages.get("suggest"):
            rate = suggest["rows_per_second"]
            description = f"{rate:,.0f} rows/s suggested, of 4,000"
            yield ScaleGoal(description, rate >= MIN_ROWS_PER_SECOND)


def _check_training(trained: Figures) -> Iterator[ScaleGoal]:
    seconds, peak = trained["seconds"], trained["peak_bytes"]
    minutes = f"{ALL_TRAINED} in {seconds / 60:.0f} of 60 minutes"
    memory = f"{ALL_TRAINED} in {peak / GIB:.1f} of 12 GiB"
    yield ScaleGoal(minutes, seconds <= MAX_TRAIN_SECONDS)
    yield ScaleGoal(memory, peak <= MAX_TRAIN_BYTES)


def _draw_stage(time_axes: Any, memory_axes: Any, sizes: Sizes, stage: str) -> None:
    measured = {
        rows: stages[stage] for rows, stages in sorted(sizes.items()) if stage in stages
    }
    seconds = [figures["seconds"] for figures in measured.values()]
    memory = [figures["peak_bytes"] / GIB for figures in measured.values()]
    time_axes.plot(list(measured), seconds, "o-", label=stage)
    # The figure's legend would list a stage twice if its second line had a label too.
    memory_axes.plot(list(measured), memory, "o-")


def _draw_reference(axes: Any, sizes: Sizes) -> None:
    """A line that grows like n log n, from the slowest stage of the fewest rows."""
    numbers = sorted(sizes)
    smallest = numbers[0]
    slowest = max(
        (figures["seconds"] for figures in sizes[smallest].values()), default=1.0
    )
    line = [slowest * _n_log_n(rows) / _n_log_n(smallest) for rows in numbers]
    axes.plot(numbers, line, "k:", label="n log n")


def _label_axes(axes: Any, title: str) -> None:
    axes.set(xscale="log", yscale="log", xlabel="rows", title=title)
    axes.grid(alpha=0.3)
