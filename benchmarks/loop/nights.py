"""The nights of the simulated shop: monitoring, training runs, and the experiment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from benchmarks.loop.clock import Clock
from benchmarks.loop.plan import LoopPlan
from benchmarks.loop.record import NightRecord, TrainingRecord
from benchmarks.loop.server import Answers, asking, wait_until
from benchmarks.loop.training import MODELS, Rows, train
from benchmarks.loop.trial import MODEL, Trial
from common import monitoring_record
from common.errors import GateError
from common.event_database.database import EventDatabase
from common.experiments import published
from common.listing import Listing
from common.monitoring_record import MonitoringRecord
from common.runs.outcome import AWAITING, PROMOTED
from common.runs.run_list import Run
from common.settings import Settings
from common.store.release import ReleaseStore
from pipelines.monitoring.monitor import monitor
from pipelines.monitoring.retrain_rule import History
from pipelines.outcomes.event_table import to_table
from pipelines.outcomes.other_variants import find_other_variants
from pipelines.outcomes.tables import COLUMNS
from serving.client import Client

if TYPE_CHECKING:
    import pyarrow as pa

QUESTION = Listing(
    title="Marlowe & Finch wrap dress, worn once",
    condition="good",
    seller_id="somebody",
)
"""What is asked about all the time while a training run goes on."""

FIRST_MONITORING = 7
"""Day of the first monitoring: before it there is too little to compare with."""


class Nights:
    """What happens between the days.

    Attributes:
        trainings: the training runs so far.
        monitored: what monitoring said so far.
        trial: the experiment.
    """

    def __init__(
        self,
        plan: LoopPlan,
        settings: Settings,
        database: EventDatabase,
        clock: Clock,
        report: Callable[[str], None],
    ) -> None:
        """Look at ``database``, and train into the store of ``settings``."""
        self.trainings: list[TrainingRecord] = []
        self.monitored: list[NightRecord] = []
        self._store = ReleaseStore(settings.store)
        self.trial = Trial(plan, self._store, settings.home / "experiments")
        self._plan = plan
        self._settings = settings
        self._database = database
        self._clock = clock
        self._report = report

    def train_first(self) -> None:
        """Train the first champion, before there is a server."""
        run = self._train(0, "first", MODELS)
        self._keep_training(0, "first", run, Answers(), 0.0)

    def pass_night(self, day: int, client: Client) -> None:
        """Do what is to be done after a day; the server of ``client`` follows."""
        plan, trial = self._plan, self.trial
        requested = self._monitor(day) if day >= FIRST_MONITORING else ()
        # While an experiment runs, its control stays the champion: no run could replace it.
        if trial.is_running(day):
            self._analyze(day, client)
        elif requested:
            self._train_and_swap(day, "monitoring", requested, client)
        else:
            scheduled = MODELS[day % len(MODELS)]
            self._train_and_swap(day, "schedule", [scheduled], client)

        if day == plan.experiment_day - 1:
            self._train_and_swap(day, "experiment", [MODEL], client)
            challenger = self.trainings[-1]
            if challenger.state != AWAITING:
                reasons = "; ".join(challenger.reasons)
                raise GateError(f"there is no release to experiment with: {reasons}")
            trial.start(challenger.release)
            wait_until(client, QUESTION, lambda answer: bool(answer.experiments))

    def _monitor(self, day: int) -> Sequence[str]:
        """Return the models that monitoring asks to retrain after a day."""
        now = self._plan.time_of(day + 1)
        # Scheduled runs train one model of three: they are no reason to wait.
        asked = [each.day for each in self.trainings if each.why != "schedule"]
        last_run = self._plan.time_of(asked[-1] + 1)
        # The champion changes often, so days are compared with those before, whoever answered.
        history = History(trained=now, last_run=last_run)
        with self._clock.measure("monitoring"):
            others = find_other_variants(published.read(self._store.storage))
            record = monitor(self._read, history, now, others=others).record
            monitoring_record.write(self._store.storage, record)
        night = _to_night(day, record)
        self.monitored.append(night)
        if record.reasons:
            self._report(f"night {day}: {'; '.join(record.reasons)}")
        return [each for each in MODELS if night.retrain and night.names(each)]

    def _analyze(self, day: int, client: Client) -> None:
        """Analyze the experiment, and decide after its last day."""
        plan = self._plan
        with self._clock.measure("analysis of the experiment"):
            self.trial.analyze_day(day, self._read)
        if day == plan.last_experiment_day:
            self.trial.decide()
            self._wait_for_champion(client)

    def _train_and_swap(
        self, day: int, why: str, models: Sequence[str], client: Client
    ) -> None:
        """Train while somebody asks all the time, until the server answers with the release."""
        seconds = 0.0
        with asking(client, QUESTION) as answers:
            run = self._train(day, why, models)
            if run.state == PROMOTED:
                seconds = self._wait_for_champion(client)
        self._keep_training(day, why, run, answers, seconds)

    def _train(self, day: int, why: str, models: Sequence[str]) -> Run:
        plan, is_challenger = self._plan, why == "experiment"
        # Once more days have won, all models learn from them.
        is_long = is_challenger or self.trial.has_won
        days = plan.challenger_days if is_long else plan.training_days
        rows = Rows(plan.date_of(day - days + 1), plan.date_of(day + 1))
        with self._clock.measure("training"):
            return train(self._settings, rows, models, needs_approval=is_challenger)

    def _keep_training(
        self, day: int, why: str, run: Run, answers: Answers, seconds: float
    ) -> None:
        self.trainings.append(
            TrainingRecord(
                day=day,
                why=why,
                models=run.targets,
                state=run.state,
                release=run.release,
                reasons=run.reasons,
                cpu_seconds=run.cpu_seconds,
                answers=answers.by_release.total(),
                lost=len(answers.failed),
                swap_seconds=round(seconds, 2),
            )
        )
        self._report(f"night {day}: {why}, {run.state} {run.release}")

    def _wait_for_champion(self, client: Client) -> float:
        """Return the seconds until the server answers with the champion alone."""
        champion = self._store.champion()
        return wait_until(
            client,
            QUESTION,
            lambda answer: answer.release == champion and not answer.experiments,
        )

    def _read(self, since: datetime, until: datetime) -> pa.Table:
        return to_table(self._database.read(since, until), COLUMNS)


def _to_night(day: int, record: MonitoringRecord) -> NightRecord:
    return NightRecord(
        day=day,
        retrain=record.retrain,
        reasons=record.reasons,
        drifts=tuple(each.feature for each in record.drifts if each.found),
        losses=tuple(
            f"{each.metric} {each.field}" for each in record.changes if each.found
        ),
    )
