"""A study in mlflow: one parent run, and a nested run for every trial."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from common.settings import Settings
from pipelines.tracking.connection import AnsweringClient
from pipelines.tracking.runs import find_experiment, flatten, git_commit

RUN = "mlflow_run"
"""Attribute of a study, and of a trial, with the id of its run."""

PARENT = "mlflow.parentRunId"
"""The tag by which mlflow nests a run in another."""


class StudyRun:
    """Logs one study and its trials; a study that is resumed keeps its parent run."""

    def __init__(
        self, settings: Settings, study: Any, name: str, tags: Mapping[str, str]
    ) -> None:
        """Find the run of the study of model ``name``, or create one called ``tune <name>``."""
        self._client = AnsweringClient(settings)
        self._experiment = find_experiment(self._client, settings, f"tune-{name}")

        earlier = study.user_attrs.get(RUN)
        if not (earlier and self._resume(earlier)):
            run = self._client.create_run(
                self._experiment,
                run_name=f"tune {name}",
                tags={
                    **tags,
                    "study": study.study_name,
                    "git_commit": settings.commit or git_commit(),
                },
            )
            study.set_user_attr(RUN, run.info.run_id)
        self._parent = str(study.user_attrs[RUN])

    def start_trial(self, trial: Any, config: Any) -> None:
        """Start the run of a trial; ``config`` is a dataclass with the model's settings."""
        from mlflow.entities import Param

        run = self._client.create_run(
            self._experiment,
            run_name=f"trial {trial.number}",
            tags={
                PARENT: self._parent,
                "trial": str(trial.number),
                "state": "running",
            },
        )
        trial.set_user_attr(RUN, run.info.run_id)

        params = [Param(name, str(value)) for name, value in flatten(asdict(config))]
        self._client.log_batch(run.info.run_id, params=params)

    def finish_trial(self, trial: Any, metrics: Mapping[str, float]) -> None:
        """End the run of a trial that was measured."""
        run = trial.user_attrs[RUN]
        self._log_metrics(run, metrics, step=0)
        self._client.set_tag(run, "state", "complete")
        self._client.set_terminated(run)

    def end_run(self, trial: Any, state: str, reason: str) -> None:
        """End the run of a trial that ``failed`` or was ``killed``, if it had started."""
        run = trial.user_attrs.get(RUN)
        if not (run and self._resume(run)):
            return

        self._client.set_tag(run, "state", state)
        self._client.set_tag(run, "reason", reason[:500])
        status = "KILLED" if state == "killed" else "FAILED"
        self._client.set_terminated(run, status)

    def log_best(self, metrics: Mapping[str, float], number: int) -> None:
        """Log the best value so far to the parent run; the step is the number of the trial."""
        self._log_metrics(self._parent, metrics, step=number)

    def close(self, files: Sequence[Path], status: str = "FINISHED") -> None:
        """Log files to the parent run and end it."""
        for path in files:
            self._client.log_artifact(self._parent, str(path))
        self._client.set_terminated(self._parent, status)

    def _log_metrics(self, run: str, metrics: Mapping[str, float], step: int) -> None:
        from mlflow.entities import Metric

        now = int(time.time() * 1000)
        # A metric that is not defined on these rows is NaN, which is nothing to plot.
        values = []
        for name, value in metrics.items():
            if not math.isnan(value):
                values.append(Metric(name, float(value), now, step))
        self._client.log_batch(run, metrics=values)

    def _resume(self, run: str) -> bool:
        """Set a run to running; false where mlflow does not know it."""
        from mlflow.exceptions import MlflowException

        # The runs may have been deleted, or the settings may name another mlflow by now.
        try:
            self._client.update_run(run, status="RUNNING")
        except MlflowException:
            return False
        return True
