"""The experiment of the simulated shop: from its file to the release that wins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.loop.plan import LoopPlan
from common.experiments import published
from common.experiments.assignment import Assigner
from common.experiments.definition import PAGE, Experiment
from common.experiments.publication import publish
from common.experiments.reading import read_experiments
from common.store.storage import Storage
from models import NAMES
from pipelines.experiments.analysis import Analysis, Design, analyze
from pipelines.experiments.exposures import find_exposures
from pipelines.experiments.guardrails import Guardrail
from pipelines.experiments.metrics import rows_of
from pipelines.experiments.seller_sums import sum_by_seller
from pipelines.outcomes.tables import make_tables

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

KEY = "more-days"
CONTROL, CHALLENGER = "four-days", "three-weeks"
LAYERS = (*NAMES, PAGE)

FILE = """\
layer: category
hypothesis: A category model that learned from three weeks of listings is accepted more often.
owner: search-team
metric: category_acceptance
minimum_effect: 0.03
start: {start}
end: {end}
variants:
  - {{name: {control}, share: 0.5}}
  - {{name: {challenger}, share: 0.5, release: {release}}}
guardrails:
  - {{metric: seconds, max_harm: 10}}
  - {{metric: brand_acceptance, max_harm: 0.05}}
"""
"""The file of the experiment: four days are what the scheduled training runs learn from."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A published experiment.

    Attributes:
        experiment: the experiment.
        text: its file.
        assigner: tells which seller gets what.
    """

    experiment: Experiment
    text: str
    assigner: Assigner

    def variants(self, seller: str, now: datetime) -> Mapping[str, str]:
        """Return the variant of a seller by the key of the experiment; nothing outside of it."""
        assignments = self.assigner.assign(seller, {}, now.date())
        return {each.experiment.key: each.variant.name for each in assignments.values()}


def start_trial(
    plan: LoopPlan, release: str, folder: Path, storage: Storage, now: datetime
) -> Trial:
    """Write the file of the experiment with the challenger's release, and publish it."""
    text = FILE.format(
        start=plan.date_of(plan.experiment_day),
        end=plan.date_of(plan.last_experiment_day),
        control=CONTROL,
        challenger=CHALLENGER,
        release=release,
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{KEY}.yaml").write_text(text, encoding="utf-8")

    experiments = read_experiments(folder, LAYERS)
    before = published.read(storage)
    after = publish(before, experiments, LAYERS, "search-team", now)
    published.write(storage, before, after)
    [experiment] = after.experiments(LAYERS)
    return Trial(experiment, text, Assigner([experiment]))


def analyze_trial(trial: Trial, events: pa.Table, is_over: bool) -> Analysis:
    """Return what the experiment says by now, from events with ``tables.COLUMNS``."""
    experiment = trial.experiment
    design = Design(
        shares={each.name: each.share for each in experiment.variants},
        control=experiment.control.name,
        metric=experiment.metric,
        minimum_effect=experiment.minimum_effect,
        guardrails=tuple(
            Guardrail(each.metric, each.max_harm, each.metric != "seconds")
            for each in experiment.guardrails
        ),
    )
    exposed = _exposed(events, experiment.key)
    tables = make_tables(events)
    metrics = (experiment.metric, *(each.metric for each in experiment.guardrails))
    sums = {name: sum_by_seller(rows_of(tables, name), exposed) for name in metrics}
    return analyze(design, sums, is_over)


def _exposed(events: pa.Table, key: str) -> pd.DataFrame:
    """Return who saw which variant first, of the sellers who are in the experiment."""
    frame = events.to_pandas()
    shown = frame[(frame["event"] == "shown") & (frame["policy"] == "greedy")]
    variants = [dict(pairs or ()).get(key) for pairs in shown["experiments"]]
    return find_exposures(shown.assign(variant=variants).dropna(subset="variant")).exposed
