"""``listrec registry promote``, ``rollback``, ``hold`` and ``history``: which release is served."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from itertools import islice

import click

from cli.registry.printing import json_option, print_json, reconcile_aliases
from common.errors import InputError
from common.settings import Settings
from common.store import promotion_hold
from common.store.history import Cause, Move
from common.store.release import ReleaseStore
from common.store.storage import Storage

reason_option = click.option("--reason", default="", help="Why, for the history.")
"""Option of commands that change the champion."""


@click.command()
@click.argument("release")
@click.option("--expect", metavar="CHAMPION", help="Refuse if another one is champion.")
@click.option(
    "--force-hold", is_flag=True, help="Promote although promotions are held."
)
@reason_option
@click.pass_obj
def promote(
    settings: Settings,
    release: str,
    expect: str | None,
    force_hold: bool,
    reason: str,
) -> None:
    """Make a release the champion; servers follow."""
    # The pointer decides what is served; mlflow's aliases follow it, and may do so later.
    cause = Cause(settings.user, "registry promote", reason)
    ReleaseStore(settings.store).promote(release, expect, cause, force_hold)
    click.echo(f"Release {release} is now the champion.")
    reconcile_aliases(settings)


@click.command()
@reason_option
@click.pass_obj
def rollback(settings: Settings, reason: str) -> None:
    """Make the previous champion the champion again."""
    cause = Cause(settings.user, "registry rollback", reason)
    release = ReleaseStore(settings.store).rollback(cause)
    click.echo(f"Release {release} is the champion again.")
    if promotion_hold.read(Storage(settings.store)) is None:
        click.echo(
            "The next training run may replace it. To prevent that: listrec registry hold"
            " --until DATE --reason WHY"
        )
    reconcile_aliases(settings)


@click.command("hold")
@click.option("--until", metavar="DATE", help="2027-01-31 or 2027-01-31T08:00, in UTC.")
@click.option("--reason", default="", help="Why, for those who are refused.")
@click.option("--lift", is_flag=True, help="End the hold.")
@click.pass_obj
def hold_promotions(
    settings: Settings, until: str | None, reason: str, lift: bool
) -> None:
    """Keep the champion until a date, while training runs go on; without options say whether.

    Runs publish their releases, and end as "held". The hold ends by itself. A rollback is always
    possible.
    """
    storage = Storage(settings.store)
    if lift:
        promotion_hold.lift(storage)
        click.echo("Promotions are not held any more.")
        return
    hold: object = promotion_hold.read(storage) or "promotions are not held"
    if until:
        hold = promotion_hold.write(storage, _parse_time(until), reason, settings.user)
    sentence = str(hold)
    click.echo(f"{sentence[0].upper()}{sentence[1:]}.")


@click.command()
@click.option("--limit", default=20, show_default=True, help="Newest moves to print.")
@json_option
@click.pass_obj
def history(settings: Settings, limit: int, as_json: bool) -> None:
    """List who changed the champion, when and why, newest first."""
    moves = list(islice(ReleaseStore(settings.store).moves(), limit))
    if as_json:
        print_json([asdict(move) for move in moves])
        return
    if not moves:
        click.echo("The champion has not been changed yet.")
    for move in moves:
        click.echo(_format_move(move))


def _parse_time(text: str) -> datetime:
    """Read a date or a time; without a time zone it is UTC."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"--until takes a date such as 2027-01-31 or a time such as 2027-01-31T08:00,"
            f" not {text!r}"
        ) from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _format_move(move: Move) -> str:
    cause = move.cause
    causes = [f"run {cause.run}" if cause.run else "", cause.reason]
    why = ", ".join(cause for cause in causes if cause)
    line = f"{move.at}  {move.previous or 'none'} -> {move.release}"
    return f"{line}  {cause.command} by {cause.by or 'unknown'}  {why}".rstrip()
