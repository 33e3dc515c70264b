"""Sections of a page in Markdown; texts of sellers are no markup in it."""

from __future__ import annotations

from collections.abc import Sequence

Line = Sequence[str]
"""The cells of a line of a table."""

_ESCAPES = str.maketrans({mark: f"\\{mark}" for mark in "<|`["})


def escape(text: str) -> str:
    """Return a text on one line, without the marks that begin code, links, tags and cells."""
    words = text.split()
    return " ".join(words).translate(_ESCAPES)


def bullets(title: str, lines: Sequence[str]) -> str:
    """Return a section with a list of finished lines, or nothing where there are none."""
    if not lines:
        return ""
    items = [f"- {line}" for line in lines]
    return "\n".join([f"## {title}\n", *items])


def table(title: str, header: Line, lines: Sequence[Line]) -> str:
    """Return a section with a table, whose cells are escaped, or nothing without lines."""
    if not lines:
        return ""

    rule = ["---"] * len(header)
    text = [f"## {title}\n"]
    for row in (header, rule, *lines):
        cells = " | ".join(map(escape, row))
        text.append(f"| {cells} |")

    return "\n".join(text)
