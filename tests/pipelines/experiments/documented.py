"""Makes the example of docs/experiments.md: its file, the events of simulated sellers, a picture.

``python -m tests.pipelines.experiments.documented --out FOLDER [--picture FILE]``
"""

import argparse
import re
import tempfile
from functools import partial
from pathlib import Path

from common.event_database.database import EventDatabase
from common.experiments.reading import parse_experiment
from models.layers import LAYERS
from pipelines.experiments.experiment_events import end_of
from pipelines.experiments.make_record import make_record
from pipelines.outcomes.event_table import write_events
from pipelines.reports.experiment_page import write
from simulator.behaviour import Behaviour
from tests.pipelines.experiments.market import events_of, simulate_experiment
from tests.web.report_pictures import picture_report

PAGE = Path(__file__).parents[3] / "docs" / "experiments.md"
HEIGHT = 760
BEHAVIOURS = {"three": Behaviour(seconds=62, ignoring=0.11)}
"""Sellers who see three candidates list in 62 seconds instead of 70, and ignore a bit more."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Makes an experiment of the simulator."
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the files")
    parser.add_argument("--picture", type=Path, help="file of the picture of the page")
    given = parser.parse_args()
    events = documented_events()
    make_files(events, given.out)
    if given.picture:
        make_picture(events, given.picture)


def documented_text():
    """Return the file that the page shows."""
    (text,) = re.findall(
        r"```yaml\n(layer: .*?)```", PAGE.read_text("utf-8"), re.DOTALL
    )
    return text


def documented_experiment():
    return parse_experiment(documented_text(), "top-3", "top-3.yaml", LAYERS)


def documented_events():
    return simulate_experiment(
        documented_experiment(),
        BEHAVIOURS,
        sellers=3000,
        items=400,
        weeks_before=6,
    )


def make_files(events, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "top-3.yaml").write_text(documented_text(), encoding="utf-8")
    with tempfile.TemporaryDirectory() as temporary:
        database = EventDatabase(f"sqlite:///{temporary}/events.db")
        database.insert(events)
        write_events(database.read(), folder / "events.parquet")


def make_picture(events, path: Path) -> None:
    experiment = documented_experiment()
    record = make_record(events_of(experiment, events), end_of(experiment), {})
    picture_report(partial(write, [record]), HEIGHT, path)


if __name__ == "__main__":
    main()
