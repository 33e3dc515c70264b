"""``listrec serve``: answers over gRPC, all in one process or one process per model."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from common.settings import Settings

if TYPE_CHECKING:
    from serving.settings import ServingSettings


def _where(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say where to listen."""
    for option in (
        click.option("--port", type=click.IntRange(0, 65535), help="0 picks a free one."),
        click.option("--host", help="Address to listen on; 0.0.0.0 for all."),
    ):
        command = option(command)
    return command


@click.group(invoke_without_command=True)
@_where
@click.pass_context
def serve(ctx: click.Context, port: int | None, host: str | None) -> None:
    """Answer requests over gRPC with the champion, the release that training made current.

    Alone it serves everything in one process. Its parts can be processes of their own: one
    predictor per model, and the suggester that asks them. Prints one line when it is ready, stops
    gracefully on SIGTERM and Ctrl-C. Addresses, deadlines and messages are in docs/serving.md.

    \b
    Examples:
      listrec serve
      listrec serve --host 0.0.0.0 --port 8000
      listrec serve predictor price --port 50061
      listrec serve suggester --predictor price=localhost:50061
    """
    if ctx.invoked_subcommand is None:
        _serve(ctx.obj, _settings(ctx, port, host), None, suggests=True)


@serve.command()
@click.argument("name")
@_where
@click.pass_context
def predictor(ctx: click.Context, name: str, port: int | None, host: str | None) -> None:
    """Serve one model, category, brand, price or shipping, and nothing else.

    \b
    Example:
      listrec serve predictor price --port 50061
    """
    _serve(ctx.obj, _settings(ctx, port, host), [name], suggests=False)


@serve.command()
@click.option(
    "--predictor", "addresses", multiple=True, metavar="NAME=HOST:PORT", help="Where a model is."
)
@_where
@click.pass_context
def suggester(
    ctx: click.Context, addresses: tuple[str, ...], port: int | None, host: str | None
) -> None:
    """Serve suggestions of predictors that run elsewhere (--predictor or LISTREC_PREDICTORS).

    \b
    Example:
      listrec serve suggester --predictor price=localhost:50061 --predictor brand=localhost:50062
    """
    from models import check_name
    from serving.settings import parse_addresses

    settings = _settings(ctx, port, host)
    if addresses:
        settings = replace(settings, predictors=parse_addresses(addresses))
    if not settings.predictors:
        raise click.UsageError("name the predictors with --predictor or LISTREC_PREDICTORS")
    for name in settings.predictors:
        check_name(name)
    _serve(ctx.obj, settings, [], suggests=True)


def _settings(ctx: click.Context, port: int | None, host: str | None) -> ServingSettings:
    """The environment's settings with the options of this command, or of ``serve`` before it."""
    from serving.settings import ServingSettings

    outer = ctx.parent.params if ctx.parent else {}
    given = {"port": port, "host": host}
    for name, value in given.items():
        given[name] = outer.get(name) if value is None else value
    chosen = {name: value for name, value in given.items() if value is not None}
    return replace(ServingSettings.from_environment(os.environ), **chosen)  # type: ignore[arg-type]


def _serve(
    settings: Settings, serving: ServingSettings, names: Sequence[str] | None, suggests: bool
) -> None:
    from common.store.release import ReleaseStore
    from models.suggester import load
    from serving.server import run

    logging.basicConfig(
        level=logging.INFO, format="time=%(asctime)s level=%(levelname)s %(message)s"
    )
    local = ReleaseStore(settings.store).fetch(settings.cache)
    loaded = load(local, names, serving.encoder_threads)

    def announce(port: int) -> None:
        click.echo(f"serving release {loaded.release} on {serving.host}:{port}")

    run(loaded, serving, suggests, announce)
