"""``listrec report``: what sellers made of suggestions in a week."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from cli.options import events_option, page_option
from cli.registry.printing import json_option, print_json
from common.errors import InputError
from common.settings import Settings


@click.command()
@click.option("--week", "week_name", help="Such as 2026-W48; the last complete one.")
@events_option
@page_option
@click.option("--slack", is_flag=True, help="Send it to LISTREC_SLACK_WEBHOOK too.")
@json_option
@click.pass_obj
def report(
    settings: Settings,
    week_name: str | None,
    file: Path | None,
    out: Path | None,
    slack: bool,
    as_json: bool,
) -> None:
    """Tell what sellers made of suggestions in a week: Monday to Sunday, in UTC.

    How often they accept suggestions, how much time these save, what they choose instead, and how
    prices sell. With --out one page shows the same with plots. See docs/report.md.

    \b
    Examples:
      listrec report
      listrec report --week 2026-W48 --out report.html
      listrec report --events november.parquet --json
    """
    from pipelines.outcomes.event_reader import open_events
    from pipelines.reports import weekly_report
    from pipelines.reports.page_file import check_writable
    from pipelines.weekly_report import report as reports
    from pipelines.weekly_report.sentences import summarise
    from pipelines.weekly_report.weeks import Week

    week = Week.parse(week_name) if week_name else Week.last_complete(datetime.now(UTC))
    if out is not None:
        check_writable(out)
    if slack and not settings.notifications.slack_webhook:
        raise InputError(
            "--slack needs the address of a channel: LISTREC_SLACK_WEBHOOK"
        )
    result = reports.read_report(week, open_events(settings.events, file))
    if as_json:
        print_json(reports.as_json(result))
    else:
        click.echo(f"Week {result.week}")
        for sentence in summarise(result):
            click.echo(f"- {sentence}")
    if slack:
        from pipelines.notifications import slack as messages

        text = "\n".join(f"• {sentence}" for sentence in summarise(result))
        title = f"Suggestions in week {result.week}"
        messages.post(settings.notifications.slack_webhook, title, [text])
    if out is not None:
        weekly_report.write(result, out)
        click.echo(f"{out}: the page of the week", err=True)
