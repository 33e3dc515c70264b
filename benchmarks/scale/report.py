"""The table, the plot and the goals of ``benchmarks.scale.run``."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.scale.stages import HEADLINES, STAGES, TRAINED

Figures = dict[str, Any]
Results = Mapping[int, Mapping[str, Figures]]
"""Figures by number of rows and by stage."""

GOAL_ROWS = 1_000_000
"""Goals are for at least this many rows."""

GIB = 2**30
INGEST_BYTES = 2 * GIB
TRAIN_BYTES = 12 * GIB
TRAIN_SECONDS = 3600
ROWS_PER_SECOND = 4000


def table(found: Results) -> list[str]:
    """Lines of Markdown: time, memory and growth of each stage, then quality by size."""
    lines = [
        "| stage | rows | seconds | processor s | peak memory, GiB | growth / (n log n) |",
        "|---|---|---|---|---|---|",
    ]
    for stage in (*STAGES, "everything trained"):
        sizes = [(rows, _stage(stages, stage)) for rows, stages in sorted(found.items())]
        before: tuple[int, Figures] | None = None
        for rows, figures in sizes:
            if not figures:
                continue
            lines.append(
                f"| {stage} | {rows:,} | {figures['seconds']:,.1f} |"
                f" {figures['processor_seconds']:,.1f} | {figures['peak_bytes'] / GIB:.2f} |"
                f" {_growth(before, (rows, figures))} |"
            )
            before = (rows, figures)
    return [*lines, "", *_by_size(found), "", *_goals(found), ""]


def write(out: Path, text: str, found: Results) -> None:
    """Write the text, the figures as JSON, and the plot, all under the name of ``out``."""
    plot = out.with_suffix(".svg")
    _plot(found, plot)
    out.write_text(f"{text}\n![time and memory by rows]({plot.name})\n", encoding="utf-8")
    kept = json.dumps({str(rows): stages for rows, stages in found.items()}, indent=1)
    out.with_suffix(".json").write_text(kept + "\n", encoding="utf-8")


def missed(found: Results) -> list[str]:
    """Goals that were not reached, each as a line."""
    return [line for line, reached in _judged(found) if not reached]


def _stage(stages: Mapping[str, Figures], stage: str) -> Figures | None:
    if stage in STAGES:
        return stages.get(stage)
    parts = [stages[name] for name in TRAINED if name in stages]
    if len(parts) < len(TRAINED):
        return None
    return {
        "seconds": sum(part["seconds"] for part in parts),
        "processor_seconds": sum(part["processor_seconds"] for part in parts),
        "peak_bytes": max(part["peak_bytes"] for part in parts),
    }


def _growth(before: tuple[int, Figures] | None, now: tuple[int, Figures]) -> str:
    """How much faster than n log n the processor's time grew from one size to the next."""
    if before is None:
        return ""
    took = now[1]["processor_seconds"] / before[1]["processor_seconds"]
    return f"{took / (_work(now[0]) / _work(before[0])):.2f}"


def _work(rows: int) -> float:
    return rows * math.log(rows)


def _by_size(found: Results) -> list[str]:
    """What is told of each size beside time and memory."""
    sizes = sorted(found)
    head = ["| | " + " | ".join(f"{rows:,} rows" for rows in sizes) + " |"]
    head.append("|---|" + "---|" * len(sizes))
    lines = {
        "all artifacts, MB": lambda s: sum(s[name]["artifact_bytes"] for name in TRAINED) / 1e6,
        "table suggestion, rows/s": lambda s: s["suggest"]["rows_per_second"],
        "ingest, rows/s": lambda s: s["ingest"]["rows"] / s["ingest"]["seconds"],
    }
    for name, metrics in HEADLINES.items():
        for metric in metrics:
            key = f"{name} {metric}"
            lines[f"{key} on test rows"] = lambda s, key=key: s["evaluate"][key]
    for title, figure in lines.items():
        cells = [_cell(figure, found[rows]) for rows in sizes]
        head.append(f"| {title} | " + " | ".join(cells) + " |")
    return head


def _cell(figure: Any, stages: Mapping[str, Figures]) -> str:
    try:
        value = figure(stages)
    except KeyError:
        return ""
    return f"{value:,.0f}" if value >= 10 else f"{value:.3f}"


def _goals(found: Results) -> list[str]:
    lines = [f"- {'reached' if reached else 'MISSED'}: {line}" for line, reached in _judged(found)]
    return ["Goals at 1.48 million rows:", "", *lines] if lines else []


def _judged(found: Results) -> Iterator[tuple[str, bool]]:
    """Each goal with what was measured, and whether it was reached."""
    for rows, stages in sorted(found.items()):
        if rows < GOAL_ROWS:
            continue
        if ingest := stages.get("ingest"):
            held = ingest["peak_bytes"]
            yield f"ingest in {held / GIB:.2f} of 2 GiB", held <= INGEST_BYTES
        if trained := _stage(stages, "everything trained"):
            took, held = trained["seconds"], trained["peak_bytes"]
            yield f"everything trained in {took / 60:.0f} of 60 minutes", took <= TRAIN_SECONDS
            yield f"everything trained in {held / GIB:.1f} of 12 GiB", held <= TRAIN_BYTES
        if suggest := stages.get("suggest"):
            rate = suggest["rows_per_second"]
            yield f"{rate:,.0f} rows/s suggested, of 4,000", rate >= ROWS_PER_SECOND


def _plot(found: Results, path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "scale"  # the same figures give the same file
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4.5), layout="constrained")
    sizes = sorted(found)
    for stage in STAGES:
        rows = [size for size in sizes if stage in found[size]]
        left.plot(rows, [found[size][stage]["seconds"] for size in rows], "o-", label=stage)
        right.plot(rows, [found[size][stage]["peak_bytes"] / GIB for size in rows], "o-")
    _reference(left, found, sizes)
    for axes, title in ((left, "seconds"), (right, "peak resident memory, GiB")):
        axes.set(xscale="log", yscale="log", xlabel="rows", title=title)
        axes.grid(alpha=0.3)
    figure.legend(loc="outside right center")
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def _reference(axes: Any, found: Results, sizes: Sequence[int]) -> None:
    """A line that grows as n log n does, from the slowest stage of the fewest rows."""
    start = max((each["seconds"] for each in found[sizes[0]].values()), default=1.0)
    line = [start * _work(rows) / _work(sizes[0]) for rows in sizes]
    axes.plot(sizes, line, "k:", label="n log n")
