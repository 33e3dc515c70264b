"""Makes pictures of the seller's page: ``python -m tests.web.screenshots --out FOLDER``.

The answers are those of ``tests.web.scripted``, so that every run shows the same.
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.web import scripted
from tests.web.browsers import chromium
from tests.web.locators import answered
from tests.web.page_server import Answerer, PageServer
from tests.web.photos import shoe_photo

PHONE, NARROW, TABLET, WINDOW = (390, 844), (320, 640), (768, 900), (1000, 760)
"""Widths and heights of screens, in CSS pixels. Pictures are as high as the page, but for those of
a window."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes pictures of the seller's page.")
    parser.add_argument("--out", type=Path, required=True, help="folder of the PNGs")
    parser.add_argument("--only", choices=PICTURES, help="one of the pictures")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    names = [given.only] if given.only else list(PICTURES)
    with chromium() as browser:
        for name in names:
            _picture(browser, given.out / f"page-{name}.png", *PICTURES[name])


PICTURES: dict[str, tuple[tuple[int, int], Answerer, dict[str, Any]]] = {
    "phone": (PHONE, scripted.shoes, {}),
    "narrow": (NARROW, scripted.shoes, {}),
    "window": (WINDOW, scripted.shoes, {}),
    "tablet": (TABLET, scripted.shoes, {}),
    "dark": (PHONE, scripted.shoes, {"color_scheme": "dark"}),
    "japanese": (PHONE, scripted.shoes, {"locale": "ja-JP"}),
    "unsure": (PHONE, scripted.unsure, {}),
    "exploration": (PHONE, scripted.unsure_in_any_order, {}),
    "keeps": (NARROW, scripted.keeps_listing, {}),
    "holdout": (PHONE, scripted.holdout, {}),
    "holdout-narrow": (NARROW, scripted.holdout, {"locale": "ja-JP"}),
    "holdout-tablet": (TABLET, scripted.holdout, {"color_scheme": "dark"}),
}
"""By the name of the file: the screen, the answers, and options of the browser."""


def _picture(
    browser: Browser,
    path: Path,
    size: tuple[int, int],
    answerer: Answerer,
    options: dict[str, Any],
) -> None:
    server = PageServer(answerer)
    server.start()
    try:
        width, height = size
        page = browser.new_page(
            viewport={"width": width, "height": height},
            device_scale_factor=1.5,
            **options,
        )
        page.goto(server.address)
        fill_in(page)
        if answerer is scripted.shoes:
            page.locator('[data-field="category"] .chip').first.click()
        page.wait_for_timeout(600)
        if size != WINDOW:
            # The bar at the bottom sticks to the end of the screen: it is moved there.
            height = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=path)
        page.close()
        shrink(path)
    finally:
        server.stop()


def shrink(path: Path) -> None:
    """Keep 128 colours, so that a picture may be part of the repository."""
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(128)
    small.save(path, optimize=True)


def fill_in(page: Page) -> None:
    """Add two photos and a title, and wait for the answer."""
    with tempfile.TemporaryDirectory() as folder:
        photos = [Path(folder) / "left.jpg", Path(folder) / "right.jpg"]
        photos[0].write_bytes(shoe_photo())
        photos[1].write_bytes(shoe_photo((1200, 700)))
        page.set_input_files("#choose-photos", photos)
        page.wait_for_selector("#thumbnails canvas")
    page.fill("#title", "Nike running shoes, worn twice")
    with answered(page):
        page.select_option("#condition", "like new")


if __name__ == "__main__":
    main()
