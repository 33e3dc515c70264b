"""The page of experiments: what they say, for who decides, with plots and without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from common.experiments.analysis_record import AnalysisRecord
from common.experiments.metrics import METRICS
from ingest.profile.page_templates import page_templates
from pipelines.experiments import wording
from pipelines.reports.experiment_plots import HEIGHT, MARGIN, WIDTH, effect_plot
from pipelines.reports.page_file import write_page

HERE = Path(__file__).parent


def write(records: Sequence[AnalysisRecord], out: Path) -> None:
    """Write the page, whole or not at all; raise ``InputError`` where that is not possible."""
    write_page(out, render(records))


def render(records: Sequence[AnalysisRecord]) -> str:
    """Return the page as HTML, with its style and its plots; all texts are escaped."""
    template = page_templates(HERE).get_template("experiment_page.html")
    return template.render(
        records=records,
        plots={record.key: _plots(record) for record in records},
        plot_size=(WIDTH, HEIGHT),
        margin=MARGIN,
        metrics=METRICS,
        say=wording,
    )


def _plots(record: AnalysisRecord) -> dict[str, object]:
    return {
        variant.name: effect_plot(
            variant.history, record.days, record.metric, record.minimum_effect
        )
        for variant in record.variants
    }
