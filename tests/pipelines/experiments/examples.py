"""An experiment for tests, which decides by brand acceptance."""

from dataclasses import replace
from datetime import date

from common.experiments.definition import Experiment, Guardrail, Variant

EXPERIMENT = Experiment(
    key="new-brands",
    layer="brand",
    hypothesis="Sellers accept the new brands more often.",
    owner="search-team",
    metric="brand_acceptance",
    minimum_effect=0.05,
    start=date(2026, 11, 23),
    end=date(2026, 11, 29),
    variants=(Variant("control", 0.5), Variant("new", 0.5)),
    guardrails=(Guardrail("seconds", max_harm=5.0),),
)
"""It runs in the week that ``tests.pipelines.weekly_report.examples`` simulates."""


def experiment_with(**changes):
    return replace(EXPERIMENT, **changes)
