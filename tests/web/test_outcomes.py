"""What the page says about a listing: each action, the time it took, and the listing itself."""

import pytest
from playwright.sync_api import expect

from tests.web import scripted
from tests.web.locators import answered, chip, field, list_it
from tests.web.photos import PLACE

pytestmark = pytest.mark.slow


def test_a_value_was_entered_where_nothing_was_suggested(opened):
    page, server = opened(scripted.unsure)
    page.fill("#title", "shoes")
    expect(field(page, "price")).to_contain_text("no suggestion for this now")
    field(page, "price").get_by_role("textbox").fill("30")
    chip(page, "shipping_payer", "buyer").click()
    list_it(page)

    [body] = server.posts["/v1/outcomes"]
    actions = {each["field"]: each["action"] for each in body["outcomes"]}
    assert actions == {
        "price": "entered",
        "shipping_payer": "entered",
        "category": "ignored",
        "brand": "ignored",
    }


def test_the_parent_of_unsure_categories_is_a_change(opened):
    page, server = opened(scripted.unsure)
    page.fill("#title", "shoes")
    chip(page, "category", "Women/Shoes").click()
    list_it(page)

    [body] = server.posts["/v1/outcomes"]
    [category] = [each for each in body["outcomes"] if each["field"] == "category"]
    assert category["value"] == "Women/Shoes"
    assert category["action"] == "changed"


def test_a_draft_has_one_id_and_the_next_one_another(opened):
    page, server = opened()
    for _ in range(2):
        page.fill("#title", "shoes")
        expect(chip(page, "brand", "Nike")).to_be_visible()
        chip(page, "brand", "Nike").click()
        list_it(page)
        page.get_by_role("button", name="List another item").click()
        expect(page.locator("#listing")).to_be_visible()

    ids = [each["listing"] for each in server.posts["/v1/outcomes"]]
    asked = {each.listing_id for each in server.listings}
    shown = {each["listing"] for each in server.posts["/v1/shown"]}
    assert len(set(ids)) == 2
    assert set(ids) == asked == shown


def test_seconds_are_those_from_the_first_entry_on(opened):
    page, server = opened()
    page.clock.install()
    page.clock.fast_forward(600_000)
    page.fill("#title", "shoes")
    page.clock.fast_forward(42_000)
    list_it(page)

    [body] = server.posts["/v1/outcomes"]
    assert 42 <= body["seconds"] < 60


def test_the_time_that_the_page_is_hidden_does_not_count(opened):
    page, _ = opened()
    page.clock.install()
    page.evaluate(
        "import('/entry_time.js').then((module) => { time = new module.EntryTime() })"
    )
    assert page.evaluate("time.seconds") is None
    page.evaluate("time.begin()")
    page.clock.fast_forward(10_000)
    _set_visibility(page, "hidden")
    page.clock.fast_forward(3_600_000)
    _set_visibility(page, "visible")
    page.clock.fast_forward(5_000)

    assert 15 <= page.evaluate("time.seconds") < 60


def _set_visibility(page, state):
    page.evaluate(
        """(state) => {
            const property = { value: state, configurable: true };
            Object.defineProperty(document, "visibilityState", property);
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        state,
    )


def test_the_listing_is_sent_where_the_shop_keeps_it_and_the_seller_was_told(
    opened, photo
):
    page, server = opened(scripted.keeps_listing)
    page.set_input_files("#choose-photos", photo)
    page.fill("#title", "shoes")
    page.fill("#description", "worn twice")
    with answered(page):
        chip(page, "brand", "Nike").click()
    expect(page.locator("#keeps-note")).to_contain_text("The shop keeps the text")
    list_it(page)

    [body] = server.posts["/v1/outcomes"]
    item = body["item"]
    assert (item["title"], item["description"]) == ("shoes", "worn twice")
    assert item["brand"] == "Nike"
    assert item["listing_id"] == body["listing"]
    assert server.kept_photos == [server.listings[-1].photos[0].data]
    assert PLACE not in server.kept_photos[0]


def test_the_listing_is_not_sent_where_the_shop_does_not_keep_it(opened, photo):
    page, server = opened()
    page.set_input_files("#choose-photos", photo)
    page.fill("#title", "shoes")
    expect(chip(page, "brand", "Nike")).to_be_visible()
    expect(page.locator("#keeps-note")).to_be_hidden()
    list_it(page)

    [body] = server.posts["/v1/outcomes"]
    assert "item" not in body
    assert server.kept_photos == []


def test_the_listing_is_not_sent_where_the_seller_was_not_told_in_time(opened):
    page, server = opened(scripted.keeps_listing)
    server.stop()
    page.fill("#title", "shoes")
    page.get_by_role("button", name="List it").click()
    server.start()

    expect(page.locator("#done")).to_be_visible()
    [body] = server.posts["/v1/outcomes"]
    assert "item" not in body


def test_a_shop_that_keeps_nothing_is_not_said_to(opened):
    page, server = opened()
    server.keeps_events = False
    page.fill("#title", "shoes")
    expect(chip(page, "brand", "Nike")).to_be_visible()
    list_it(page)

    expect(page.locator("#done")).to_contain_text("Your item is listed.")
    expect(page.locator("#kept")).to_be_hidden()
    assert len(server.posts["/v1/outcomes"]) == 1
