"""The experiment of the simulated shop: from its file to what it says."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.loop.plan import LoopPlan
from benchmarks.loop.record import ExperimentRecord, LookRecord
from common.experiments import published
from common.experiments.definition import Experiment
from common.experiments.publication import check_releases, publish, stop
from common.experiments.published import Stop
from common.experiments.reading import read_experiments
from common.store import promotion_hold
from common.store.history import Cause
from common.store.release import ReleaseStore
from models.layers import LAYERS
from pipelines.experiments.analysis import Analysis, analyze
from pipelines.experiments.experiment_events import read_experiment_events
from pipelines.outcomes.event_reader import EventReader

KEY = "more-days"
MODEL = "brand"
"""What the challenger has of its own; the other models are those of the champion."""

CONTROL, CHALLENGER = "five-days", "three-weeks"
OWNER = "search-team"

FILE = """\
layer: brand
hypothesis: A brand model that learned from three weeks of listings is accepted more often.
owner: {owner}
metric: brand_acceptance
minimum_effect: 0.03
start: {start}
end: {end}
variants:
  - {{name: {control}, share: 0.5}}
  - {{name: {challenger}, share: 0.5, release: {release}}}
guardrails:
  - {{metric: seconds, max_harm: 10}}
  - {{metric: category_acceptance, max_harm: 0.05}}
"""
"""The file of the experiment. Its control is the champion, which learned from five days."""


MAX_HOLD = timedelta(days=1)
"""Real time after which promotions are held no longer, should the loop be killed."""


class Trial:
    """An experiment between the champion and a release that waits for approval.

    Attributes:
        has_won: whether the challenger has become the champion.
    """

    def __init__(self, plan: LoopPlan, store: ReleaseStore, folder: Path) -> None:
        """Write the file of the experiment into ``folder`` once it starts."""
        self.has_won = False
        self._plan = plan
        self._store = store
        self._folder = folder
        self._experiment: Experiment | None = None
        self._control = ""
        self._challenger = ""
        self._looks: list[LookRecord] = []

    def start(self, release: str) -> None:
        """Publish the experiment with the challenger's release, and hold promotions.

        While it runs, the control stays what it is.
        """
        self._control, self._challenger = self._store.champion() or "", release
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{KEY}.yaml"
        path.write_text(self._text(), encoding="utf-8")

        storage, now = (
            self._store.storage,
            self._plan.time_of(self._plan.experiment_day),
        )
        [self._experiment] = experiments = read_experiments(self._folder, LAYERS)
        check_releases(self._store, experiments, now.date())
        before = published.read(storage)
        after = publish(before, experiments, LAYERS, OWNER, now)
        published.write(storage, before, after)

        reason = f"the experiment {KEY} runs"
        promotion_hold.write(storage, datetime.now(UTC) + MAX_HOLD, reason, OWNER)

    def is_running(self, day: int) -> bool:
        """Return whether sellers are in the experiment on a day."""
        plan = self._plan
        return plan.experiment_day <= day <= plan.last_experiment_day

    def analyze_day(self, day: int, read_events: EventReader) -> None:
        """Analyze the experiment at the end of a day."""
        assert self._experiment is not None
        is_final = day == self._plan.last_experiment_day
        until = self._plan.time_of(day + 1)
        [found] = read_experiment_events([self._experiment], read_events, until)
        sums = found.all_sums(until)
        analysis = analyze(self._experiment, sums, is_over=is_final)
        metric = self._experiment.metric
        self._looks.append(_to_record(day, metric, analysis, is_final))

    def decide(self) -> None:
        """End the experiment; the challenger becomes the champion where it is better."""
        now = self._plan.time_of(self._plan.last_experiment_day + 1)
        at = now.isoformat(timespec="seconds")
        stop(self._store.storage, Stop(KEY, "", "it was decided", OWNER, at), LAYERS)
        promotion_hold.lift(self._store.storage)

        last = self._looks[-1]
        is_better = last.low is not None and last.low > 0
        if is_better and not last.breaches and not last.is_mismatch:
            cause = Cause(OWNER, "registry promote", f"it won the experiment {KEY}")
            self._store.promote(self._challenger, self._control, cause)
            self.has_won = True

    def record(self) -> ExperimentRecord:
        """Return what happened."""
        return ExperimentRecord(
            text=self._text(),
            control=self._control,
            challenger=self._challenger,
            looks=tuple(self._looks),
            winner=self._challenger if self.has_won else self._control,
        )

    def _text(self) -> str:
        plan = self._plan
        return FILE.format(
            owner=OWNER,
            start=plan.date_of(plan.experiment_day),
            end=plan.date_of(plan.last_experiment_day),
            control=CONTROL,
            challenger=CHALLENGER,
            release=self._challenger,
        )


def _to_record(day: int, metric: str, analysis: Analysis, is_final: bool) -> LookRecord:
    result = analysis.variants.get(CHALLENGER)
    found = result.metrics[metric] if result else None
    return LookRecord(
        day=day,
        sellers=dict(analysis.sellers),
        effect=_known(found.effect.value) if found else None,
        low=_known(found.interval.low) if found else None,
        high=_known(found.interval.high) if found else None,
        sample_ratio=analysis.sample_ratio.p_value,
        is_mismatch=analysis.sample_ratio.is_mismatch,
        breaches=tuple(each.guardrail.metric for each in result.breaches)
        if result
        else (),
        is_final=is_final,
    )


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
