"""Time and memory of everything, by the number of rows: one synthetic shop a size.

  python -m benchmarks.scale.run [--rows 10000 100000 1480000] [--stages ingest encoder ...]
                             [--work FOLDER] [--out docs/scale.md]

Every stage is a process of its own on the real code path, started as a person would start it; its
peak memory is that of the process and its children together. What a stage made stays in the work
folder, and a stage that is done is not run again: an interrupted run goes on where it was, and a
folder that is removed starts afresh.
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
from datetime import date
from pathlib import Path

import psutil

from benchmarks.scale import report
from benchmarks.scale.report import Figures
from benchmarks.scale.stages import FIGURES, STAGES
from benchmarks.shared.markdown import measured_commit

ROWS = (10_000, 100_000, 1_480_000)

BETWEEN_SAMPLES = 0.2
"""Seconds between two looks at the memory of a stage."""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, nargs="+", default=list(ROWS))
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=list(STAGES))
    parser.add_argument("--work", type=Path, default=Path(".listrec/scale"))
    parser.add_argument("--out", type=Path, help="write Markdown, and JSON and a plot beside it")
    given = parser.parse_args()
    for rows in given.rows:
        for stage in given.stages:
            _run(stage, rows, given.work / str(rows))
    found = {rows: _read(given.work / str(rows)) for rows in given.rows}
    text = "\n".join([*_heading(found), *report.table(found)])
    print(text)
    if given.out:
        report.write(given.out, text, found)
    missed = report.missed(found)
    for line in missed:
        print(f"missed: {line}", file=sys.stderr)
    return 1 if missed else 0


def _run(stage: str, rows: int, folder: Path) -> None:
    """Run a stage in a process and note its figures, unless they are there already."""
    kept = folder / FIGURES / f"{stage}.json"
    if kept.exists():
        return
    kept.parent.mkdir(parents=True, exist_ok=True)
    print(f"{rows:,} rows: {stage}", file=sys.stderr, flush=True)
    commit, start = measured_commit(), time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.scale.stages", stage, str(rows), str(folder)]
    )
    watch = _Watch(process.pid)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    peak = max(watch.stop(), usage.ru_maxrss * 1024)
    if process.returncode:
        sys.exit(f"{stage} of {rows:,} rows ended with {process.returncode}")
    said = json.loads((folder / FIGURES / f"{stage}.said.json").read_text(encoding="utf-8"))
    figures = {
        "seconds": round(seconds, 2),
        "processor_seconds": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_bytes": peak,
        "commit": commit,
        **said,
    }
    kept.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


class _Watch:
    """Samples the resident memory of a process and its children until it is stopped."""

    def __init__(self, pid: int) -> None:
        self._pid, self._peak = pid, 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """Return the most bytes seen at once."""
        self._done.set()
        self._thread.join()
        return self._peak

    def _sample(self) -> None:
        while not self._done.wait(BETWEEN_SAMPLES):
            try:
                process = psutil.Process(self._pid)
                family = [process, *process.children(recursive=True)]
                total = sum(each.memory_info().rss for each in family)
            except psutil.Error:
                continue  # one of them has just ended
            self._peak = max(self._peak, total)


def _read(folder: Path) -> dict[str, Figures]:
    paths = {stage: folder / FIGURES / f"{stage}.json" for stage in STAGES}
    return {
        stage: json.loads(path.read_text(encoding="utf-8"))
        for stage, path in paths.items()
        if path.exists()
    }


def _heading(found: report.Results) -> list[str]:
    commits = sorted({str(each["commit"]) for stages in found.values() for each in stages.values()})
    memory = psutil.virtual_memory().total / 2**30
    return [
        "# Time and memory by size",
        "",
        f"Measured on {date.today()} at commit {', '.join(commits)} with Python"
        f" {platform.python_version()} on {psutil.cpu_count()} cores ({_processor()}) and"
        f" {memory:.0f} GiB: `make bench-scale`. Rows are those of the synthetic shop without"
        " photos. Every stage is a process of its own, its start included; peak memory is resident,"
        " of the process and its children.",
        "",
    ]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


if __name__ == "__main__":
    sys.exit(main())
