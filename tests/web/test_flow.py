"""A seller lists an item, with a service that answers, answers in part, dies or comes late."""

import time

import pytest
from playwright.sync_api import expect

from tests.web import scripted
from tests.web.locators import answered, chip, field, list_it
from tests.web.page_server import RefusedError, answer_with
from tests.web.photos import PLACE


def test_a_seller_corrects_the_category_and_the_outcome_is_posted(opened, photo):
    page, server = opened()
    page.set_input_files("#choose-photos", photo)
    page.fill("#title", "Dr. Martens 1460")

    chip(page, "category", "Women/Shoes/Boots").click()
    chip(page, "brand", "Dr. Martens").click()
    field(page, "price").get_by_role("button", name="Use $90.00").click()
    list_it(page)

    expect(page.locator("#kept")).to_contain_text("is kept to improve suggestions")
    expect(page.locator("#kept")).to_be_visible()
    [body] = server.posts["/v1/outcomes"]
    actions = {each["field"]: each["action"] for each in body["outcomes"]}
    assert actions["category"] == actions["brand"] == "accepted"
    assert actions["shipping_method"] == "ignored"
    assert body["price"] == 90
    assert body["seconds"] > 0
    assert body["listing"] == server.listings[-1].listing_id
    assert body["receipt"] in [each["receipt"] for each in server.posts["/v1/shown"]]
    assert server.listings[-1].category == "Women/Shoes/Boots"
    assert PLACE in photo.read_bytes()
    assert PLACE not in server.listings[-1].photos[0].data


@pytest.mark.slow
def test_a_real_release_follows_the_category_that_the_seller_confirms(
    opened, suggester, photo
):
    page, server = opened(answer_with(suggester))
    page.set_input_files("#choose-photos", photo)
    page.fill("#title", "running shoes, worn twice")
    chips = field(page, "category").locator(".chip:not(.other)")
    expect(chips.first).to_be_visible()
    before = field(page, "price").locator("svg").get_attribute("aria-label")

    chips.nth(1).click()
    expect(field(page, "price").locator("svg")).not_to_have_attribute(
        "aria-label", before
    )
    list_it(page)

    [body] = server.posts["/v1/outcomes"]
    assert server.listings[-1].category in [each["value"] for each in body["outcomes"]]


@pytest.mark.slow
def test_what_is_typed_before_the_script_runs_is_not_missed(opened):
    page, _ = opened()
    page.route(
        "**/texts.js", lambda route: (page.fill("#title", "shoes"), route.continue_())
    )
    page.reload(wait_until="commit")

    expect(chip(page, "brand", "Nike")).to_be_visible()


@pytest.mark.slow
def test_a_value_of_the_sellers_own_is_a_change(opened):
    page, server = opened()
    page.fill("#title", "shoes")
    chip(page, "brand", "…").click()
    field(page, "brand").get_by_role("textbox").fill("Zebra")
    page.keyboard.press("Enter")
    expect(field(page, "brand").get_by_role("textbox")).to_be_focused()
    field(page, "price").get_by_role("textbox").fill("1,250.50")
    list_it(page)

    [body] = server.posts["/v1/outcomes"]
    chosen = {each["field"]: each for each in body["outcomes"]}
    assert chosen["brand"] == {"field": "brand", "value": "Zebra", "action": "changed"}
    assert chosen["price"]["value"] == 1250.5


@pytest.mark.slow
def test_a_tap_right_after_an_entry_of_the_sellers_own_is_not_lost(opened):
    page, server = opened()
    page.fill("#title", "shoes")
    expect(chip(page, "brand", "Nike")).to_be_visible()
    field(page, "price").get_by_role("textbox").fill("30")
    with answered(page):
        chip(page, "brand", "Nike").click()

    expect(chip(page, "brand", "Nike")).to_have_attribute("aria-pressed", "true")
    assert (server.listings[-1].brand, server.listings[-1].price) == ("Nike", 30)


@pytest.mark.slow
def test_a_chip_under_the_finger_stays_when_an_answer_comes(opened):
    page, server = opened()
    page.fill("#title", "shoes")
    chip(page, "brand", "Nike").hover()
    page.mouse.down()
    with answered(page):
        page.evaluate(
            "document.getElementById('condition').dispatchEvent(new Event('change'))"
        )
    page.wait_for_function("document.getElementById('fields').ariaBusy === 'false'")
    page.mouse.up()

    expect(chip(page, "brand", "Nike")).to_have_attribute("aria-pressed", "true")


@pytest.mark.slow
def test_no_brand_is_a_change_where_it_was_not_suggested(opened):
    page, server = opened()
    page.fill("#title", "shoes")
    expect(chip(page, "brand", "Nike")).to_be_visible()
    chip(page, "brand", "no brand").click()
    list_it(page)

    [body] = server.posts["/v1/outcomes"]
    change = {"field": "brand", "value": "no brand", "action": "changed"}
    assert change in body["outcomes"]


@pytest.mark.slow
def test_the_page_says_what_it_cannot_tell(opened):
    page, _ = opened(scripted.unsure)
    page.fill("#title", "shoes")

    expect(field(page, "category")).to_contain_text("probably in Women › Shoes")
    expect(field(page, "brand")).to_contain_text("We cannot tell")
    expect(field(page, "price")).to_contain_text("no suggestion for this now")
    expect(field(page, "price").get_by_role("textbox")).to_be_visible()


@pytest.mark.slow
def test_entries_stay_while_the_service_is_dead_and_suggestions_come_back(opened):
    page, server = opened()
    page.fill("#title", "shoes")
    chip(page, "brand", "Nike").click()
    server.stop()

    page.fill("#title", "running shoes")
    expect(page.locator("#banner")).to_contain_text("not available now")
    field(page, "price").get_by_role("textbox").fill("12")
    page.keyboard.press("Enter")
    server.start()

    expect(page.locator("#banner")).to_contain_text("available again")
    expect(chip(page, "brand", "Nike")).to_have_attribute("aria-pressed", "true")
    assert server.listings[-1].title == "running shoes"
    assert server.listings[-1].price == 12


@pytest.mark.slow
def test_outcomes_are_sent_once_when_the_service_is_back(opened):
    page, server = opened()
    page.fill("#title", "shoes")
    expect(chip(page, "brand", "Nike")).to_be_visible()
    with answered(page):
        chip(page, "brand", "Nike").click()
    server.stop()

    page.get_by_role("button", name="List it").click()
    expect(page.locator("#finish-problem")).to_contain_text("does not answer")
    server.start()

    expect(page.locator("#done")).to_be_visible()
    assert len(server.posts["/v1/outcomes"]) == 1


@pytest.mark.slow
def test_a_newer_request_aborts_the_older_one(opened):
    page, server = opened(_late_for("slow"))
    aborted = []
    page.on("requestfailed", lambda request: aborted.append(request.post_data))
    with page.expect_request("**/v1/suggest"):
        page.fill("#title", "slow")
    page.fill("#title", "quick")
    expect(chip(page, "brand", "quick")).to_be_visible()
    page.wait_for_timeout(2000)

    assert [listing.title for listing in server.listings] == ["slow", "quick"]
    assert ["slow" in body for body in aborted] == [True]
    expect(chip(page, "brand", "quick")).to_be_visible()
    expect(page.locator("#banner")).to_be_empty()


def _late_for(title):
    """Answer with the title as the brand, and two seconds late for one title."""

    def answer(listing):
        time.sleep(2 if listing.title == title else 0)
        answer = scripted.shoes(listing)
        brands = answer["suggestions"]["brand"]["fields"]["brand"]
        brands[0]["value"] = listing.title
        return answer

    return answer


@pytest.mark.slow
def test_a_refusal_is_shown_in_the_words_of_the_service(opened):
    def refuse(listing):
        raise RefusedError(422, "title has 201 characters; at most 200 are allowed")

    page, _ = opened(refuse)
    page.fill("#title", "shoes")

    expect(page.locator("#banner")).to_contain_text("at most 200 are allowed")
