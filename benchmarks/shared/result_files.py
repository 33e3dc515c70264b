"""Files of benchmark results: one JSON file a benchmark.

Pages of docs/ are renderings of these files (``benchmarks.pages``); no figure is read back from a
page. A file holds the run (when, at which commit, by which command) and a list of results.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from benchmarks.shared.results import Result, Results, Run
from common.errors import InputError
from common.store.atomic import write_atomically


def write_results(path: Path, run: Run, results: Results) -> None:
    """Write a run and its results as JSON, one result a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # One result a line, so that a diff of two runs shows the figures that changed.
    lines = [json.dumps(_without_defaults(item), allow_nan=False) for item in results]
    body = ",\n".join(f"  {line}" for line in lines)
    text = f'{{\n "run": {json.dumps(asdict(run))},\n "results": [\n{body}\n ]\n}}\n'
    write_atomically(path, text)


def read_results(path: Path) -> tuple[Run, Results]:
    """Read a file that ``write_results`` wrote; raises InputError for any other file."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        run = Run(**content["run"])
        results = [_parse(item) for item in content["results"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path} is not a file of benchmark results: {error}"
        ) from error
    return run, Results(results)


def _without_defaults(item: Result) -> dict[str, Any]:
    """Attributes of a result for JSON; those that do not apply are left out."""
    # Null is a statement of these two: not reached, and not known.
    always = ("value", "standard_error")
    return {
        name: value
        for name, value in asdict(item).items()
        if name in always or value not in ("", (), None)
    }


def _parse(item: Mapping[str, Any]) -> Result:
    # JSON has no tuples.
    parsed = Result(**item)
    quartiles = None
    if parsed.quartiles:
        low, high = parsed.quartiles
        quartiles = (low, high)
    return replace(
        parsed,
        repetitions=tuple(parsed.repetitions),
        values=tuple(parsed.values),
        quartiles=quartiles,
    )
