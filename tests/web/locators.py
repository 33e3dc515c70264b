"""Where things are on the seller's page, and when it has been answered."""

from contextlib import AbstractContextManager
from typing import Any

from playwright.sync_api import Locator, Page, expect


def field(page: Page, name: str) -> Locator:
    """Return the box of a field, such as ``category``."""
    return page.locator(f'[data-field="{name}"]')


def chip(page: Page, name: str, value: str) -> Locator:
    """Return the chip of a value of a field."""
    return field(page, name).locator(f'[data-value="{value}"]')


def answered(page: Page) -> AbstractContextManager[Any]:
    """Wait at the end of a block for the answer to what was done in it."""
    return page.expect_response("**/v1/suggest")


def list_it(page: Page) -> None:
    """List the item, and wait until the page says so."""
    page.get_by_role("button", name="List it").click()
    expect(page.locator("#done")).to_be_visible()
