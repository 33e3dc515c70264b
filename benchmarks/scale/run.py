"""Time and memory of every stage by the number of rows: one synthetic shop a size.

Every stage is a process of its own on the real code path; its peak memory is that of the process
and its children together. Outputs stay in the work folder, and a stage that is done is not run
again: an interrupted run goes on with the same command.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import cast

import psutil

from benchmarks.scale import report
from benchmarks.scale.report import Figures
from benchmarks.scale.stages import FIGURES, STAGES
from benchmarks.shared.command_line import make_parser
from benchmarks.shared.result_files import write_results
from benchmarks.shared.results import Run, current_commit

MODULE = "benchmarks.scale.run"
STAGE_MODULE = "benchmarks.scale.stages"

EXAMPLES = """
python -m benchmarks.scale.run --rows 2000 --work /tmp/scale
python -m benchmarks.scale.run --rows 10000 --stages ingest category
make bench-scale
"""

ROWS = (10_000, 100_000, 1_480_000)

SECONDS_BETWEEN_SAMPLES = 0.2
"""Interval at which the memory of a stage is sampled."""


def main() -> int:
    """Run the stages, print the page, and write the results; returns 1 for a missed goal."""
    arguments = _parse_arguments()
    run = Run.start("scale", "synthetic", "make bench-scale", machine=_machine())
    sizes = _measure_sizes(arguments.rows, arguments.stages, arguments.work)

    run = replace(run, commit=_commits(sizes))
    results = report.collect(sizes, run)
    print(report.page(run, results, "results/scale.svg"))
    if arguments.out:
        write_results(arguments.out, run, results)

    missed = report.missed_goals(sizes)
    for goal in missed:
        print(f"missed: {goal}", file=sys.stderr)
    return 1 if missed else 0


def _measure_sizes(sizes: list[int], stages: list[str], work: Path) -> report.Sizes:
    """Run the stages at every size; returns the figures of all stages that were ever run."""
    for rows in sizes:
        for stage in stages:
            _run_stage(stage, rows, work / str(rows))

    return {rows: _read(work / str(rows)) for rows in sizes}


def _commits(sizes: report.Sizes) -> str:
    """The commits that were measured: a size may come from an earlier run."""
    commits = set()
    for stages in sizes.values():
        for figures in stages.values():
            commits.add(str(figures["commit"]))
    return ", ".join(sorted(commits))


def _parse_arguments() -> argparse.Namespace:
    description = "Measure time and memory of every stage by the number of rows."
    parser = make_parser(MODULE, description, EXAMPLES)
    add = parser.add_argument
    add("--rows", type=int, nargs="+", default=list(ROWS), help="numbers of rows")
    add("--stages", nargs="+", choices=STAGES, default=list(STAGES))
    add("--work", type=Path, default=Path(".listrec/scale"), help="folder of outputs")
    add("--out", type=Path, help="write the results as JSON; see benchmarks.pages")
    return parser.parse_args()


def _run_stage(stage: str, rows: int, folder: Path) -> None:
    """Run a stage in a process and write its figures, unless they exist already."""
    path = folder / FIGURES / f"{stage}.json"
    if path.exists():
        return

    path.parent.mkdir(parents=True, exist_ok=True)
    print(f"{rows:,} rows: {stage}", file=sys.stderr, flush=True)

    # The stage imports the code as it is now; the checkout may change while it runs.
    commit = current_commit()
    usage = _run_and_sample(
        [sys.executable, "-m", STAGE_MODULE, stage, str(rows), str(folder)]
    )
    own_figures = _read_json(folder / FIGURES / f"{stage}.own.json")

    # This file marks the stage as done, so it is written last.
    figures = {**usage, "commit": commit, **own_figures}
    path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _run_and_sample(command: list[str]) -> dict[str, float]:
    """Run a command; returns its time and peak memory. Ends this process if it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(command)
    sampler = _MemorySampler(process.pid)

    # Popen.wait does not report the resources that the process used.
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    sampled_peak = sampler.stop()
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")

    # Samples miss short peaks, and ru_maxrss (in KiB) is that of the largest process alone.
    peak_bytes = max(sampled_peak, usage.ru_maxrss * 1024)
    return {
        "seconds": round(seconds, 2),
        "processor_seconds": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_bytes": peak_bytes,
    }


class _MemorySampler:
    """Samples the resident memory of a process and its children until it is stopped."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """Stop; returns the largest number of bytes in one sample."""
        self._stopped.set()
        self._thread.join()
        return self._peak

    def _sample(self) -> None:
        while not self._stopped.wait(SECONDS_BETWEEN_SAMPLES):
            try:
                process = psutil.Process(self._pid)
                family = [process, *process.children(recursive=True)]
                total = sum(member.memory_info().rss for member in family)
            except psutil.Error:
                # A process of the family has ended between two of these calls.
                continue
            self._peak = max(self._peak, total)


def _read(folder: Path) -> dict[str, Figures]:
    """Figures of the stages that were run."""
    figures = {}
    for stage in STAGES:
        path = folder / FIGURES / f"{stage}.json"
        if path.exists():
            figures[stage] = _read_json(path)
    return figures


def _read_json(path: Path) -> Figures:
    return cast(Figures, json.loads(path.read_text(encoding="utf-8")))


def _machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    return f"{psutil.cpu_count()} cores ({_processor()}) and {memory:.0f} GiB"


def _processor() -> str:
    """The name of the processor, as Linux gives it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []

    for line in lines:
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


if __name__ == "__main__":
    sys.exit(main())
