"""Measures what the seller's page sends for one listing: ``python -m tests.web.traffic``.

A seller adds photos, types a title of 30 characters, accepts three suggestions and lists the item.
Requests follow a quarter of a second after the last key, so their number depends on how the seller
types. Counted are the bodies of all requests, as a server reads them.
"""

import argparse
from pathlib import Path

from playwright.sync_api import Browser, Page
from sklearn.datasets import images

from tests.web import scripted
from tests.web.browsers import chromium
from tests.web.locators import answered, chip, field, list_it
from tests.web.page_server import PageServer

TITLE = "Nike running shoes, worn twice"
PHOTOS = [Path(images.__path__[0]) / name for name in ("china.jpg", "flower.jpg")]
"""Two photographs of 640 x 427 pixels, which come with scikit-learn."""

WAYS = {
    "without a pause": (100, 100),
    "with a pause after each word": (100, 500),
    "slowly, a key at a time": (500, 500),
}
"""Milliseconds after a key, and after the last key of a word."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures what the page sends.")
    parser.add_argument(
        "--photos", type=Path, nargs="+", default=PHOTOS, help="other photos"
    )
    given = parser.parse_args()
    print("| the title is typed | requests | kB |")
    print("|---|---|---|")
    with chromium() as browser:
        for way, pauses in WAYS.items():
            n_requests, n_bytes = _measure(browser, given.photos, pauses)
            print(f"| {way} | {n_requests} | {n_bytes / 1000:,.0f} |")


def _measure(
    browser: Browser, photos: list[Path], pauses: tuple[int, int]
) -> tuple[int, int]:
    """Return the number of requests for suggestions, and the bytes of all requests."""
    server = PageServer(scripted.shoes)
    server.start()
    try:
        page = browser.new_page()
        page.goto(server.address)
        with answered(page):
            page.set_input_files("#choose-photos", photos)
        _enter(page, *pauses)
        page.close()
        return len(server.listings), server.bytes_read
    finally:
        server.stop()


def _enter(page: Page, key_ms: int, word_ms: int) -> None:
    """Type the title, accept three suggestions, and list the item."""
    page.focus("#title")
    with answered(page):
        for key in TITLE:
            page.keyboard.type(key)
            page.wait_for_timeout(word_ms if key == " " else key_ms)
    page.wait_for_timeout(500)
    for name, value in (("category", "Women/Shoes/Sneakers"), ("brand", "Nike")):
        with answered(page):
            chip(page, name, value).click()
    with answered(page):
        field(page, "price").get_by_role("button").click()
    list_it(page)


if __name__ == "__main__":
    main()
