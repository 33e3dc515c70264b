"""Renders the pages on quality, shops, scale, serving, events and faults from docs/results, and
that on simulated days from docs/loop.

Sections that are written by hand stay as they are. ``--check`` writes nothing and fails if a page
is not current.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path

from benchmarks import event_log
from benchmarks.faults import report as fault_report
from benchmarks.loop import page as loop_page
from benchmarks.loop import plots as loop_plots
from benchmarks.loop.record import LoopRecord, read_record
from benchmarks.photos import int8
from benchmarks.photos import report as photo_report
from benchmarks.prices import report as price_report
from benchmarks.quality import learning_curves
from benchmarks.quality import report as quality_report
from benchmarks.scale import report as scale_report
from benchmarks.serving import http_report
from benchmarks.serving import report as serving_report
from benchmarks.shared.command_line import make_parser
from benchmarks.shared.markdown import with_section
from benchmarks.shared.result_files import read_results
from benchmarks.shared.results import Results, Run
from benchmarks.shipping import report as shipping_report
from benchmarks.shops import ablation_report, learning_curve_report
from benchmarks.shops import plot as shop_plot
from benchmarks.shops import report as shop_report
from benchmarks.taxonomy import report as taxonomy_report
from benchmarks.transport import report as transport_report
from common.errors import ListrecError
from common.store.atomic import write_atomically

MODULE = "benchmarks.pages"

EXAMPLES = """
python -m benchmarks.pages
python -m benchmarks.pages --check
make bench-pages
"""

Renderer = Callable[[Run, Results], str]

SECTIONS: dict[str, tuple[str, Renderer]] = {
    "photos clothing": ("photos-clothing", photo_report.page_section),
    "photos fashion": ("photos-fashion", photo_report.page_section),
    "photos gumtree": ("photos-gumtree", photo_report.page_section),
    "precision": ("precision", int8.page_section),
}
"""Sections of the page on quality beside its first: the file of results and the renderer."""

SHOP_SECTIONS: dict[str, tuple[str, Renderer]] = {
    "shops": ("shops", partial(shop_report.page_section, plot="results/shops.svg")),
    "shops ablation": ("shops-ablation", ablation_report.page_section),
    "shops curve": (
        "shops-curve",
        partial(learning_curve_report.page_section, picture="results/shops-curve.svg"),
    ),
    "category trees": ("taxonomy", taxonomy_report.page_section),
    "price basis": ("price-basis", price_report.page_section),
    "shipping": ("shipping", shipping_report.page_section),
}
"""Sections of the page on shops; a section without a line here is written by hand."""

SERVING_SECTIONS: dict[str, tuple[str, Renderer]] = {
    "serving": ("serving", serving_report.page_section),
    "serving http": ("serving-http", http_report.page_section),
    "transport": ("transport", transport_report.page_section),
}
"""Sections of the page on serving."""

FAULT_SECTIONS: dict[str, tuple[str, Renderer]] = {
    "faults": ("faults", fault_report.page_section),
}
"""Sections of the page on faults."""


EVENT_SECTIONS: dict[str, tuple[str, Renderer]] = {
    "event log": ("event-log", event_log.page_section),
}
"""Sections of the page on events."""


def main() -> int:
    """Render the pages; with --check return 1 if a page is not current."""
    arguments = _parse_arguments()
    docs = arguments.docs

    try:
        pages = _render(docs)
        if not arguments.check:
            draw_plots(docs)
    except ListrecError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code

    stale = {page: text for page, text in pages.items() if _read(page) != text}
    if arguments.check:
        return _report(stale)

    for page, text in stale.items():
        write_atomically(page, text)
    return 0


def _render(docs: Path) -> dict[Path, str]:
    """The text of every page."""
    return {
        docs / "quality.md": render_quality(docs),
        docs / "shops.md": _render_sections(docs, "shops.md", SHOP_SECTIONS),
        docs / "benchmarks.md": _render_sections(
            docs, "benchmarks.md", SERVING_SECTIONS
        ),
        docs / "events.md": _render_sections(docs, "events.md", EVENT_SECTIONS),
        docs / "faults.md": _render_sections(docs, "faults.md", FAULT_SECTIONS),
        docs / "scale.md": render_scale(docs),
        docs / "loop.md": render_loop(docs),
    }


def _report(stale: Collection[Path]) -> int:
    """Name the pages that are not current; returns 1 if there are any."""
    for page in stale:
        print(f"{page} is not current: run python -m {MODULE}", file=sys.stderr)
    return 1 if stale else 0


def render_quality(docs: Path) -> str:
    """The page on quality with every section rendered whose results exist."""
    text = _read(docs / "quality.md")
    sections = _read_sections(docs, SECTIONS)
    photos = [
        results for name, (_, results) in sections.items() if name.startswith("photos")
    ]

    quality = _read_benchmark(docs, "quality")
    if quality:
        # The first section also checks the goals for photos, which other benchmarks measure.
        text = with_section(text, "quality", _quality_section(*quality, photos))

    for name, (run, results) in sections.items():
        _, render = SECTIONS[name]
        text = with_section(text, name, render(run, results))
    return text


def _render_sections(
    docs: Path, page: str, sections: Mapping[str, tuple[str, Renderer]]
) -> str:
    """A page with every section rendered whose results exist."""
    text = _read(docs / page)
    for name, (run, results) in _read_sections(docs, sections).items():
        _, render = sections[name]
        text = with_section(text, name, render(run, results))
    return text


def _quality_section(run: Run, results: Results, photos: list[Results]) -> str:
    # The page must not link to a plot that a run without learning curves cannot draw.
    has_curves = bool(
        results.values("category top1", variant=learning_curves.REDUCED[0])
    )
    plot = "results/quality-learning.svg" if has_curves else ""
    return quality_report.page_section(run, results, photos, plot)


def render_scale(docs: Path) -> str:
    """The page on scale."""
    scale = _read_benchmark(docs, "scale")
    if scale is None:
        return _read(docs / "scale.md")
    run, results = scale
    return scale_report.page(run, results, "results/scale.svg")


def render_loop(docs: Path) -> str:
    """The page on simulated days."""
    record = _read_loop(docs)
    return loop_page.render(record) if record else _read(docs / "loop.md")


def draw_plots(docs: Path) -> None:
    """Draw the plots of all pages."""
    folder = docs / "results"

    quality = _read_benchmark(docs, "quality")
    if quality:
        _, results = quality
        learning_curves.plot(results, folder / "quality-learning.svg")

    scale = _read_benchmark(docs, "scale")
    if scale:
        _, results = scale
        sizes = scale_report.figures_by_size(results)
        scale_report.plot(sizes, folder / "scale.svg")

    shops = _read_benchmark(docs, "shops")
    if shops:
        _, results = shops
        shop_plot.plot(results, folder / "shops.svg")

    curves = _read_benchmark(docs, "shops-curve")
    if curves:
        _, results = curves
        learning_curve_report.plot(results, folder / "shops-curve.svg")

    loop = _read_loop(docs)
    if loop:
        loop_plots.draw_all(loop, docs / "loop")


def _read_sections(
    docs: Path, renderers: Mapping[str, tuple[str, Renderer]]
) -> dict[str, tuple[Run, Results]]:
    """Runs and results by section, for those benchmarks that were ever run."""
    sections = {}
    for name, (file, _) in renderers.items():
        content = _read_benchmark(docs, file)
        if content:
            sections[name] = content
    return sections


def _read_benchmark(docs: Path, name: str) -> tuple[Run, Results] | None:
    """The results of a benchmark, if it was ever run."""
    path = docs / "results" / f"{name}.json"
    return read_results(path) if path.exists() else None


def _read_loop(docs: Path) -> LoopRecord | None:
    """What happened in the simulated days, if there ever were any."""
    path = docs / "loop" / "record.json"
    return read_record(path) if path.exists() else None


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _parse_arguments() -> argparse.Namespace:
    description = "Render the pages on quality, scale and shops from docs/results."
    parser = make_parser(MODULE, description, EXAMPLES)
    add = parser.add_argument
    add("--docs", type=Path, default=Path("docs"), help="folder of the pages")
    add(
        "--check",
        action="store_true",
        help="write nothing; fail if a page is not current",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
