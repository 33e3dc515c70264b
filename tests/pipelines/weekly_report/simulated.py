"""Makes the events of simulated sellers, and a picture of their page, for the documentation:
``python -m tests.pipelines.weekly_report.simulated --out FOLDER``.
"""

import argparse
import tempfile
from functools import partial
from pathlib import Path

from common.event_database.database import EventDatabase
from pipelines.outcomes.event_table import write_events
from pipelines.reports.weekly_report import write
from tests.pipelines.weekly_report.examples import report_of, simulate
from tests.web.report_pictures import picture_report

HEIGHT = 760


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes a week of simulated sellers.")
    parser.add_argument("--out", type=Path, required=True, help="folder of the files")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    make_events(given.out / "simulated.parquet")
    make_picture(given.out / "report-window.png")


def documented_events():
    """Return the events that docs/report.md shows: 400 sellers, one in ten in the holdout."""
    return simulate(sellers=400, items=500, holdout=0.1)


def make_events(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = EventDatabase(f"sqlite:///{folder}/events.db")
        database.insert(documented_events())
        write_events(database.read(), path)


def make_picture(path: Path) -> None:
    report = report_of(documented_events())
    picture_report(partial(write, report), HEIGHT, path)


if __name__ == "__main__":
    main()
