"""Runs modules of serving, each in a process of its own.

Pipelines do not import serving: the command line is all they know of it.
"""

from __future__ import annotations

import os
import subprocess
import sys

from common.child_processes import python_environment


def run_serving(
    module: str, *arguments: str, seconds: float
) -> subprocess.CompletedProcess[str] | None:
    """Run ``python -m MODULE`` and return its status and output; ``None`` if it takes too long."""
    try:
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            env=os.environ | python_environment(os.environ),
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
