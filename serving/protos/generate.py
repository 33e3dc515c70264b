"""Generates the code of ``listing.proto``: ``python -m serving.protos.generate [--check]``.

Needs grpcio-tools, from the extra ``dev``. With ``--check`` nothing is written, and the exit code
is 1 when the committed code is not what the proto file gives.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

PROTO = "serving/protos/listing.proto"
"""Relative to the root, so that generated modules import each other as ``serving.protos``."""

ROOT = Path(__file__).parents[2]


def generate(out: Path) -> list[Path]:
    """Write the generated modules below the folder ``out``; return their paths relative to it."""
    from grpc_tools import protoc

    include = Path(protoc.__file__).parent / "_proto"
    words = ["protoc", f"-I{ROOT}", f"-I{include}", PROTO]
    words += [f"--{kind}_out={out}" for kind in ("python", "pyi", "grpc_python")]
    if protoc.main(words):
        raise SystemExit(f"{PROTO} could not be compiled: see above")
    return sorted(
        path.relative_to(out) for path in out.glob("serving/protos/*_pb2*.py*")
    )


def stale(committed: Path = ROOT) -> list[str]:
    """Names of committed modules that are missing or not what the proto file gives."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        return [
            str(path)
            for path in generate(fresh)
            if not (committed / path).is_file()
            or (committed / path).read_bytes() != (fresh / path).read_bytes()
        ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Generate, or with ``--check`` say what is not current."""
    parser = argparse.ArgumentParser(prog="python -m serving.protos.generate")
    parser.add_argument(
        "--check", action="store_true", help="write nothing, exit 1 when stale"
    )
    if not parser.parse_args(arguments).check:
        generate(ROOT)
        return 0
    names = stale()
    for name in names:
        print(
            f"{name} is not current: run 'python -m serving.protos.generate'",
            file=sys.stderr,
        )
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main())
