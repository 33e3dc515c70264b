"""Renders docs/quality.md and docs/scale.md from the results in docs/results.

Sections that are written by hand stay as they are. ``--check`` only tells whether the pages are
current.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
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
    results_folder = docs / "results"
    text = _read(docs / "quality.md")
    paths = {name: results_folder / f"{file}.json" for name, (file, _) in SECTIONS.items()}
    photos = [
        read_results(path)[1]
        for name, path in paths.items()
        if name.startswith("photos") and path.exists()
    ]

    quality = results_folder / "quality.json"
    if quality.exists():
        run, results = read_results(quality)
        has_curves = bool(results.values("category top1", variant=learning_curves.REDUCED[0]))
        plot = "results/quality-learning.svg" if has_curves else ""
        section = quality_report.page_section(run, results, photos, plot)
        text = with_section(text, "quality", section)

    for name, (_, render) in SECTIONS.items():
        if paths[name].exists():
            text = with_section(text, name, render(*read_results(paths[name])))
    return text


def render_scale(docs: Path) -> str:
    """The page on scale."""
    path = docs / "results" / "scale.json"
    if not path.exists():
        return _read(docs / "scale.md")
    run, results = read_results(path)
    return scale_report.page(run, results, "results/scale.svg")


def draw_plots(docs: Path) -> None:
    """Draw the plots of both pages."""
    results_folder = docs / "results"
    quality = results_folder / "quality.json"
    if quality.exists():
        _, results = read_results(quality)
        learning_curves.plot(results, results_folder / "quality-learning.svg")

    scale = results_folder / "scale.json"
    if scale.exists():
        _, results = read_results(scale)
        scale_report.plot(scale_report.figures_by_size(results), results_folder / "scale.svg")


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
