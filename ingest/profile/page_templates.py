"""Templates of HTML pages that look like profiles: their style, their plots, and no scripts."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ingest.profile.histogram import HEIGHT, WIDTH

HERE = Path(__file__).parent


def page_templates(*folders: Path) -> Environment:
    """Return the templates of ``folders`` and of profiles, in which every value is escaped.

    Pages extend ``base.html``, which has their head. Templates have ``style``, and ``size``, which
    is that of histograms.
    """
    environment = Environment(
        loader=FileSystemLoader([*folders, HERE]),
        autoescape=True,
        # A misspelt name in the template fails, instead of leaving a gap in the page.
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (HERE / "page.css").read_text("utf-8")
    # Our own file, of which nothing comes from a table.
    environment.globals["style"] = Markup(style)  # nosec B704
    environment.globals["size"] = (WIDTH, HEIGHT)
    return environment
