"""Renders docs/quality.md and docs/scale.md from the results in docs/results.

Sections that are written by hand stay as they are. ``--check`` only tells whether the pages are
current.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.photos import int8
from benchmarks.photos import report as photo_report
from benchmarks.quality import ablation, learning_curves
from benchmarks.quality import report as quality_report
from benchmarks.scale import report as scale_report
from benchmarks.shared.command_line import make_parser
from benchmarks.shared.markdown import with_section
from benchmarks.shared.results import Results, Run, read_results
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
    "ablation": ("ablation", ablation.page_section),
    "precision": ("precision", int8.page_section),
}
"""Sections of the page on quality beside its first: the file of results and the renderer."""


def main() -> int:
    """Render the pages; with --check return 1 if a page is not current."""
    arguments = _parse_arguments()
    docs = arguments.docs

    try:
        pages = {
            docs / "quality.md": render_quality(docs),
            docs / "scale.md": render_scale(docs),
        }
        if not arguments.check:
            draw_plots(docs)
    except ListrecError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code

    stale = [page for page, text in pages.items() if _read(page) != text]
    for page in stale:
        if arguments.check:
            print(f"{page} is not current: run python -m {MODULE}", file=sys.stderr)
        else:
            write_atomically(page, pages[page])
    return 1 if stale and arguments.check else 0


def render_quality(docs: Path) -> str:
    """The page on quality with every section rendered whose results exist."""
    text = _read(docs / "quality.md")
    sections = {name: _find(docs, file) for name, (file, _) in SECTIONS.items()}
    photos = [results for name, (_, results) in _existing(sections) if name.startswith("photos")]

    quality = _find(docs, "quality")
    if quality:
        run, results = quality
        has_curves = bool(results.values("category top1", variant=learning_curves.REDUCED[0]))
        plot = "results/quality-learning.svg" if has_curves else ""
        section = quality_report.page_section(run, results, photos, plot)
        text = with_section(text, "quality", section)

    for name, (run, results) in _existing(sections):
        _, render = SECTIONS[name]
        text = with_section(text, name, render(run, results))
    return text


def render_scale(docs: Path) -> str:
    """The page on scale."""
    scale = _find(docs, "scale")
    if scale is None:
        return _read(docs / "scale.md")
    run, results = scale
    return scale_report.page(run, results, "results/scale.svg")


def draw_plots(docs: Path) -> None:
    """Draw the plots of both pages."""
    folder = docs / "results"
    quality, scale = _find(docs, "quality"), _find(docs, "scale")

    if quality:
        _, results = quality
        learning_curves.plot(results, folder / "quality-learning.svg")
    if scale:
        _, results = scale
        sizes = scale_report.figures_by_size(results)
        scale_report.plot(sizes, folder / "scale.svg")


def _find(docs: Path, name: str) -> tuple[Run, Results] | None:
    """The results of a benchmark, if it was ever run."""
    path = docs / "results" / f"{name}.json"
    return read_results(path) if path.exists() else None


def _existing(
    sections: Mapping[str, tuple[Run, Results] | None],
) -> list[tuple[str, tuple[Run, Results]]]:
    return [(name, pair) for name, pair in sections.items() if pair is not None]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _parse_arguments() -> argparse.Namespace:
    description = "Render the pages on quality and scale from docs/results."
    parser = make_parser(MODULE, description, EXAMPLES)
    add = parser.add_argument
    add("--docs", type=Path, default=Path("docs"), help="folder of the pages")
    add("--check", action="store_true", help="write nothing; fail if a page is not current")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
