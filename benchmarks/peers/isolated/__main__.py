"""Runs fastText or CatBoost in their own environment.

  PYTHONPATH=. .venv-peers/bin/python -m benchmarks.peers.isolated FOLDER

The folder holds columns of ``train``, ``validation`` and ``test`` rows as JSON: ``title``,
``description``, the confirmed fields that peers may use, and ``label``. ``task.json`` names the
``peer``, the ``target`` (``ranking``, ``price`` or ``payer``), the ``fields``, the ``views`` (files
of further rows to answer for) and settings that were ``chosen`` before. ``answers.json`` is
written, with the attributes of ``benchmarks.shared.protocol.Answers``.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.peers.isolated.catboost_peer import catboost
from benchmarks.peers.isolated.fasttext_peer import fasttext
from benchmarks.peers.isolated.frames import Frame, Predict, Settings

BATCH_SIZE, N_TIMED_BATCHES = 32, 10


def main() -> None:
    """Train the peer that the task names, and write its answers for the test rows."""
    folder = Path(sys.argv[1])
    task = _read(folder / "task.json")
    start = time.perf_counter()
    predict, chosen = _fit(folder, task)
    answers = {"seconds": time.perf_counter() - start, "chosen": chosen}

    test = _read_rows(folder, "test")
    answers |= {"microseconds": _time_batches(predict, test), **predict(test)}
    answers["stated"] = task["target"] != "price"
    answers["views"] = _answer_views(folder, task["views"], predict)
    _write(folder / "answers.json", answers)


def _fit(folder: Path, task: dict[str, Any]) -> tuple[Predict, Settings]:
    train = _read_rows(folder, "train")
    validation = _read_rows(folder, "validation")
    chosen = task["chosen"]
    if task["peer"] == "fasttext":
        return fasttext(train, validation, chosen, folder)
    return catboost(train, validation, chosen, task["target"], task["fields"])


def _answer_views(folder: Path, names: list[str], predict: Predict) -> dict[str, Any]:
    views = {}
    for name in names:
        columns = predict(_read_rows(folder, name))
        views[name] = columns["ranked"]
    return views


def _time_batches(predict: Predict, test: Frame) -> float | None:
    """Median microseconds of the processor for a listing, as ``protocol.time_batches``."""
    # Written again, because this environment cannot import anything of ours.
    durations = []
    n_batches = min(N_TIMED_BATCHES + 1, len(test) // BATCH_SIZE)
    for number in range(n_batches):
        first = number * BATCH_SIZE
        batch = test.iloc[first : first + BATCH_SIZE]
        batch_start = time.process_time()
        predict(batch)
        batch_seconds = time.process_time() - batch_start
        durations.append(batch_seconds / BATCH_SIZE * 1e6)

    # The first batch warms up.
    timed = durations[1:]
    if not timed:
        return None
    return float(np.median(timed))


def _read_rows(folder: Path, name: str) -> Frame:
    return pd.DataFrame(_read(folder / f"{name}.json"))


def _read(path: Path) -> Any:
    content = path.read_text(encoding="utf-8")
    return json.loads(content)


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value), encoding="utf-8")


if __name__ == "__main__":
    main()
