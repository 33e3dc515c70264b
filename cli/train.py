"""``listrec train``: run the training graph on this machine and say what came of it."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.progress import progress
from common.settings import Settings

if TYPE_CHECKING:
    from pipelines.training.events import Event

WORDS = {
    "check_snapshot": "check",
    "train_encoders": "train",
    "train_model": "train",
    "choose_encoders": "choose",
    "check_gates": "gate",
}
"""Short words for steps whose function has a longer name."""


@click.command()
@click.argument("targets", nargs=-1, required=True)
@click.option(
    "--snapshot", required=True, type=click.Path(path_type=Path), help="Folder made by ingest."
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="YAML or JSON with settings by target: {price: {seed: 1}}.",
)
@click.option("--encoders", default="", help="Encoder artifacts to train models on: ID,ID.")
@click.option("--force", is_flag=True, help="Release even what missed its gate.")
@click.pass_obj
def train(
    settings: Settings,
    targets: tuple[str, ...],
    snapshot: Path,
    config: Path | None,
    encoders: str,
    force: bool,
) -> None:
    """Train TARGETS (encoders, a model's name, or all), and release what passes its gate.

    Models are trained on the encoders trained in the same run, else on those of --encoders, of the
    champion, or the newest. "all" leaves out models that the snapshot has no labels for; a release
    shares what was not trained with the champion. Ends with exit code 3 when a gate is missed:
    then nothing is released.

    \b
    Examples:
      listrec train all --snapshot snapshots/today
      listrec train encoders --snapshot snapshots/today --config settings.yaml
      listrec train price --snapshot snapshots/today --encoders 0123456789abcdef
    """
    from pipelines.training import local
    from pipelines.training.targets import choose, parse_config

    chosen = choose(targets)
    if "all" in targets:
        chosen = _leave_out(chosen, snapshot)
    text = config.read_text(encoding="utf-8") if config else "{}"
    parse_config(text)
    arguments = {
        "snapshot": str(snapshot.absolute()),
        "encoders": encoders,
        "config": text,
        "force": force,
    }
    with _View() as view:
        local.train(settings, chosen, arguments, view.show)
    view.conclude()


def _leave_out(chosen: tuple[str, ...], snapshot: Path) -> tuple[str, ...]:
    """Of ``all``, keep what the snapshot has labels for, and say what is left out."""
    from common.snapshot import Snapshot
    from pipelines.training.targets import unlabelled

    lacking = unlabelled(chosen, Snapshot.open(snapshot, verify=False).manifest.coverage)
    for name in lacking:
        click.echo(f"{name} is left out: no row of the snapshot has a label for it", err=True)
    return tuple(target for target in chosen if target not in lacking)


class _View:
    """Shows a run while it goes on: a bar for the step at work, a line for each that is done."""

    def __init__(self) -> None:
        self._challengers: dict[str, Any] = {}
        self._proposal: dict[str, Any] = {}
        self._bar = ExitStack()
        self._report: Any = None

    def __enter__(self) -> _View:
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.close()
        if self._challengers:
            click.echo()
            _print_table(list(self._challengers.values()))

    def show(self, event: Event) -> None:
        """Take in one event; called from one thread at a time."""
        title = f"{WORDS.get(event.step, event.step)} {event.subject}"
        if event.kind == "start":
            self._report = self._bar.enter_context(progress(title))
        elif event.kind == "progress" and self._report:
            self._report(event.message, event.fraction)
        elif event.kind == "note":
            click.echo(event.message, err=True)
        elif event.kind in ("done", "error"):
            self._bar.close()
            self._print(event, title)
            self._remember(event)

    def conclude(self) -> None:
        """Say what was released, and what to do next."""
        release, note = self._proposal.get("release"), self._proposal.get("note")
        if release:
            click.echo(
                f"\nRelease {release} is now the champion{f', {note}' if note else ''}. Next:"
            )
            click.echo('  listrec suggest --title "Nike running shoes size 9"\n  listrec serve')
        else:
            click.echo("\nThe next 'listrec train NAME...' uses these encoders where there is no")
            click.echo("champion; name them with --encoders to train models on them anyway.")

    def _print(self, event: Event, title: str) -> None:
        """A line for the step; one each for what it trained where that is several things."""
        if event.step == "train_encoders" and event.result:
            for each in event.result:
                ending = f"artifact {each['artifact']}"
                _line(f"train {each['target']}", each["seconds"], ending)
        elif event.step == "check_gates" and event.result:
            new = [each for each in event.result if each["target"] not in self._challengers]
            missed = [reason for each in new for reason in each["reasons"]]
            ending = f"missed: {'; '.join(missed)}" if missed else "passed"
            _line(title, event.seconds, ending)
        else:
            _line(title, event.seconds, _detail(event) if event.kind == "done" else "failed")

    def _remember(self, event: Event) -> None:
        if event.step == "check_gates" and event.result:
            self._challengers = {each["target"]: each for each in event.result}
        if event.step == "promote" and event.result:
            self._proposal = event.result


def _line(title: str, seconds: float, ending: str) -> None:
    click.echo(f"{title:<22} {seconds:6.1f} s  {ending}", err=True)


def _detail(event: Event) -> str:
    result = event.result
    match event.step:
        case "check_snapshot":
            return f"snapshot {result['id']}"
        case "train_model" | "choose_encoders":
            return f"artifact {', '.join(each['artifact'] for each in result)}"
        case "publish":
            return f"release {result['release']}"
    return ""


def _print_table(challengers: list[dict[str, Any]]) -> None:
    """Print what was trained, a line for each metric that its gate asks for."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))  # fits in 80 columns
    table.add_column("target", no_wrap=True, max_width=13)
    for heading in ("artifact", "metric", "value", "gate", "pass"):
        table.add_column(heading, no_wrap=True)
    for challenger in challengers:
        passed = "yes" if challenger["passed"] else "no"
        first = (challenger["target"], challenger["artifact"])
        for name in challenger["thresholds"] or list(challenger["metrics"])[:2]:
            value = challenger["metrics"].get(name)
            shown = "-" if value is None else f"{value:.4g}"
            table.add_row(*first, name, shown, challenger["thresholds"].get(name, ""), passed)
            first, passed = ("", ""), ""
    Console().print(table)
