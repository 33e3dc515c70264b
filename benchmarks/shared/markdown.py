"""Words and figures of a benchmark, put into its part of a document; other parts are left alone."""

from __future__ import annotations

import platform
import re
import subprocess
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np


def measured(command: str) -> str:
    """Say when, at which commit and how figures were measured; call it before anything runs."""
    return (
        f"Measured on {date.today()} at commit {measured_commit()} with Python"
        f" {platform.python_version()}: `{command}`."
    )


def measured_commit() -> str:
    """Name the commit that is checked out, with ``-dirty`` where more than documents changed."""
    commit = _git("rev-parse", "--short", "HEAD") or "unknown"
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs")
    return f"{commit}-dirty" if changed else commit


def explanation(docstring: str | None) -> str:
    """Return what a benchmark's docstring says below its commands, as one line."""
    return " ".join((docstring or "").split("\n\n", 2)[2].split())


def mean_and_error(values: Sequence[float], digits: int = 3) -> str:
    """Write the mean with its standard error, as far as there are two values.

    A value that is not a number is one that could not be reached.
    """
    if np.isnan(values).any():
        return "not reached"
    mean = f"{np.mean(values):.{digits}f}"
    if len(values) < 2:
        return mean
    return f"{mean} ± {np.std(values, ddof=1) / np.sqrt(len(values)):.{digits}f}"


def replace_section(document: Path, name: str, text: str) -> None:
    """Write ``text`` between the marks of section ``name``; a section not yet there comes last."""
    start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    section = f"{start}\n{text.strip()}\n{end}\n"
    before = document.read_text(encoding="utf-8") if document.exists() else ""
    if start in before:
        pattern = re.escape(start) + ".*?" + re.escape(end) + "\n"
        after = re.sub(pattern, lambda _: section, before, flags=re.DOTALL)
    else:
        after = f"{before.rstrip()}\n\n{section}" if before else section
    document.write_text(after, encoding="utf-8")


def _git(*arguments: str) -> str:
    found = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    return found.stdout.strip()
