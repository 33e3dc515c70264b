"""The environment of Python processes that we start, whatever folder they are started in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""Where our packages are imported from, installed or in a checkout."""


def python_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables by which a Python process finds our packages and no stranger's.

    ``python -m`` and ``python -c`` import from the current folder first, and a project of the
    user's may have a folder ``models`` or a file ``json.py``. PYTHONSAFEPATH turns that off; an
    empty entry of PYTHONPATH, which means the current folder too, is left out.
    """
    entries = environ.get("PYTHONPATH", "").split(os.pathsep)
    others = [entry for entry in entries if entry and entry != str(ROOT)]
    return {
        "PYTHONPATH": os.pathsep.join([str(ROOT), *others]),
        "PYTHONSAFEPATH": "1",
    }
