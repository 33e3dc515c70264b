"""``listrec exporter``: metrics of training runs, monitoring and experiments, outside of all."""

from __future__ import annotations

import click

from common.settings import Settings
from common.store.storage import Storage


@click.command()
@click.option(
    "--pipeline",
    default="all",
    show_default=True,
    help="The pipeline to watch, by its targets: all, price, category-brand.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Interface.")
@click.option(
    "--port", default=9465, show_default=True, help="Port; 0 is any free one."
)
@click.pass_obj
def exporter(settings: Settings, pipeline: str, host: str, port: int) -> None:
    """Export when training last succeeded, and what monitoring and experiments say, until Ctrl-C.

    The metrics are for Prometheus. It reads the records in the store, so it tells too when no run
    is started at all, and when nobody monitors or analyzes. Let it run where the runs do not.

    \b
    Examples:
      listrec exporter
      listrec exporter --pipeline price --host 0.0.0.0 --port 9466
    """
    from pipelines.notifications.experiment_exporter import ExperimentCollector
    from pipelines.notifications.exporter import TrainingCollector, export
    from pipelines.notifications.monitoring_exporter import MonitoringCollector

    storage = Storage(settings.store)
    port, thread = export(
        host,
        port,
        TrainingCollector(storage, pipeline),
        MonitoringCollector(storage),
        ExperimentCollector(storage),
    )
    click.echo(f"Metrics are on http://{host}:{port}/metrics")
    thread.join()
