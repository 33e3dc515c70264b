"""``listrec notify``: tell Slack and PagerDuty how a run ended, or that this is a test."""

from __future__ import annotations

import click

from common.errors import InputError, UnavailableError
from common.settings import Settings


@click.command()
@click.argument("run", required=False)
@click.option("--test", is_flag=True, help="Send a message that says it is a test.")
@click.pass_obj
def notify(settings: Settings, run: str | None, test: bool) -> None:
    """Tell Slack and PagerDuty how RUN ended, once more.

    Every training run does that by itself where LISTREC_SLACK_WEBHOOK or LISTREC_PAGERDUTY_KEY is
    set. Ends with exit code 5 where a service does not take the message.

    \b
    Examples:
      listrec notify --test
      listrec notify 20261130-020000-000000-all
    """
    from pipelines.notifications import notify, report

    if test == bool(run):
        raise InputError("say which RUN to tell of, or --test to send a test message")
    if test:
        services = notify.send_test(settings)
        click.echo(f"A test message was sent to {' and '.join(services)}.")
        return

    assert run is not None
    notify.require_services(settings.notifications)
    report.read_report(settings, run)  # raises where there is no such run
    problems: list[str] = []
    if not notify.notify(settings, run, problems.append):
        raise UnavailableError("; ".join(problems))
