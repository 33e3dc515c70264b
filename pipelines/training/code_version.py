"""Which code and which libraries train: what is in the key of a step beside its inputs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PACKAGES = ("common", "models", "pipelines")
"""Our packages that a step of training or evaluation runs."""

LIBRARIES = (
    "lightgbm",
    "listrec-native",
    "numpy",
    "onnx",
    "onnxruntime",
    "onnxscript",
    "pillow",
    "scikit-learn",
    "scipy",
    "tokenizers",
    "torch",
    "transformers",
)
"""Packages that compute with what is trained, or decode it."""

VARIABLES = (
    "LISTREC_COMMIT",
    "LISTREC_IMAGE",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "CUDA_VISIBLE_DEVICES",
    "CUBLAS_WORKSPACE_CONFIG",
)
"""Environment variables that say what code runs, or in which order numbers are added up."""


def code_version(environ: Mapping[str, str]) -> str:
    """Return a hash of our code, of the libraries' versions and of ``VARIABLES``.

    An image has its digest in ``LISTREC_IMAGE``. Without one, uncommitted changes count too: the
    files are hashed, and not their commit alone.
    """
    parts = [_hash_files(), *_versions()]
    parts += [f"{name}={environ.get(name, '')}" for name in VARIABLES]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@cache
def _hash_files() -> str:
    """Hash the files of ``PACKAGES``: they do not change under a process that has read them."""
    digest = hashlib.sha256()
    for path in _files():
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _files() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def _versions() -> Iterator[str]:
    for name in LIBRARIES:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"{name} none"
