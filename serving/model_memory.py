"""Memory of one model: ``python -m serving.model_memory NAME ARTIFACT [ENCODER ...]``.

The process imports only what a server has, loads a model with its encoders from their folders, and
has it answer the golden listings. It prints one JSON line ``{"bytes"}``: by how much its peak of
resident memory is above what it had before, with the libraries that every model needs. Training
runs compare a challenger with the champion.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import models
from common import encoders
from serving.releases import golden
from serving.releases.serving_only import forbid_other_packages

STATUS = Path("/proc/self/status")
"""Where Linux says how much memory this process has, in kB of 1,024 bytes."""


def measure(name: str, artifact: Path, encoder_folders: Sequence[Path]) -> int:
    """Return the bytes that loading a model and predicting with it add to this process.

    Raises ``ArtifactError`` where it cannot be loaded.
    """
    # numpy, scipy and what else every model needs are the server's, and would outweigh a small one.
    import_module("models.ensemble.predictor")
    before = _status_bytes("VmRSS")

    loaded = [encoders.load(folder) for folder in encoder_folders]
    models.load(name, artifact, loaded).predict(golden.decoded_listings())
    return _status_bytes("VmHWM") - before


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure one model and print the result; an error ends the process with its traceback."""
    parser = argparse.ArgumentParser(
        prog="python -m serving.model_memory", description=__doc__
    )
    parser.add_argument("name", help="a model's name")
    parser.add_argument("artifact", type=Path, help="folder of the model")
    parser.add_argument(
        "encoders", type=Path, nargs="*", help="folders of its encoders"
    )
    options = parser.parse_args(arguments)

    forbid_other_packages()
    used = measure(options.name, options.artifact, options.encoders)
    print(json.dumps({"bytes": used}), flush=True)
    return 0


def _status_bytes(field: str) -> int:
    """Return a field of ``STATUS``; unlike getrusage, it knows nothing of the parent's memory."""
    for line in STATUS.read_text().splitlines():
        name, _, value = line.partition(":")
        if name == field:
            return int(value.split()[0]) * 1024
    raise ValueError(f"{STATUS} has no {field}")


if __name__ == "__main__":
    sys.exit(main())
