"""Writes a comparison as one HTML page; everything that sellers wrote is escaped."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

import models
from common.errors import InputError
from common.listing import CONFIRMABLE
from common.store.atomic import write_atomically
from pipelines.evaluation import words, worst
from pipelines.evaluation.comparison import Comparison
from pipelines.evaluation.fields import Field
from pipelines.evaluation.scoring import DESCRIPTIONS
from pipelines.evaluation.worst import Mistake
from pipelines.reports import plots
from pipelines.reports.thumbnails import thumbnails

HERE = Path(__file__).parent

JUDGED = {
    "better": "A is better",
    "worse": "A is worse",
    "open": "cannot be told",
    "same": "no difference",
    "few": "too few to tell",
    "": "",
}
"""What is said of each verdict beside its figures."""


def check_writable(path: Path) -> None:
    """Raise ``InputError`` where a report cannot be written, before anything is measured."""
    folder = path.absolute().parent
    if not folder.is_dir():
        raise InputError(f"the report cannot be written to {path}: there is no folder {folder}")
    if path.is_dir():
        raise InputError(f"the report cannot be written to {path}: that is a folder")
    if not os.access(folder, os.W_OK):
        raise InputError(f"the report cannot be written to {path}: {folder} is not writable")


def write(comparison: Comparison, out: Path, command: Sequence[str]) -> None:
    """Write the page, whole or not at all; ``command`` is shown as what made it."""
    text = render(comparison, command)
    try:
        # Titles cut within a character hold surrogates, which UTF-8 cannot encode.
        write_atomically(out, text.encode(errors="replace"))
    except OSError as error:
        raise InputError(f"the report cannot be written to {out}: {error.strerror}") from None


def render(comparison: Comparison, command: Sequence[str], made: datetime | None = None) -> str:
    """Return the page as HTML: style, plots and photos are in it, and no scripts."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string((HERE / "page.html").read_text(encoding="utf-8"))
    figures = [each for field in comparison.fields for each in field.early]
    return template.render(
        page=comparison,
        title=_title(comparison),
        style=Markup((HERE / "style.css").read_text(encoding="utf-8")),
        plots={field.name: _plots(field) for field in comparison.fields},
        made=(made or datetime.now(UTC)).strftime("%-d %B %Y, %H:%M UTC"),
        command=shlex.join(command),
        judged=JUDGED,
        meanings=DESCRIPTIONS,
        used={each.metric.name for each in figures},
        number=lambda value, signed=False: words.number(value, signed=signed),
        conclude=words.conclude,
        excerpt=excerpt,
        said=worst.describe_suggestion,
        thumbnails=thumbnails,
        confirmed=lambda mistake: _confirmed(comparison.model, mistake),
    )


def excerpt(text: str, most: int) -> str:
    """The beginning of a text on one line, at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _title(comparison: Comparison) -> str:
    if comparison.b is None:
        return f"The {comparison.model} model {comparison.a}"
    return f"The {comparison.model} model: {comparison.a} against {comparison.b}"


def _plots(field: Field) -> dict[str, Markup]:
    """Plots are escaped by matplotlib, words in them included."""
    found = {"reliability": plots.reliability(field)}
    if field.parts:
        found["forest"] = plots.forest(field.parts, field.headline.metric.name)
    if field.parts and field.is_price:
        found["coverage"] = plots.forest(field.parts, "coverage", apart=False)
    return {name: Markup(text) for name, text in found.items()}


def _confirmed(model: str, mistake: Mistake) -> str:
    """What the seller chose in fields that the model does not answer."""
    hidden = models.outputs(model)
    values = {name: getattr(mistake.listing, name) for name in CONFIRMABLE if name not in hidden}
    return ", ".join(f"{name} {value}" for name, value in values.items() if value is not None)
