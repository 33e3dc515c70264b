"""The constants that a model keeps beside its head, as one typed dataclass in a JSON file."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar, cast

from common.config import build

CALIBRATION = "calibration.json"

Calibration = TypeVar("Calibration")


def save_calibration(calibration: Any, folder: Path) -> None:
    """Write a calibration dataclass into an artifact folder; floats keep all their digits."""
    text = json.dumps(asdict(calibration), ensure_ascii=False, indent=1)
    (folder / CALIBRATION).write_text(text + "\n", encoding="utf-8")


def load_calibration(cls: type[Calibration], folder: Path) -> Calibration:
    """Read a calibration of the dataclass ``cls`` from an artifact folder.

    Raises:
        InputError: The file does not hold the fields of ``cls``.
    """
    text = (folder / CALIBRATION).read_text(encoding="utf-8")
    values = cast(dict[str, Any], _with_tuples(json.loads(text)))
    return build(cls, values, where=f"{folder.name}/{CALIBRATION}")


def _with_tuples(value: Any) -> Any:
    """Return a JSON value with tuples in place of lists, at every depth."""
    if isinstance(value, list):
        return tuple(_with_tuples(item) for item in value)
    if isinstance(value, dict):
        return {name: _with_tuples(item) for name, item in value.items()}
    return value
