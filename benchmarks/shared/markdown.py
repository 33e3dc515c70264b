"""Markdown of benchmark pages: tables, the description of a run, and sections of a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from benchmarks.shared.results import Estimate, Run
from common.store.atomic import write_atomically


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a table; nothing if it has no rows."""
    if not rows:
        return []

    rule = "|---" * len(head) + "|"
    lines = [_row(head), rule]
    for cells in rows:
        lines.append(_row(cells))
    return lines


def describe_run(run: Run) -> str:
    """A sentence with the day, the commit and the command of the measurement."""
    machine = f" on {run.machine}" if run.machine else ""
    note = f" {run.note}" if run.note else ""
    return (
        f"Measured on {run.date} at commit {run.commit} with Python {run.python}{machine}:"
        f" `{run.command}`.{note}"
    )


def bullets(sentences: Sequence[str]) -> list[str]:
    """Lines of a list."""
    return [f"- {sentence}" for sentence in sentences]


def format_values(values: Sequence[float], digits: int = 3) -> str:
    """The mean of values with its standard error; empty without values."""
    if not values:
        return ""
    estimate = Estimate.from_values(values)
    return estimate.format(digits)


def replace_section(page: Path, name: str, text: str) -> None:
    """Write ``text`` between the marks of section ``name``; a new section is appended."""
    content = page.read_text(encoding="utf-8") if page.exists() else ""
    write_atomically(page, with_section(content, name, text))


def with_section(content: str, name: str, text: str) -> str:
    """The content of a page with the section ``name`` replaced or appended."""
    start = f"<!-- {name} -->"
    end = f"<!-- end of {name} -->"
    section = f"{start}\n{text.strip()}\n{end}\n"

    if start in content:
        pattern = re.escape(start) + ".*?" + re.escape(end) + "\n"
        # A function as replacement: the text may hold backslashes.
        return re.sub(pattern, lambda _: section, content, flags=re.DOTALL)
    if content:
        return f"{content.rstrip()}\n\n{section}"
    return section


def _row(cells: Sequence[str]) -> str:
    content = " | ".join(cells)
    return f"| {content} |"
