"""Parts of a command line that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


photos_in_option = click.option(
    "--photos-in",
    type=click.Path(path_type=Path),
    help="Folder or .zip of the photos.  [default: the table's folder]",
)
"""Option of commands that read a table with paths of photos."""

events_option = click.option(
    "--events",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file of 'listrec events export' instead of the database.",
)
"""Option of commands that read events, for ``event_reader.open_events``."""

page_option = click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a page to this file.",
)
"""Option of commands that can show what they tell on a page."""


def split_words(text: str) -> tuple[str, ...]:
    """Split ``category, price`` at its commas; empty parts are dropped."""
    words = (word.strip() for word in text.split(","))
    return tuple(word for word in words if word)


def read_config(path: Path | None) -> str:
    """Return the text of a file with settings, empty where none was given."""
    return path.read_text(encoding="utf-8") if path else ""


def parse_pairs(option: str, metavar: str, texts: Iterable[str]) -> dict[str, str]:
    """Read the values of an option that takes ``NAME=VALUE`` pairs.

    ``option`` and ``metavar`` name it in the message. Raises ``click.UsageError`` for a text
    without a name, an equals sign or a value.
    """
    pairs = {}
    for text in texts:
        name, separator, value = text.partition("=")
        if not (name and separator and value):
            raise click.UsageError(f"{option} {metavar} was expected, not {text!r}")
        pairs[name.strip()] = value.strip()
    return pairs


def refuse_options(
    names: Sequence[str], reason: str, is_flag: bool = False
) -> Callable[[Command], Command]:
    """Make a command refuse options of another command with a sentence, as a usage error.

    The sentence is the option and ``reason``. The options appear neither in the help nor among the
    parameters; without them click would only say that there is no such option.
    """

    def refuse(context: click.Context, option: click.Parameter, value: Any) -> None:
        """End the command where the option was given."""
        if value:
            raise click.UsageError(f"{option.opts[0]} {reason}")

    def decorate(command: Command) -> Command:
        """Add the options to a command."""
        for name in names:
            command = click.option(
                name,
                is_flag=is_flag,
                hidden=True,
                expose_value=False,
                is_eager=True,
                callback=refuse,
            )(command)
        return command

    return decorate
