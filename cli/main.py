"""The ``listrec`` command: runs a subcommand and turns errors into sentences and exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module

import click

from common.addresses import bypass_proxy_locally
from common.child_processes import python_environment
from common.crash_points import arm
from common.errors import ListrecError
from common.secrets import redact
from common.settings import Settings

COMMANDS = {
    "demo": "cli.demo:demo",
    "profile": "cli.profile:profile",
    "ingest": "cli.ingest:ingest",
    "train": "cli.train:train",
    "evaluate": "cli.evaluate:evaluate",
    "tune": "cli.tune:tune",
    "pipelines": "cli.pipelines:pipelines",
    "registry": "cli.registry.commands:registry",
    "doctor": "cli.doctor:doctor",
    "notify": "cli.notify:notify",
    "exporter": "cli.exporter:exporter",
    "suggest": "cli.suggest:suggest",
    "suggest-table": "cli.suggest_table:suggest_table",
    "taxonomy": "cli.taxonomy:taxonomy",
    "serve": "cli.serve:serve",
    "events": "cli.events:events",
    "report": "cli.report:report",
    "monitor": "cli.monitor:monitor",
    "experiment": "cli.experiment.commands:experiment",
    "replay": "cli.replay:replay",
    "benchmark": "cli.benchmark:benchmark",
}
"""Every subcommand and where it is defined; a module is imported when its command is run."""


class Commands(click.Group):
    """The group of subcommands, imported one at a time so that a server needs no trainer."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which they are used."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of one subcommand."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="listing-recommender", prog_name="listrec")
def listrec() -> None:
    """Suggest category, brand, price and shipping for a marketplace listing.

    \b
    From a table to suggestions:
      listrec ingest train.tsv --out snapshots/today
      listrec train all --snapshot snapshots/today
      listrec suggest --title "Nike running shoes size 9"
      listrec serve

    All state is in .listrec (LISTREC_HOME). Add --debug to any command for a traceback.
    Exit codes: 0 done, 1 a bug, 2 bad input, 3 a gate not passed, a promotion refused, or an
    experiment void or harmful, 4 an artifact missing or damaged, 5 something did not answer,
    130 interrupted.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        settings = Settings.from_environment(os.environ)
    except ListrecError as error:
        return _print_error(error)
    if "--debug" in words:
        # The option belongs to every command, and may stand before or after its name.
        words.remove("--debug")
        settings = replace(settings, debug=True)

    try:
        arm(os.environ)
        # Standalone, click would print errors in its own way and exit the process.
        listrec.main(words, prog_name="listrec", standalone_mode=False, obj=settings)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return 130
    except Exception as error:
        if settings.debug:
            raise
        return _print_error(error)
    return 0


def _print_error(error: Exception) -> int:
    """Print an error as a sentence, without secrets, and return its exit code."""
    message = redact(str(error), os.environ)
    if isinstance(error, ListrecError):
        click.echo(f"error: {message}", err=True)
        return error.exit_code
    # Each process is installed with the extras it needs, so a missing package is the user's matter.
    if isinstance(error, ModuleNotFoundError) and error.name:
        click.echo(
            f"error: this command needs the package {error.name!r}, which is not installed:"
            " install listing-recommender with the extra that has it (see docs/configuration.md)",
            err=True,
        )
        return 2
    click.echo(
        f"error: a bug ({type(error).__name__}: {message}); add --debug for the traceback",
        err=True,
    )
    return 1


def run() -> None:
    """Entry point of the ``listrec`` script."""
    # Also for processes of libraries: workers of multiprocessing, Kubeflow's steps, mlflow.
    os.environ.update(python_environment(os.environ))
    bypass_proxy_locally(os.environ)
    sys.exit(main())
