"""The report: a comparison as one HTML page, in which all text of sellers is escaped."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from markupsafe import Markup

import models
from common.listing import CONFIRMABLE
from ingest.profile.page_templates import page_templates
from pipelines.evaluation import words, worst
from pipelines.evaluation.comparison import Comparison
from pipelines.evaluation.fields import Field
from pipelines.evaluation.scoring import DESCRIPTIONS
from pipelines.evaluation.worst import Mistake
from pipelines.reports import plots
from pipelines.reports.page_file import write_page
from pipelines.reports.thumbnails import thumbnails

HERE = Path(__file__).parent

VERDICTS = {
    "better": "A is better",
    "worse": "A is worse",
    "open": "cannot be told",
    "same": "no difference",
    "few": "too few to tell",
    "": "",
}
"""The words beside the figures of each verdict."""


def write(comparison: Comparison, out: Path, command: Sequence[str]) -> None:
    """Write the page, whole or not at all; ``command`` is shown as what made it."""
    write_page(out, render(comparison, command))


def render(
    comparison: Comparison, command: Sequence[str], made: datetime | None = None
) -> str:
    """Return the page as HTML: style, plots and photos are in it, and no scripts.

    ``made`` is the time that the page shows, now by default.
    """
    time = made or datetime.now(UTC)
    template = page_templates(HERE).get_template("page.html")
    return template.render(
        page=comparison,
        title=_title(comparison),
        # The package's own file.
        style=Markup((HERE / "style.css").read_text("utf-8")),  # nosec B704
        plots={field.name: _plots(field) for field in comparison.fields},
        made=time.strftime("%-d %B %Y, %H:%M UTC"),
        command=shlex.join(command),
        verdicts=VERDICTS,
        descriptions=DESCRIPTIONS,
        used=_used_metrics(comparison),
        number=_number,
        conclude=words.conclude,
        excerpt=excerpt,
        describe=worst.describe_suggestion,
        thumbnails=thumbnails,
        confirmed=partial(_confirmed, comparison.model),
    )


def _used_metrics(comparison: Comparison) -> set[str]:
    """Name the metrics that the page explains: those of any field."""
    names = set()
    for field in comparison.fields:
        for figure in field.early:
            names.add(figure.metric.name)
    return names


def excerpt(text: str, max_characters: int) -> str:
    """The beginning of a text on one line, at most so many characters."""
    line = " ".join(text.split())
    if len(line) <= max_characters:
        return line
    return line[: max_characters - 1].rstrip() + "…"


def _title(comparison: Comparison) -> str:
    if comparison.b is None:
        return f"The {comparison.model} model {comparison.a}"
    return f"The {comparison.model} model: {comparison.a} against {comparison.b}"


def _plots(field: Field) -> dict[str, Markup]:
    """The plots of a field by name; matplotlib has escaped the words in them."""
    svgs = {"reliability": plots.reliability(field)}
    if field.parts:
        svgs["forest"] = plots.forest(field.parts, field.headline.metric.name)
    if field.parts and field.is_price:
        svgs["coverage"] = plots.forest(field.parts, "coverage", as_difference=False)
    return {name: Markup(svg) for name, svg in svgs.items()}  # nosec B704


def _number(value: float, signed: bool = False) -> str:
    return words.number(value, signed=signed)


def _confirmed(model: str, mistake: Mistake) -> str:
    """The seller's values of the fields that the model does not answer."""
    confirmed = []
    for name in CONFIRMABLE:
        value = getattr(mistake.listing, name)
        if value is not None and name not in models.outputs(model):
            confirmed.append(f"{name} {value}")
    return ", ".join(confirmed)
