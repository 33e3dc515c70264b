"""The simulated days of a shop, one after the other, and the nights between them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from benchmarks.loop import training
from benchmarks.loop.clock import Clock
from benchmarks.loop.figures import collect_figures
from benchmarks.loop.plan import LoopPlan
from benchmarks.loop.record import LoopRecord, NightRecord, TrainingRecord
from benchmarks.loop.server import asking, serve, wait_until
from benchmarks.loop.shop_days import ShopDays
from benchmarks.loop.training import MODELS, Rows
from benchmarks.loop.trial import Trial
from benchmarks.shared.results import Run
from common import monitoring_record
from common.listing import Listing
from common.runs.outcome import PROMOTED
from common.settings import Settings
from common.store.release import ReleaseStore
from pipelines.experiments.experiment_events import HISTORY
from pipelines.monitoring.monitor import monitor
from pipelines.monitoring.retrain_rule import History
from pipelines.outcomes.event_table import to_table
from pipelines.outcomes.tables import COLUMNS
from serving.client import Client

QUESTION = Listing(
    title="Marlowe & Finch wrap dress, worn once",
    condition="good",
    seller_id="somebody",
)
"""What is asked about all the time while a training run goes on."""

FIRST_MONITORING = 7
"""Day of the first monitoring: before it there is too little to compare with."""

Report = Callable[[str], None]


class Loop:
    """Runs the days of a plan with everything that a shop has; ``report`` gets a line a night."""

    def __init__(self, plan: LoopPlan, settings: Settings, report: Report) -> None:
        """Take an empty home, whose store and events are those of the shop."""
        self._plan = plan
        self._settings = settings
        self._report = report
        self._store = ReleaseStore(settings.store)
        self._shop = ShopDays(plan, settings)
        self._trial = Trial(plan, self._store, settings.home / "experiments")
        self._clock = Clock()
        self._trainings: list[TrainingRecord] = []
        self._nights: list[NightRecord] = []
        self._last_run = 0

    def run(self, run: Run) -> LoopRecord:
        """Return what happened; ``run`` says by which command."""
        plan = self._plan
        with self._clock.measure("sellers and suggestions"):
            for day in range(1 - plan.training_days, 1):
                self._shop.pass_without_suggestions(day)
        self._train(0, "first")

        with serve(self._settings) as (client, running):
            for day in range(1, plan.days + 1):
                with self._clock.measure("sellers and suggestions"):
                    self._shop.pass_day(day, client)
                self._pass_night(day, client)
            self._clock.cpu_seconds["server"] = running.cpu_seconds()
        with self._clock.measure("figures"):
            figures = collect_figures(plan, self._shop.database)
        return LoopRecord(
            run=run,
            plan=plan,
            figures=figures,
            trainings=tuple(self._trainings),
            nights=tuple(self._nights),
            experiment=self._trial.record(),
            seconds=dict(self._clock.seconds),
            cpu_seconds=dict(self._clock.cpu_seconds),
        )

    def _pass_night(self, day: int, client: Client) -> None:
        plan, trial = self._plan, self._trial
        is_requested = day >= FIRST_MONITORING and self._monitor(day)
        # While an experiment runs, its control stays the champion: no run could replace it.
        if trial.is_running(day):
            self._look(day, client)
        elif is_requested:
            self._train(day, "monitoring", client)
        elif day >= self._last_run + plan.train_every:
            self._train(day, "schedule", client)
        if day == plan.experiment_day - 1:
            self._train(day, "experiment", client)
            trial.start(self._trainings[-1].release)
            wait_until(client, QUESTION, lambda answer: bool(answer.experiments))

    def _monitor(self, day: int) -> bool:
        """Return whether monitoring asks for a training run after a day."""
        plan, now = self._plan, self._plan.time_of(day + 1)
        # The champion changes often, so days are compared with those before them, whoever answered.
        history = History(trained=now, last_run=plan.time_of(self._last_run + 1))
        with self._clock.measure("monitoring"):
            record = monitor(self._read, history, now).record
            monitoring_record.write(self._store.storage, record)
        night = NightRecord(
            day=day,
            retrain=record.retrain,
            reasons=record.reasons,
            drifts=tuple(each.feature for each in record.drifts if each.found),
            losses=tuple(
                f"{each.metric} {each.field}" for each in record.changes if each.found
            ),
        )
        self._nights.append(night)
        if night.reasons:
            self._report(f"night {day}: {'; '.join(night.reasons)}")
        return record.retrain

    def _look(self, day: int, client: Client) -> None:
        """Analyze the experiment, and decide after its last day."""
        plan, trial = self._plan, self._trial
        with self._clock.measure("analysis of the experiment"):
            events = self._read(
                plan.time_of(plan.experiment_day) - HISTORY, plan.time_of(day + 1)
            )
            trial.look(day, events)
        if day == plan.last_experiment_day:
            trial.decide()
            self._wait_for_champion(client)

    def _train(self, day: int, why: str, client: Client | None = None) -> None:
        models = ("category",) if why == "experiment" else MODELS
        rows = self._rows(day, why)
        approval = "required" if why == "experiment" else "none"
        with self._clock.measure("training"):
            if client is None:
                run = training.train(self._settings, rows, models, approval)
                answers, lost, seconds = 0, 0, 0.0
            else:
                with asking(client, QUESTION) as asked:
                    run = training.train(self._settings, rows, models, approval)
                    seconds = 0.0
                    if run.state == PROMOTED:
                        seconds = self._wait_for_champion(client)
                answers, lost = asked.by_release.total(), len(asked.failed)
        self._last_run = day
        self._trainings.append(
            TrainingRecord(
                day=day,
                why=why,
                state=run.state,
                release=run.release,
                reasons=run.reasons,
                cpu_seconds=run.cpu_seconds,
                answers=answers,
                lost=lost,
                swap_seconds=round(seconds, 2),
            )
        )
        self._report(f"night {day}: {why}, {run.state} {run.release} {run.reasons}")

    def _wait_for_champion(self, client: Client) -> float:
        """Return the seconds until the server answers with the champion alone."""
        champion = self._store.champion()
        return wait_until(
            client,
            QUESTION,
            lambda answer: answer.release == champion and not answer.experiments,
        )

    def _rows(self, day: int, why: str) -> Rows:
        plan = self._plan
        is_wide = why == "experiment" or self._trial.has_won
        days = plan.challenger_days if is_wide else plan.training_days
        return Rows(plan.date_of(day - days + 1), plan.date_of(day + 1))

    def _read(self, since: datetime, until: datetime) -> pa.Table:
        return to_table(self._shop.database.read(since, until), COLUMNS)
