"""Makes a picture of the console: ``python -m tests.web.console_picture --out FOLDER``."""

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import expect

from tests.serving.console.conftest import Consoles
from tests.serving.console.shop import full_shop
from tests.web.browsers import chromium
from tests.web.screenshots import shrink

WINDOW = {"width": 1200, "height": 1000}


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes a picture of the console.")
    parser.add_argument("--out", type=Path, required=True, help="folder of the PNG")
    path = parser.parse_args().out / "console-window.png"
    # The browser ends first: its event loop runs in this thread.
    with (
        tempfile.TemporaryDirectory() as folder,
        Consoles() as start,
        chromium() as browser,
    ):
        page = browser.new_page(viewport=WINDOW)
        page.goto(start(full_shop(Path(folder))))
        expect(page.locator("#sellers .plot").first).to_be_visible()
        page.screenshot(path=path)
    shrink(path)


if __name__ == "__main__":
    main()
