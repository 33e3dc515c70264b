"""``listrec serve``: suggestions over gRPC, from one process or from one process per model."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from common.addresses import check_host
from common.settings import Settings

if TYPE_CHECKING:
    from serving.settings import ServingSettings


def _address_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of the address to listen on."""
    for option in (
        click.option(
            "--port", type=click.IntRange(0, 65535), help="0 picks a free one."
        ),
        click.option("--host", help="Address to listen on; 0.0.0.0 for all."),
    ):
        command = option(command)
    return command


@click.group(invoke_without_command=True)
@_address_options
@click.pass_context
def serve(ctx: click.Context, port: int | None, host: str | None) -> None:
    """Serve the champion, the release that training made current, over gRPC.

    Without a subcommand one process serves everything. The parts can be processes of their own:
    one predictor per model, and the suggester that asks them. A server prints one line when it is
    ready and stops gracefully on SIGTERM and Ctrl-C. See docs/serving.md for addresses, deadlines
    and messages.

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
@_address_options
@click.pass_context
def predictor(
    ctx: click.Context, name: str, port: int | None, host: str | None
) -> None:
    """Serve one model only: category, brand, price or shipping.

    \b
    Example:
      listrec serve predictor price --port 50061
    """
    _serve(ctx.obj, _settings(ctx, port, host), [name], suggests=False)


@serve.command()
@click.option(
    "--predictor",
    "addresses",
    multiple=True,
    metavar="NAME=HOST:PORT",
    help="Address of a predictor; may be repeated.",
)
@_address_options
@click.pass_context
def suggester(
    ctx: click.Context, addresses: tuple[str, ...], port: int | None, host: str | None
) -> None:
    """Serve suggestions of predictors in other processes (--predictor or LISTREC_PREDICTORS).

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
        raise click.UsageError(
            "name the predictors with --predictor or LISTREC_PREDICTORS"
        )
    # A typing error in a name would otherwise show as a predictor that never answers.
    for name in settings.predictors:
        check_name(name)
    _serve(ctx.obj, settings, [], suggests=True)


def _settings(
    ctx: click.Context, port: int | None, host: str | None
) -> ServingSettings:
    """The environment's settings with the options of this command, or of ``serve`` before it."""
    from serving.settings import ServingSettings

    # ``listrec serve --port 8000 predictor price``: options may stand before the subcommand.
    outer = ctx.parent.params if ctx.parent else {}
    if port is None:
        port = outer.get("port")
    if host is None:
        host = outer.get("host")

    settings = ServingSettings.from_environment(os.environ)
    if port is not None:
        settings = replace(settings, port=port)
    if host is not None:
        settings = replace(settings, host=check_host(host))
    return settings


def _serve(
    settings: Settings,
    serving: ServingSettings,
    names: Sequence[str] | None,
    suggests: bool,
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
        """Print the address once the server listens."""
        click.echo(f"serving release {loaded.release} on {serving.host}:{port}")

    run(loaded, serving, suggests, announce)
