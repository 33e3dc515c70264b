"""Lines of the table of goals about photos, from the tables of ``benchmarks.photos.run``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.quality.goals import Line

OWN = "convnet"
"""The encoder trained on the shop's own photos; the first other column is a pretrained one."""

ALONE, PROBE = "category, photo alone", "category, linear probe on photos"
GOALS = (("clothing", False, 0.80), ("fashion", False, 0.90), ("clothing", True, 0.66),
         ("fashion", True, 0.82))  # fmt: skip
"""Set, whether the encoder is our own, and the least accuracy of the photo alone."""

SECTIONS = r"<!-- photos \w+ -->(.*?)<!-- end of photos"

Cells = Mapping[tuple[str, str], Mapping[str, str]]
"""Cells by set and row, then by encoder."""


def photo_lines(document: Path | None) -> list[Line]:
    """Hold the goals against a document's parts on photos; what they lack is not measured."""
    text = document.read_text(encoding="utf-8") if document and document.exists() else ""
    cells = read_tables("\n".join(re.findall(SECTIONS, text, re.DOTALL)))
    lines = [_alone(cells, *goal) for goal in GOALS]
    return lines + [_both(cells, field) for field in ("category", "brand")]


def read_tables(text: str) -> Cells:
    """Read the tables of a text in Markdown, each known by the first cell of its head."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    head: Sequence[str] = ()
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            head = ()
        elif not head:
            head = cells
        elif not re.fullmatch(r"-+", cells[0]):
            found[head[0], cells[0]] = dict(zip(head[1:], cells[1:], strict=False))
    return found


def _alone(cells: Cells, name: str, own: bool, least: float) -> Line:
    encoder = OWN if own else "pretrained"
    title = f"{name}, photo alone, {encoder} >= {least:.2f}"
    row, probes = cells.get((name, ALONE), {}), cells.get((name, PROBE), {})
    column = next((each for each in row if (each == OWN) == own), "")
    if not row.get(column):
        return Line(title)
    probe, ours = probes.get(_probed(probes, column), ""), _mean(row[column])
    lead = f"{ours - _mean(probe):.3f}" if probe else ""
    said = f"{probe} (linear probe)" if probe else ""
    return Line(title, row[column], said, lead, ours >= least)


def _probed(probes: Mapping[str, str], column: str) -> str:
    """The column of the probe: that of the encoder as it came, where there is one."""
    return next((each for each in probes if each.startswith(f"{column}, ")), column)


def _both(cells: Cells, field: str) -> Line:
    """Text and photo together must beat either alone, with every encoder that was measured."""
    title = f"fashion without brands in titles, {field}: text and photo better than either alone"
    rows = [
        cells.get(("fashion", f"{field}, both less {one} alone"), {}) for one in ("text", "photo")
    ]
    if not all(rows):
        return Line(title)
    column = next((each for each in rows[0] if each != OWN), OWN)
    ours = cells["fashion", f"{field}, both"][column]
    leads = [row[column] for row in rows]
    lead = f"{leads[0]} (text), {leads[1]} (photo)"
    return Line(title, ours, "", lead, min(map(_mean, leads)) > 0)


def _mean(cell: str) -> float:
    return float(cell.split()[0])
