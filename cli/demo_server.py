"""The server of ``listrec demo``: a process of its own, as a user would start it."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import click

from common.child_processes import python_environment
from common.errors import UnavailableError
from common.settings import Settings

LISTREC = (sys.executable, "-c", "from cli.main import run; run()")
"""The command as a process, whether it is installed or only imported."""

PAGE_PORT, CONSOLE_PORT = 8080, 8090
"""Ports of the seller's page and of the console, where nobody else has them."""


@dataclass(frozen=True, slots=True)
class DemoServer:
    """A server of the demo: its process and addresses; the page and the console may be missing."""

    process: subprocess.Popen[str]
    address: str
    page: str = ""
    console: str = ""


@contextmanager
def serving(settings: Settings, with_page: bool = False) -> Iterator[DemoServer]:
    """Serve the champion in a process of its own until the block ends."""
    # Port 0: any that is free, so that the demo runs beside other servers.
    words = ["serve", "--host", "127.0.0.1", "--port", "0"]
    environment = os.environ | python_environment(os.environ)
    if with_page:
        words += ["--http", str(_free_port(PAGE_PORT))]
        environment |= {"LISTREC_CONSOLE": str(_free_port(CONSOLE_PORT))}
    print_command(*words)
    log = settings.home / "logs" / "demo-serve.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("w", encoding="utf-8") as errors,
        _start(words, environment, errors) as process,
    ):
        try:
            # The server prints a line with each of its addresses when it is ready.
            addresses = [_read_address(process, log) for _ in range(1 + 2 * with_page)]
            yield DemoServer(process, *addresses)
        finally:
            process.send_signal(signal.SIGTERM)


def _free_port(wanted: int) -> int:
    """Return a port unless somebody listens on it, else 0, which stands for any free one."""
    with socket.socket() as probe:
        return 0 if probe.connect_ex(("127.0.0.1", wanted)) == 0 else wanted


def _read_address(process: subprocess.Popen[str], log: Path) -> str:
    """Return the address at the end of the next line, which is printed, too."""
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise UnavailableError(f"the server did not start; its log is {log}")
    click.echo(line.rstrip())
    return line.split()[-1]


def _start(
    words: Sequence[str], environment: Mapping[str, str], errors: IO[str]
) -> subprocess.Popen[str]:
    """Start a command of listrec as a process; what it logs goes to ``errors``."""
    return subprocess.Popen(
        [*LISTREC, *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
    )


def print_command(*words: str) -> None:
    """Print a command of listrec, as it would be typed."""
    click.secho(f"\n$ listrec {shlex.join(words)}", bold=True)
