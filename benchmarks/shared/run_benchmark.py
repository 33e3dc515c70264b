"""What every benchmark with a section on a page does once its command line is read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.shared.result_files import write_results
from benchmarks.shared.results import Results, Run
from common.errors import ListrecError

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


def run_benchmark(
    run: Run,
    measure: Callable[[], Results],
    page_section: Callable[[Run, Results], str],
    out: Path | None,
) -> int:
    """Measure, print the page's section, and write the results to ``out``, if given.

    Returns the exit code. An expected error is a sentence.
    """
    try:
        results = measure()
    except ListrecError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("stopped; the same command measures what is missing", file=sys.stderr)
        return INTERRUPTED

    print(page_section(run, results))
    if out:
        write_results(out, run, results)
    return 0
