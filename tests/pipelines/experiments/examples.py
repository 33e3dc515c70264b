"""An experiment for tests, which decides by brand acceptance."""

from dataclasses import replace
from datetime import date

from common.experiments.reading import parse_experiment
from models.layers import LAYERS

KEY = "new-brands"
TEXT = """\
layer: brand
hypothesis: Sellers accept the new brands more often.
owner: search-team
metric: brand_acceptance
minimum_effect: 0.05
start: 2026-11-23
end: 2026-11-29
variants:
  - name: control
    share: 0.5
  - name: new
    share: 0.5
    parameters: {top_k: 3}
guardrails:
  - metric: seconds
    max_harm: 5
"""
"""It runs in the week that ``tests.pipelines.weekly_report.examples`` simulates."""


def experiment_of(text=TEXT):
    return parse_experiment(text, KEY, f"experiments/{KEY}.yaml", LAYERS)


EXPERIMENT = experiment_of()


def experiment_with(**changes):
    return replace(EXPERIMENT, **changes)


def text_of_days(start: date, end: date) -> str:
    """Return the file of the experiment on other days."""
    return TEXT.replace("2026-11-23", f"{start}").replace("2026-11-29", f"{end}")
