"""An analysis in lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from common.experiments.analysis_record import AnalysisRecord, MetricRecord
from pipelines.experiments.wording import name_of, show_effect, show_value


def summarise(record: AnalysisRecord) -> Iterator[str]:
    """Yield the lines of an analysis: the verdict, the sellers, warnings, and all metrics."""
    yield f"{record.key}: {record.sentence}"
    yield "  Sellers: " + ", ".join(
        f"{name} {number:,}" for name, number in record.sellers.items()
    )
    for warning in record.warnings:
        yield f"  Note: {warning}"
    for variant in record.variants:
        yield f"  {variant.name}, intervals {record.interval_kind}:"
        for result in variant.metrics:
            if result.low is not None:
                yield f"    {_describe(result)}"


def _describe(result: MetricRecord) -> str:
    metric = result.metric
    values = (
        f"{show_value(metric, result.treatment)} and"
        f" {show_value(metric, result.control)} in the control"
    )
    verdict = "" if result.verdict == "unclear" else f", {result.verdict}"
    return f"{name_of(metric)}: {values}, {show_effect(result)}{verdict}"
