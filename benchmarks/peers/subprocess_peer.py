"""Runs peers in an environment of their own, as a process that exchanges files with this one."""

from __future__ import annotations

import json
import math
import os
import subprocess
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.shared.protocol import Answers, Peer, Rows, Split, Task
from common.errors import UnavailableError
from common.listing import PAYERS

PROGRAM = "benchmarks.peers.isolated"
"""The module that runs the peers; it imports nothing that their environment lacks."""

ROOT = Path(__file__).parents[2]

TARGETS = {
    "category": "ranking",
    "brand": "ranking",
    "price": "price",
    "shipping": "payer",
}
"""The program's name for what each model predicts."""


def isolated_peer(name: str, python: Path) -> Peer:
    """The peer ``fasttext`` or ``catboost``, run by another ``python``.

    The peer raises UnavailableError if its process fails.
    """
    return partial(_run, name, python)


def _run(
    name: str,
    python: Path,
    task: Task,
    split: Split,
    chosen: Mapping[str, Any] | None = None,
) -> Answers:
    with tempfile.TemporaryDirectory() as folder_name:
        folder = Path(folder_name)
        _write_task(folder, name, task, split, chosen or {})
        process = subprocess.run(
            [str(python), "-m", PROGRAM, folder_name],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )

        if process.returncode:
            _, _, last_line = process.stderr.strip().rpartition("\n")
            raise UnavailableError(f"the peer {name} failed on {python}: {last_line}")
        return _read_answers(folder)


def _write_task(
    folder: Path, name: str, task: Task, split: Split, chosen: Mapping[str, Any]
) -> None:
    parts = {
        "train": split.train,
        "validation": split.validation,
        "test": split.test,
        **split.views,
    }
    for part, rows in parts.items():
        columns = _columns(rows, task)
        _write(folder / f"{part}.json", columns)

    description = {
        "peer": name,
        "target": TARGETS[task.model],
        "fields": task.confirmed,
        "views": list(split.views),
        "chosen": chosen,
    }
    _write(folder / "task.json", description)


def _columns(rows: Rows, task: Task) -> dict[str, list[Any]]:
    """Text, confirmed fields and label as columns; the payer as 1 for the seller, else 0."""
    columns = {}
    for name in ("title", "description", *task.confirmed):
        columns[name] = [getattr(row, name) for row in rows]

    labels = [getattr(row, task.field) for row in rows]
    if task.model == "shipping":
        labels = [float(label == PAYERS[0]) for label in labels]
    columns["label"] = labels
    return columns


def _read_answers(folder: Path) -> Answers:
    content = (folder / "answers.json").read_text(encoding="utf-8")
    answers = json.loads(content)

    if answers["microseconds"] is None:
        # JSON has no NaN, the value of a time for which there were too few rows.
        answers["microseconds"] = math.nan
    return Answers(**answers)


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value), encoding="utf-8")
