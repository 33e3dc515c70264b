"""What a seller chooses on the page of ``listrec demo --serve`` is in the database afterwards."""

import time

import pytest
from playwright.sync_api import expect

from cli import demo_server
from common.event_database.database import EventDatabase
from common.settings import Settings
from tests.web.locators import field
from tests.web.photos import shoe_photo

STORED_SECONDS = 60


@pytest.mark.slow
def test_the_choices_of_a_seller_are_found_in_the_database(
    browser, released_home, tmp_path, monkeypatch
):
    events = f"sqlite:///{tmp_path / 'events.db'}"
    monkeypatch.setenv("LISTREC_HOME", str(released_home))
    monkeypatch.setenv("LISTREC_EVENTS", events)
    settings = Settings.from_environment({"LISTREC_HOME": str(released_home)})

    with demo_server.serving(settings, with_page=True) as server:
        category, brand = _list_an_item(browser, server.page)
        rows = _rows_when_listed(EventDatabase(events))

    chosen = {row["field"]: row for row in rows if row["event"] == "outcome"}
    assert (chosen["category"]["value"], chosen["category"]["action"]) == (
        category,
        "accepted",
    )
    assert chosen["brand"]["value"] == brand
    requests = {row["request"] for row in rows if row["event"] == "shown"}
    [listed] = [row for row in rows if row["event"] == "listed"]
    assert listed["request"] in requests


def _list_an_item(browser, address):
    """List an item with a photo and another category than the first; return what was chosen."""
    page = browser.new_page()
    page.goto(address)
    photo = {"name": "shoe.jpg", "mimeType": "image/jpeg", "buffer": shoe_photo()}
    page.set_input_files("#choose-photos", photo)
    page.fill("#title", "running shoes, worn twice")
    categories = field(page, "category").locator(".chip:not(.other)")
    expect(categories.nth(1)).to_be_visible(timeout=30_000)
    price = field(page, "price").locator("svg")
    before = price.get_attribute("aria-label")

    categories.nth(1).click()
    expect(price).not_to_have_attribute("aria-label", before)
    category = page.locator('[data-field="category"] [aria-pressed="true"]')
    chosen_category = category.get_attribute("data-value")
    brand = field(page, "brand").locator(".chip:not(.other)").first
    chosen_brand = brand.get_attribute("data-value")
    brand.click()
    page.get_by_role("button", name="List it").click()
    expect(page.locator("#done")).to_be_visible()
    page.close()
    return chosen_category, chosen_brand


def _rows_when_listed(database):
    """Return all events once the listing is among them."""
    deadline = time.monotonic() + STORED_SECONDS
    while time.monotonic() < deadline:
        rows = list(database.read())
        if any(row["event"] == "listed" for row in rows):
            return rows
        time.sleep(0.5)
    raise AssertionError(f"no listing is in the database after {STORED_SECONDS} s")
