"""Command lines of the benchmarks: a description, options, and examples in --help."""

from __future__ import annotations

import argparse
import inspect
import os
import textwrap
from collections.abc import Mapping
from pathlib import Path

from common.errors import InputError


def make_parser(
    module: str, description: str, examples: str
) -> argparse.ArgumentParser:
    """A parser for ``python -m module``, with examples below its options."""
    return argparse.ArgumentParser(
        prog=f"python -m {module}",
        description=inspect.cleandoc(description),
        epilog="examples:\n" + textwrap.indent(inspect.cleandoc(examples), "  "),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def format_command(
    module: str, arguments: list[str], options: Mapping[str, object]
) -> str:
    """The command that repeats a run; options that are unset are left out.

    The caller passes names of folders, not paths: a page must not describe one machine.
    """
    # 0 is a value: only an empty text and None are unset.
    words = [
        f"{flag} {value}" for flag, value in options.items() if value not in ("", None)
    ]
    return " ".join([f"python -m {module}", *arguments, *words])


def data_folder(datasets: str) -> Path:
    """The folder of ``datasets`` that LISTREC_DATA names; raises InputError if it is not set."""
    name = os.environ.get("LISTREC_DATA", "")
    if not name:
        raise InputError(f"set LISTREC_DATA to the folder of {datasets}")
    return Path(name)
