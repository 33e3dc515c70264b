"""Sellers of the holdout see no suggestions, those of the exploration see them in another order."""

import pytest
from playwright.sync_api import expect

from common.listing import CONFIRMABLE
from tests.web import scripted
from tests.web.locators import answered, chip, field, list_it

pytestmark = pytest.mark.slow

FIELDS = ["category", "brand", "price", "shipping_fee", "shipping_method"]


def test_a_seller_of_the_holdout_sees_every_field_and_no_suggestion(opened):
    page, _ = opened(scripted.holdout)
    with answered(page):
        page.fill("#title", "shoes")

    expect(page.locator("#banner")).to_have_text(
        "Please fill in the fields below yourself."
    )
    for name in FIELDS:
        expect(field(page, name).get_by_role("textbox")).to_be_visible()
    values = ["no brand", "seller", "buyer"]
    chips = page.locator(".chip:visible")
    assert [each.get_attribute("data-value") for each in chips.all()] == values
    assert page.locator(".note:visible", has_text="suggest").count() == 0
    expect(page.locator("svg")).to_have_count(0)
    expect(page.locator("#earnings")).to_be_hidden()


def test_what_a_seller_of_the_holdout_lists_was_entered(opened):
    page, server = opened(scripted.holdout)
    page.fill("#title", "shoes")
    field(page, "category").get_by_role("textbox").fill("Women/Shoes")
    field(page, "price").get_by_role("textbox").fill("30")
    chip(page, "brand", "no brand").click()
    list_it(page)

    [body] = server.posts["/v1/outcomes"]
    assert [(each["value"], each["action"]) for each in body["outcomes"]] == [
        ("Women/Shoes", "entered"),
        (30, "entered"),
        ("no brand", "entered"),
    ]


def test_a_seller_of_the_holdout_is_not_told_of_suggestions_that_are_away(opened):
    page, server = opened(scripted.holdout)
    with answered(page):
        page.fill("#title", "shoes")
    server.stop()
    with page.expect_event("requestfailed"):
        page.fill("#title", "running shoes")

    expect(page.locator("#banner")).to_have_text(
        "Please fill in the fields below yourself."
    )
    expect(page.locator("#announcements")).to_be_empty()


def test_candidates_are_shown_in_the_order_in_which_they_come(opened):
    page, server = opened(scripted.shoes_in_any_order)
    page.fill("#title", "shoes")
    chips = field(page, "category").locator(".chip:not(.other)")
    expect(chips.locator(".percent")).to_have_text(["6%", "9%", "78%"])

    chips.first.click()
    list_it(page)

    [body] = server.posts["/v1/outcomes"]
    chosen = {"field": "category", "value": "Men/Shoes/Sneakers", "action": "accepted"}
    assert chosen in body["outcomes"]
    assert {each["field"] for each in body["outcomes"]} <= set(CONFIRMABLE)


@pytest.mark.parametrize(
    "answerer", [scripted.unsure, scripted.unsure_in_any_order], ids=["ranked", "drawn"]
)
def test_the_parent_of_unsure_categories_is_found_in_any_order(opened, answerer):
    page, _ = opened(answerer)
    page.fill("#title", "shoes")

    expect(field(page, "category")).to_contain_text("probably in Women › Shoes")


def test_no_parent_is_shown_where_a_likely_category_comes_last(opened):
    page, _ = opened(scripted.shoes_in_any_order)
    page.fill("#title", "shoes")
    expect(chip(page, "category", "Women/Shoes/Sneakers")).to_be_visible()

    expect(field(page, "category").locator(".note")).to_be_empty()
