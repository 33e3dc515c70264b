"""``listrec monitor``: how good suggestions are now, and whether models should be retrained."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.compile_options import CompileOptions, compile_options
from cli.options import events_option, page_option, read_config
from cli.registry.printing import json_option, print_json
from cli.retraining import RequestedRun, start_run
from common import monitoring_record
from common.errors import InputError
from common.settings import Settings
from common.store.storage import Storage

if TYPE_CHECKING:
    from pipelines.monitoring.config import MonitoringConfig
    from pipelines.monitoring.monitor import Monitoring


@click.command()
@click.option("--days", type=click.IntRange(1), help="Days to look at.  [default: 3]")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day after them, in UTC.  [default: today]",
)
@events_option
@page_option
@click.option(
    "--config",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="YAML or JSON with the section monitor, and what a training run needs.",
)
@click.option("--retrain", is_flag=True, help="Train all where there is a reason.")
@click.option("--host", metavar="URL", help="Address of Kubeflow's API to train there.")
@compile_options
@json_option
@click.pass_obj
def monitor(
    settings: Settings,
    days: int | None,
    until: datetime | None,
    file: Path | None,
    out: Path | None,
    config: Path | None,
    retrain: bool,
    host: str | None,
    options: CompileOptions,
    as_json: bool,
) -> None:
    """Tell how good suggestions are, what has changed, and whether to retrain.

    It looks at the last whole days in UTC, compares them with days before, and keeps what it found
    in the store, where listrec exporter and the console read it. With --out one page shows it with
    plots. With --retrain a reason starts the training run of listrec train all --config, on
    Kubeflow with --host and --image, and not again within the cooldown. With --events or --until
    nothing is kept and nothing is started. See docs/monitoring.md.

    Exit code 0 says that suggestions were monitored, whatever was found. 2: nothing was put up on
    these days, or an option is wrong. 5: the database, the store or Kubeflow did not answer. A run
    that is started here ends with the codes of listrec train.

    \b
    Examples:
      listrec monitor
      listrec monitor --out monitoring.html
      listrec monitor --retrain --config nightly.yaml
      listrec monitor --events november.parquet --until 2026-12-01 --json
    """
    from pipelines.monitoring.shop import monitor_shop, post_reasons
    from pipelines.reports.page_file import check_writable

    is_current = file is None and until is None
    text = read_config(config) or "{}"
    _check_options(text, retrain, host, is_current)
    if out is not None:
        check_writable(out)

    time = until.replace(tzinfo=UTC) if until else datetime.now(UTC)
    shop = monitor_shop(settings, time, _config(text, days), file)
    record = shop.found.record
    if is_current:
        monitoring_record.write(Storage(settings.store), record)
    _print(shop.found, out, as_json)

    if is_current and record.retrain:
        post_reasons(settings, record, lambda problem: click.echo(problem, err=True))
        if retrain:
            run = RequestedRun(text, host or "", options)
            start_run(settings, record, shop.history.last_run, run)


def _check_options(
    text: str, retrain: bool, host: str | None, is_current: bool
) -> None:
    """Raise an error for what would be found out only after the monitoring, or not at all."""
    from pipelines.training.ingest_config import require_rows
    from pipelines.training.targets import parse_config

    config = parse_config(text)
    if not retrain:
        if host:
            raise click.UsageError("--host is where a run starts: add --retrain")
        return
    if not is_current:
        raise InputError(
            "--retrain is for what sellers do now: it goes with neither --events nor --until"
        )
    require_rows("", config)


def _config(text: str, days: int | None) -> MonitoringConfig:
    from pipelines.monitoring.config import MONITOR, monitoring_config
    from pipelines.training.targets import parse_config

    config = monitoring_config(parse_config(text).get(MONITOR, {}))
    return replace(config, days=days) if days else config


def _print(found: Monitoring, out: Path | None, as_json: bool) -> None:
    """Print what was found, and write its page where one is wanted."""
    from pipelines.monitoring.sentences import summarise
    from pipelines.reports import monitoring_report

    if as_json:
        print_json(asdict(found.record))
    else:
        for sentence in summarise(found.record):
            click.echo(sentence)
    if out is not None:
        monitoring_report.write(found, out)
        click.echo(f"{out}: the page of the monitoring", err=True)
