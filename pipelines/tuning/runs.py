"""A search in mlflow: one parent run, and a run nested in it for every trial."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from common.settings import Settings
from pipelines.tracking.client import open_client
from pipelines.tracking.runs import find_experiment, flatten, git_commit

RUN = "mlflow_run"
"""Attribute of a study, and of a trial, that holds the id of its run."""

PARENT = "mlflow.parentRunId"
"""The tag by which mlflow nests a run in another."""


class StudyRun:
    """Logs one study and its trials; a study that goes on keeps its parent run."""

    def __init__(self, settings: Settings, study: Any, name: str, tags: Mapping[str, str]) -> None:
        """Find the study's run, or make one called ``tune <name>``."""
        self._client = open_client(settings)
        self._experiment = find_experiment(self._client, settings, f"tune-{name}")
        known = study.user_attrs.get(RUN)
        if not (known and self._revive(known)):
            commit = settings.commit or git_commit()
            run = self._client.create_run(
                self._experiment,
                run_name=f"tune {name}",
                tags={**tags, "study": study.study_name, "git_commit": commit},
            )
            study.set_user_attr(RUN, run.info.run_id)
        self._parent = str(study.user_attrs[RUN])

    def start(self, trial: Any, config: Mapping[str, Any]) -> None:
        """Begin the run of a trial with these settings."""
        from mlflow.entities import Param

        run = self._client.create_run(
            self._experiment,
            run_name=f"trial {trial.number}",
            tags={PARENT: self._parent, "trial": str(trial.number), "state": "running"},
        )
        trial.set_user_attr(RUN, run.info.run_id)
        params = [Param(name, str(value)) for name, value in flatten(config)]
        self._client.log_batch(run.info.run_id, params=params)

    def finish(self, trial: Any, metrics: Mapping[str, float]) -> None:
        """End the run of a trial that was measured."""
        run = trial.user_attrs[RUN]
        self._log(run, metrics, step=0)
        self._client.set_tag(run, "state", "complete")
        self._client.set_terminated(run)

    def give_up(self, trial: Any, state: str, reason: str) -> None:
        """End the run of a trial that ``failed`` or was ``killed``, if it had begun."""
        run = trial.user_attrs.get(RUN)
        if run and self._revive(run):
            self._client.set_tag(run, "state", state)
            self._client.set_tag(run, "reason", reason[:500])
            self._client.set_terminated(run, "KILLED" if state == "killed" else "FAILED")

    def best(self, metrics: Mapping[str, float], number: int) -> None:
        """Log the best value so far with the parent, at the step of the trial it was seen in."""
        self._log(self._parent, metrics, step=number)

    def close(self, files: Sequence[Path], status: str = "FINISHED") -> None:
        """Keep files with the parent run and end it."""
        for path in files:
            self._client.log_artifact(self._parent, str(path))
        self._client.set_terminated(self._parent, status)

    def _log(self, run: str, metrics: Mapping[str, float], step: int) -> None:
        from mlflow.entities import Metric

        now = int(time.time() * 1000)
        values = [Metric(name, float(v), now, step) for name, v in metrics.items() if v == v]
        self._client.log_batch(run, metrics=values)

    def _revive(self, run: str) -> bool:
        """Set a run to running; mlflow may have lost it, or be another one now."""
        from mlflow.exceptions import MlflowException

        try:
            self._client.update_run(run, status="RUNNING")
        except MlflowException:
            return False
        return True
