"""A server with a model that works and one whose errors quote the listing: ``broken_server.py``.

A process of its own, with the settings of the environment, as ``listrec serve`` has them.
"""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from models.suggester import Suggester
from serving import logs
from serving.releases.source import ReleaseSource
from serving.run import run
from serving.settings import ServingSettings
from tests.serving.conftest import FakeEncoder, FakePredictor


class Quoting(FakePredictor):
    """Fails with the texts of the listing, as a careless model could."""

    def predict(self, listings, encodings=None):
        title, description = listings[0].title, listings[0].description
        try:
            return {}[title]
        except KeyError as error:
            error.add_note(description)
            raise ValueError(f"{title}: {description}") from error


def main() -> None:
    logs.configure()
    predictors: dict[str, Any] = {
        "brand": FakePredictor("brand"),
        "price": Quoting("price"),
    }
    encoders: dict[str, Any] = {"one": FakeEncoder()}
    loaded = Suggester("r1", predictors, encoders)
    settings = replace(ServingSettings.from_environment(os.environ), release_poll=0)
    source = ReleaseSource("no store", Path("no cache"))
    run([loaded], settings, source, announce=lambda port: print(port, flush=True))


if __name__ == "__main__":
    main()
