"""Puts what a benchmark found into its part of a document, leaving the other parts alone."""

from __future__ import annotations

import platform
import re
import subprocess
from datetime import date
from pathlib import Path


def measured(command: str) -> str:
    """Say when, at which commit and how figures were measured; call it before anything runs."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
    ).stdout.strip()
    return (
        f"Measured on {date.today()} at commit {commit or 'unknown'} with Python"
        f" {platform.python_version()}: `{command}`."
    )


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
