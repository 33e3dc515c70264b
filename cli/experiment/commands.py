"""``listrec experiment``: what experiments say, who gets what, and what servers apply."""

from __future__ import annotations

import click

from cli.experiment import analyze, files, plan, publication


@click.group()
def experiment() -> None:
    """Plan experiments, check them, publish them to servers, analyze and stop them.

    \b
    Examples:
      listrec experiment validate experiments
      listrec experiment publish experiments
      listrec experiment list
      listrec experiment plan experiments/top-3.yaml
      listrec experiment analyze --out experiments.html
      listrec experiment stop top-3 --reason "sellers list less"
    """


COMMANDS: tuple[click.Command, ...] = (
    files.validate,
    files.assign,
    publication.publish,
    publication.list_published,
    publication.stop,
    plan.plan,
    analyze.analyze,
)
"""Every command, in the order in which they are used."""

for command in COMMANDS:
    experiment.add_command(command)
