"""A real console on a free port, in front of the shops of tests."""

import contextlib
from datetime import UTC, datetime

import pytest

from serving.console.console import Console
from serving.settings import ServingSettings
from tests.serving.conftest import run_in_thread
from tests.serving.console.shop import full_shop

THE_SHOPS = object()
"""Stands for the database of events of the shop."""


class Consoles(contextlib.ExitStack):
    """Starts consoles: ``start(shop, **settings)`` returns the address of one."""

    def __call__(self, shop, database=THE_SHOPS, **settings):
        quick = {"console": "0", "shutdown_grace": 5}
        serving = ServingSettings(**quick | settings)
        database = shop.database if database is THE_SHOPS else database
        count_days = database.count_days if database else None
        console = Console(serving, shop.store.url, count_days)
        self.enter_context(console.reserved())
        self.enter_context(run_in_thread(console))
        return console.address


@pytest.fixture
def start_console():
    with Consoles() as start:
        yield start


@pytest.fixture
def now():
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def well(tmp_path_factory):
    """A shop in which all is well."""
    return full_shop(tmp_path_factory.mktemp("shop"))
