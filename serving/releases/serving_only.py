"""Lets a process import what a server has, and nothing else, whatever is installed beside it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

NOT_FOR_SERVERS = (
    "kfp",
    "lightgbm",
    "mlflow",
    "onnx",
    "pandas",
    "pyarrow",
    "sklearn",
    "torch",
    "transformers",
)
"""Packages of training and its pipelines, which the environment of a server lacks."""


def forbid_other_packages() -> None:
    """Refuse to import ``NOT_FOR_SERVERS`` from here on, as where they are not installed."""
    sys.meta_path.insert(0, _Refusal())


class _Refusal(MetaPathFinder):
    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Raise for a package that is none of a server's; leave others to other finders."""
        if fullname.partition(".")[0] in NOT_FOR_SERVERS:
            raise ModuleNotFoundError(
                f"a server has no package {fullname!r}", name=fullname
            )
        return None
