"""``listrec serve``: suggestions over gRPC, from one process or from one process per model."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from common.addresses import check_host
from common.settings import NO_EVENTS, Settings

if TYPE_CHECKING:
    from serving.console.console import Console
    from serving.gateway.gateway import Drain
    from serving.gateway.settings import GatewaySettings
    from serving.settings import ServingSettings


def _server_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of every server: address and processes."""
    for option in (
        click.option(
            "--workers",
            type=click.IntRange(1),
            help="Processes on the port; as many as cores by default.",
        ),
        click.option(
            "--release",
            metavar="ID",
            help="Serve this release, and no other; the champion by default.",
        ),
        click.option(
            "--also",
            multiple=True,
            metavar="ID",
            help="Hold this release, too, for requests that name it; may be repeated.",
        ),
        click.option(
            "--shadow",
            metavar="ID",
            help="Compare this release with the one that is served; it is never shown.",
        ),
        click.option(
            "--port", type=click.IntRange(0, 65535), help="0 picks a free one."
        ),
        click.option("--host", help="Address to listen on; 0.0.0.0 for all."),
    ):
        command = option(command)
    return command


def _http_option(command: Callable[..., Any]) -> Callable[..., Any]:
    option = click.option(
        "--http",
        default="",
        metavar="[HOST:]PORT",
        help="Answer over HTTP too, with the seller's page; 0 picks a free port.",
    )
    return option(command)


@click.group(invoke_without_command=True)
@_http_option
@_server_options
@click.pass_context
def serve(ctx: click.Context, /, http: str, **_options: Any) -> None:
    """Serve the champion, the release that training made current, over gRPC.

    Without a subcommand everything is served, by as many processes as there are cores (--workers).
    The parts can be servers of their own: one predictor per model, and the suggester that asks
    them. A server prints one line when it is ready and stops gracefully on SIGTERM and Ctrl-C. See
    docs/serving.md for addresses, deadlines and messages.

    \b
    Examples:
      listrec serve
      listrec serve --http 8080
      listrec serve --host 0.0.0.0 --port 8000 --workers 4
      listrec serve --also 3beea7e60c50f8e9
      listrec serve predictor price --port 50061
      listrec serve suggester --predictor price=localhost:50061
      listrec serve gateway --suggester localhost:50051 --http 8080
    """
    # Read by numpy while it is imported: a worker computes on one thread, and its matrices are
    # small. Threads of their own for products would take cores from the other workers.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if ctx.invoked_subcommand is None:
        _serve(ctx.obj, _settings(ctx), None, suggests=True, http=http)
    elif http and ctx.invoked_subcommand != "gateway":
        raise click.UsageError("--http is for a server of all models, or for 'gateway'")


@serve.command()
@click.argument("name")
@_server_options
@click.pass_context
def predictor(ctx: click.Context, /, name: str, **_options: Any) -> None:
    """Serve one model only: category, brand, price or shipping.

    \b
    Example:
      listrec serve predictor price --port 50061
    """
    _serve(ctx.obj, _settings(ctx), [name], suggests=False)


@serve.command()
@click.option(
    "--predictor",
    "addresses",
    multiple=True,
    metavar="NAME=HOST:PORT",
    help="Address of a predictor; may be repeated.",
)
@_server_options
@click.pass_context
def suggester(
    ctx: click.Context, /, addresses: tuple[str, ...], **_options: Any
) -> None:
    """Serve suggestions of predictors in other processes (--predictor or LISTREC_PREDICTORS).

    \b
    Example:
      listrec serve suggester --predictor price=localhost:50061 --predictor brand=localhost:50062
    """
    from models import check_name
    from serving.settings import parse_addresses

    settings = _settings(ctx)
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


@serve.command()
@click.option(
    "--suggester",
    "address",
    required=True,
    metavar="HOST:PORT",
    help="Address of the server that suggests.",
)
@click.option("--workers", type=click.IntRange(1), help="Processes on the port.")
@_http_option
@click.pass_context
def gateway(
    ctx: click.Context, /, address: str, http: str, workers: int | None
) -> None:
    """Answer over HTTP, by asking a server of suggestions; see docs/gateway.md.

    \b
    Example:
      listrec serve gateway --suggester localhost:50051 --http 8080
    """
    from common.addresses import check_address
    from serving import logs
    from serving.temporary_folder import temporary_folder

    serving = _settings(ctx)
    check_address(address)
    outer = ctx.parent.params["http"] if ctx.parent else ""
    settings = _gateway_settings(ctx.obj, http or outer)
    if not settings.http:
        raise click.UsageError("say where to listen, with --http or LISTREC_HTTP")

    logs.configure()
    with temporary_folder("metrics") as folder:
        # Read by prometheus_client while it is imported, with the gateway.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
        try:
            from serving.gateway.run import run

            run(
                address,
                settings,
                serving,
                *_events(ctx.obj),
                _console(ctx.obj, serving),
                click.echo,
            )
        finally:
            del os.environ["PROMETHEUS_MULTIPROC_DIR"]


def _gateway_settings(settings: Settings, http: str) -> GatewaySettings:
    from serving.gateway.settings import GatewaySettings

    gateway = GatewaySettings.from_environment(os.environ, settings.home, http)
    return replace(gateway, keep_listings=settings.keep_listings)


def _events(settings: Settings) -> tuple[Path | None, Drain | None]:
    """Return the folder of the event log and what drains it, or nothing where it is off."""
    if settings.events == NO_EVENTS:
        return None, None
    from common.event_database.database import EventDatabase
    from common.event_database.drain import keep_draining

    database = EventDatabase(settings.events)
    return settings.event_log, partial(keep_draining, settings.event_log, database)


def _console(settings: Settings, serving: ServingSettings) -> Console | None:
    """Return the console of a gateway, if one is configured."""
    if not serving.console:
        return None
    from common.event_database.database import EventDatabase
    from serving.console.console import Console

    keeps_events = settings.events != NO_EVENTS
    count_days = EventDatabase(settings.events).count_days if keeps_events else None
    return Console(serving, settings.store, count_days)


def _settings(ctx: click.Context) -> ServingSettings:
    """The environment's settings with the options of this command, or of ``serve`` before it."""
    from serving.settings import ServingSettings, parse_ids

    # ``listrec serve --port 8000 predictor price``: options may stand before the subcommand.
    outer = ctx.parent.params if ctx.parent else {}
    given: dict[str, Any] = {}
    for name in ("host", "port", "workers", "release", "also", "shadow"):
        # An option that may be repeated is an empty tuple where it is left out.
        for value in (outer.get(name), ctx.params.get(name)):
            if value not in (None, ()):
                given[name] = value
    if "host" in given:
        check_host(given["host"])
    if "also" in given:
        given["also"] = parse_ids(given["also"])
    return replace(ServingSettings.from_environment(os.environ), **given)


def _serve(
    settings: Settings,
    serving: ServingSettings,
    names: Sequence[str] | None,
    suggests: bool,
    http: str = "",
) -> None:
    if serving.shadow and names is not None:
        raise click.UsageError(
            "a shadow release is for a server of all models: leave --shadow away"
        )
    from serving import logs
    from serving.releases.source import ReleaseSource
    from serving.temporary_folder import temporary_folder

    logs.configure()
    source = ReleaseSource(
        settings.store, settings.cache, names, serving.encoder_threads
    )

    with temporary_folder("metrics") as folder, ExitStack() as stack:
        if serving.is_supervised:
            # Read by prometheus_client while it is imported, with the server below.
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
            stack.callback(os.environ.pop, "PROMETHEUS_MULTIPROC_DIR")
        from serving.releases.start import load_releases
        from serving.run import run

        releases = load_releases(source, serving)
        front = None
        if names is None and (http or os.environ.get("LISTREC_HTTP")):
            # Not above: only a process with a gateway has a use for FastAPI.
            from serving.gateway.gateway import Gateway

            front = Gateway(
                _gateway_settings(settings, http),
                serving,
                *_events(settings),
                _console(settings, serving),
            )
            stack.enter_context(front.reserved())

        def announce(port: int) -> None:
            """Print the address once the server listens."""
            click.echo(
                f"serving release {releases[0].release} on {serving.host}:{port}"
            )
            if front:
                click.echo(front.announcement)

        run(releases, serving, source, suggests, announce, front)
