"""The page and the real gateway agree: a seller of each policy lists an item, and it is kept."""

from ipaddress import ip_network

import pytest
from playwright.sync_api import expect

from common.event_lines import parse_event
from common.event_log.frames import read_frames
from common.event_log.segments import list_segments
from common.events import POLICIES, Listed, Outcome, Shown
from serving.gateway.policies import policy_of
from tests.serving.gateway.conftest import Gateways
from tests.web.browsers import chromium
from tests.web.locators import chip, field, list_it

pytestmark = pytest.mark.slow

SELLERS = {policy_of(f"u-{number}", 0.3, 0.3): f"u-{number}" for number in range(100)}
"""A seller of each policy."""


@pytest.fixture(scope="module")
def shop(suggester, tmp_path_factory):
    """A gateway that names sellers, with its log, and a browser."""
    log = tmp_path_factory.mktemp("log")
    settings = {
        "exploration": 0.3,
        "holdout": 0.3,
        "seller_header": "x-seller",
        "http_proxies": (ip_network("127.0.0.1"),),
    }
    # The browser ends first: its event loop runs in this thread.
    with Gateways() as start, chromium() as browser:
        yield start(suggester, log, **settings), log, browser


@pytest.mark.parametrize("policy", POLICIES)
def test_a_seller_of_each_policy_lists_an_item(shop, photo, policy):
    address, log, browser = shop
    page = browser.new_page(extra_http_headers={"x-seller": SELLERS[policy]})
    page.goto(address)
    page.set_input_files("#choose-photos", photo)
    page.fill("#title", "running shoes, worn twice")
    expect(page.locator(".banner.ready")).to_have_count(1)  # there is an answer
    chip(page, "shipping_payer", "seller").click()
    field(page, "price").get_by_role("textbox").fill("31.5")
    list_it(page)
    page.close()

    events = [each for each in _kept(log) if each.seller == SELLERS[policy]]
    shown = [each for each in events if isinstance(each, Shown)]
    [listed] = [each for each in events if isinstance(each, Listed)]
    actions = {each.field: each.action for each in events if isinstance(each, Outcome)}
    assert {each.policy for each in shown} == {policy}
    assert {each.listing for each in shown} == {listed.listing}
    assert listed.request in {each.request for each in shown}
    assert listed.price == 31.5
    assert listed.seconds
    if policy == "holdout":
        assert actions == {"shipping_payer": "entered", "price": "entered"}
    else:
        assert actions["shipping_payer"] == "accepted"
        assert actions["price"] == "changed"


def _kept(log):
    """Return the events of all segments."""
    return [
        parse_event(line)
        for path in list_segments(log)
        for line in read_frames(path.read_bytes()).lines
    ]
