"""Asks peers that live in an environment of their own, through files; see ``foreign``."""

from __future__ import annotations

import json
import subprocess
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.peers.protocol import Answers, Peer, Rows, Split, Task
from common.errors import UnavailableError
from common.listing import PAYERS

PROGRAM = Path(__file__).with_name("fasttext_catboost.py")
ASKED = {"category": "ranking", "brand": "ranking", "price": "price", "shipping": "payer"}


def foreign(peer: str, python: Path) -> Peer:
    """Return a peer, ``fasttext`` or ``catboost``, that runs on another ``python``."""
    return partial(_ask, peer, python)


def _ask(peer: str, python: Path, task: Task, split: Split) -> Answers:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("train", "validation", "test"):
            _write(folder / f"{part}.json", _columns(getattr(split, part), task))
        said = {"peer": peer, "asked": ASKED[task.model], "fields": task.shown}
        _write(folder / "task.json", said)
        done = subprocess.run(
            [python, str(PROGRAM), name], capture_output=True, text=True, check=False
        )
        if done.returncode:
            last = done.stderr.strip().rpartition("\n")[2]
            raise UnavailableError(f"the peer {peer} failed on {python}: {last}")
        found = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    return Answers(**found)


def _columns(rows: Rows, task: Task) -> dict[str, list[Any]]:
    labels = [getattr(row, task.field) for row in rows]
    if task.model == "shipping":
        labels = [float(label == PAYERS[0]) for label in labels]
    names = ("title", "description", *task.shown)
    return {name: [getattr(row, name) for row in rows] for name in names} | {"label": labels}


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value), encoding="utf-8")
