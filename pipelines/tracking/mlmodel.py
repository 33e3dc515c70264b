"""The file ``MLmodel`` of a model's artifact: by it mlflow loads the artifact where it lies.

It is a text beside the artifact's own files. The id and the checksums of the artifact do not cover
it, so the same model keeps its id. No file is copied, and nothing is pickled.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import yaml

from common.listing import CONFIRMABLE, NUMBER_FIELDS
from common.store.artifacts import Manifest
from pipelines.batch import columns

FILE = "MLmodel"
"""Name of the file, which mlflow decides."""

LOADER = "pipelines.tracking.pyfunc"
"""The module that mlflow calls to load the artifact."""

INPUT_COLUMNS = ("title", "description", "photos", *CONFIRMABLE)
"""Columns that a table may have, none of which is required; others are ignored."""


def mlmodel(manifest: Manifest, store: str) -> str:
    """Return the text of the file for a model's artifact.

    ``store`` is the URL of the store that holds the model's encoders. The format is that of mlflow:
    https://mlflow.org/docs/latest/ml/model/#mlmodel-file.
    """
    description = {
        "artifact_path": manifest.id,
        "flavors": {
            "python_function": {
                "loader_module": LOADER,
                "data": ".",
                "python_version": platform.python_version(),
                "config": {"store": store},
            }
        },
        "model_size_bytes": manifest.size,
        "signature": {
            "inputs": json.dumps(_inputs()),
            "outputs": json.dumps(_outputs(manifest.name)),
            "params": None,
        },
    }
    return yaml.safe_dump(description, sort_keys=False)


def _inputs() -> Sequence[Mapping[str, Any]]:
    """Return mlflow's schema of a listing as a row."""
    return [
        {"name": name, "type": _input_type(name), "required": False}
        for name in INPUT_COLUMNS
    ]


def _input_type(name: str) -> str:
    if name == "photos":
        return "any"  # a path, the bytes of a file, or a list of them
    return "double" if name in NUMBER_FIELDS else "string"


def _outputs(model: str) -> Sequence[Mapping[str, Any]]:
    """Return mlflow's schema of the columns that the model answers with."""
    schema = columns.schema()
    return [
        {"name": name, "required": False, **_type(schema.field(name).type)}
        for name in columns.of_model(model)
    ]


def _type(kind: pa.DataType) -> Mapping[str, Any]:
    """Return mlflow's type for one of Arrow's."""
    if pa.types.is_map(kind):
        return {"type": "map", "values": _type(kind.item_type)}
    if pa.types.is_list(kind):
        return {"type": "array", "items": _type(kind.value_type)}
    if pa.types.is_struct(kind):
        parts = {field.name: {**_type(field.type), "required": True} for field in kind}
        return {"type": "object", "properties": parts}
    return {"type": str(kind)}
