"""The seller's page in a real browser, with a server of its own for each test."""

from contextlib import ExitStack

import pytest

from tests.web import scripted
from tests.web.browsers import chromium
from tests.web.page_server import PageServer
from tests.web.photos import shoe_photo


@pytest.fixture(scope="module")
def browser():
    """Chromium, started once for a module.

    While it is open its event loop runs in this thread, and no test could run one of its own.
    """
    with chromium() as browser:
        yield browser


@pytest.fixture
def opened(browser):
    """Opens the page: ``opened(answerer, **options of the browser)`` gives it and its server.

    Fails the test where the page raised an error, or was refused something by its own policy.
    """
    with ExitStack() as stack:
        errors = []

        def open_page(answerer=scripted.shoes, **options):
            server = PageServer(answerer)
            server.start()
            stack.callback(server.stop)
            context = browser.new_context(**options)
            stack.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(30_000)
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("console", lambda message: _note(message, errors))
            page.goto(server.address)
            return page, server

        yield open_page
    assert errors == []


def _note(message, errors):
    """Collect what the console says; a request that fails is what some tests are about."""
    if message.type == "error" and "Failed to load resource" not in message.text:
        errors.append(message.text)


@pytest.fixture
def photo(tmp_path):
    """A photo whose Exif names a place."""
    path = tmp_path / "shoe.jpg"
    path.write_bytes(shoe_photo())
    return path


@pytest.fixture
def photos_of(tmp_path):
    """Makes files of photos of different sizes: ``photos_of(3)``."""

    def make(number):
        paths = [tmp_path / f"photo-{index}.jpg" for index in range(number)]
        for index, path in enumerate(paths):
            path.write_bytes(shoe_photo((1600 - 80 * index, 1200)))
        return paths

    return make
