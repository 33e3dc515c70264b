"""Pictures of the pages of reports for the documentation, marked as those of simulated sellers."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.web.browsers import chromium
from tests.web.screenshots import shrink

WIDTH = 1000
LABEL = "Sellers of the simulator, not of a shop"


def picture_report(write: Callable[[Path], object], height: int, path: Path) -> None:
    """Draw the top of the page that ``write`` writes into a file, as high as ``height``."""
    size = {"width": WIDTH, "height": height}
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        file = Path(folder) / "page.html"
        write(file)
        page = browser.new_page(viewport=size, device_scale_factor=1.5)
        page.goto(file.as_uri())
        page.evaluate(
            "text => document.querySelector('.kicker').append(text)", f" · {LABEL}"
        )
        page.screenshot(path=path)
    shrink(path)
