"""Makes the page of a simulated shop with a new brand, and a picture of it, for the documentation:
``python -m tests.pipelines.monitoring.simulated --out FOLDER``.
"""

import argparse
from functools import partial
from pathlib import Path

from pipelines.monitoring.monitor import monitor
from pipelines.monitoring.retrain_rule import History
from pipelines.monitoring.sentences import summarise
from pipelines.reports.monitoring_report import write
from tests.pipelines.monitoring.changes import add_brand
from tests.pipelines.monitoring.examples import at, live
from tests.web.report_pictures import picture_report

HEIGHT = 860


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes a page of simulated sellers.")
    parser.add_argument("--out", type=Path, required=True, help="folder of the picture")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    found = documented()
    for sentence in summarise(found.record):
        print(sentence)
    make_picture(found, given.out / "monitoring-window.png")


def documented():
    """Return what docs/monitoring.md shows: a fifth of all items is of a new brand."""
    shop = live(1, 20, 150, add_brand, since=17, sellers=1_000)
    return monitor(shop.read, History(trained=None), at(20))


def make_picture(found, path: Path) -> None:
    picture_report(partial(write, found), HEIGHT, path)


if __name__ == "__main__":
    main()
