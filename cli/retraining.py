"""Starts the training run that monitoring asks for, as ``listrec train`` and ``submit`` do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import click

from cli.compile_options import CompileOptions
from cli.run_view import RunView
from common.monitoring_record import MonitoringRecord
from common.settings import Settings
from common.store.storage import Storage

TARGETS = ("all",)
"""What is trained."""


@dataclass(frozen=True, slots=True)
class RequestedRun:
    """How a run is started.

    Attributes:
        config: settings of training, as text.
        host: address of Kubeflow's API; empty for a run on this machine.
        options: what its pipeline is compiled for.
    """

    config: str
    host: str
    options: CompileOptions


def start_run(
    settings: Settings,
    record: MonitoringRecord,
    last_run: datetime | None,
    run: RequestedRun,
) -> None:
    """Start a run, and on this machine wait for its end; keep in the record that it was started.

    ``last_run`` is the last run that the monitoring knew of. Where another monitoring has started
    one meanwhile, nothing is started.
    """
    from pipelines.monitoring.started_run import start_once

    arguments = {"snapshot": "", "encoders": "", "config": run.config, "force": False}

    def submit() -> str:
        """Submit the run to Kubeflow, if it is not for this machine."""
        if not run.host:
            return ""
        token = settings.kubeflow_token
        return run.options.submit(run.host, token, TARGETS, arguments)[1]

    name = start_once(Storage(settings.store), record, last_run, submit)
    if name is None:
        click.echo("another monitoring has started a training run meanwhile", err=True)
    elif run.host:
        click.echo(f"run {name}", err=True)
    else:
        _train(settings, arguments)


def _train(settings: Settings, arguments: dict[str, object]) -> None:
    from pipelines.training import local
    from pipelines.training.targets import choose

    with RunView() as view:
        local.train(settings, choose(TARGETS), arguments, view.show)
    view.print_outcome()
