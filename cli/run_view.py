"""What ``listrec train`` shows of a run: its steps while it goes on, then metrics and release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from cli.progress import progress
from common.progress import Progress, ignore_progress

if TYPE_CHECKING:
    from pipelines.training.events import Event

VERBS = {
    "check_snapshot": "check",
    "train_encoders": "train",
    "train_model": "train",
    "choose_encoders": "choose",
    "check_gates": "gate",
}
"""What is printed for steps whose function has a longer name."""


class RunView:
    """Shows a run while it goes on: a bar for the current step, a line for each that is done."""

    def __init__(self) -> None:
        """Begin with nothing to show."""
        self._challengers: dict[str, Any] = {}
        self._proposal: dict[str, Any] = {}
        self._outcome: dict[str, Any] = {}
        self._bar = ExitStack()
        self._progress: Progress = ignore_progress

    def __enter__(self) -> RunView:
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.close()
        # Printed after an error too: a missed gate is understood by its metrics.
        if self._challengers:
            click.echo()
            _print_table(list(self._challengers.values()))
            _print_left_out(list(self._challengers.values()))
        if self._outcome:
            click.echo(_describe_use(self._outcome))

    def show(self, event: Event) -> None:
        """Show one event; called from one thread at a time."""
        title = f"{VERBS.get(event.step, event.step)} {event.subject}"
        match event.kind:
            case "start":
                self._progress = self._bar.enter_context(progress(title))
            case "progress":
                self._progress(event.message, event.fraction)
            case "note":
                click.echo(event.message, err=True)
            case "done" | "error":
                self._bar.close()
                self._print_step(event, title)
                self._keep_result(event)

    def print_outcome(self) -> None:
        """Print the release and the next commands."""
        release = self._proposal.get("release")
        if not release:
            # A run that trained encoders only: without a model there is nothing to release.
            click.echo(
                "\nThe next 'listrec train NAME...' uses these encoders where there is no"
            )
            click.echo(
                "champion; name them with --encoders to train models on them anyway."
            )
            return

        held = self._proposal.get("hold_reason")
        if held:
            click.echo(
                f"\n{held[0].upper()}{held[1:]}. It is published; to release it:"
            )
            click.echo(f"  listrec registry promote {release} --force-hold")
            return

        note = self._proposal.get("note")
        addition = f", {note}" if note else ""
        if self._proposal.get("awaiting"):
            click.echo(f"\nRelease {release} awaits approval{addition}. Next:")
            click.echo(f"  listrec registry promote {release}")
            return

        click.echo(f"\nRelease {release} is now the champion{addition}. Next:")
        click.echo(
            '  listrec suggest --title "Nike running shoes size 9"\n  listrec serve'
        )

    def _print_step(self, event: Event, title: str) -> None:
        """Print a line for a step that ended; training encoders has a line for each encoder."""
        if event.kind == "error":
            _print_line(title, event.seconds, "failed")
        elif event.step == "train_encoders" and event.result:
            for encoder in event.result:
                ending = f"artifact {encoder['artifact']}"
                _print_line(f"train {encoder['target']}", encoder["seconds"], ending)
        elif event.step == "check_gates" and event.result:
            _print_line(title, event.seconds, self._gate_result(event))
        else:
            ending = _describe_result(event)
            if event.message:
                ending += f", {event.message}"
            _print_line(title, event.seconds, ending)

    def _gate_result(self, event: Event) -> str:
        """Return what the gate says of the challengers that earlier steps had not."""
        missed: list[str] = []
        for challenger in event.result:
            if challenger["target"] in self._challengers:
                continue
            if "left_out" in challenger:
                return "left out"
            missed += challenger["reasons"]
        return f"missed: {'; '.join(missed)}" if missed else "passed"

    def _keep_result(self, event: Event) -> None:
        """Keep what is printed at the end."""
        if not event.result:
            return
        if event.step == "check_gates":
            self._challengers = {record["target"]: record for record in event.result}
        elif event.step == "promote":
            self._proposal = event.result
        elif event.step == "finish":
            self._outcome = event.result


def _describe_use(outcome: Mapping[str, Any]) -> str:
    """Return a line about the time that a run took, and its cost where that is known."""
    line = (
        f"\nThe run took {outcome['seconds']:,.0f} s"
        f" and {outcome['cpu_seconds']:,.0f} s of processors"
    )
    cost = outcome["cost"]
    return f"{line}, about {cost}." if cost else f"{line}."


def _print_line(title: str, seconds: float, ending: str) -> None:
    click.echo(f"{title:<22} {seconds:6.1f} s  {ending}", err=True)


def _describe_result(event: Event) -> str:
    """Return the ids that a step made or chose."""
    result = event.result
    match event.step:
        case "check_snapshot":
            return f"snapshot {result['id']}"
        case "train_model" | "choose_encoders":
            artifacts = [
                record["artifact"] for record in result if "artifact" in record
            ]
            return f"artifact {', '.join(artifacts)}" if artifacts else "left out"
        case "publish":
            return f"release {result['release']}"
    return ""


def _print_table(challengers: list[dict[str, Any]]) -> None:
    """Print what was trained, with a row for each metric that its gate has a threshold for."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))  # fits in 80 columns
    table.add_column("target", no_wrap=True, max_width=13)
    for heading in ("artifact", "metric", "value", "gate", "pass"):
        table.add_column(heading, no_wrap=True)

    trained = [record for record in challengers if "left_out" not in record]
    for challenger in trained:
        for cells in _challenger_rows(challenger):
            table.add_row(*cells)
    if trained:
        Console().print(table)


def _print_left_out(challengers: list[dict[str, Any]]) -> None:
    """Print what was not trained, and what its gate could not decide, with the reasons."""
    for challenger in challengers:
        if "left_out" in challenger:
            click.echo(f"{challenger['target']} is left out: {challenger['left_out']}")
        for clause in challenger.get("undecided", ()):
            click.echo(f"{challenger['target']}: {clause}")


def _challenger_rows(challenger: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield cells for each metric; the first row alone names the challenger."""
    metrics, thresholds = challenger["metrics"], challenger["thresholds"]
    names = (challenger["target"], challenger["artifact"])
    passed = "yes" if challenger["passed"] else "no"
    if challenger["passed"] and challenger.get("undecided"):
        passed = "few rows"

    for metric in thresholds or list(metrics)[:2]:
        value = metrics.get(metric)
        gate = thresholds.get(metric, "").removeprefix("from ")
        yield *names, metric, _format_value(value), gate, passed
        names, passed = ("", ""), ""


def _format_value(value: float | None) -> str:
    """Return a metric in at most six characters: the table fits in 80 columns."""
    if value is None:
        return "-"
    return f"{value:.4f}" if abs(value) < 1 else f"{value:.4g}"
