"""What sellers did is kept durably, and only for receipts of this shop."""

import httpx
import pytest

from common.event_lines import parse_event
from common.event_log.frames import read_frames
from common.event_log.segments import list_segments
from common.events import Listed, Outcome, Shown, Sold
from serving.receipts import make_receipt, read_receipt
from tests.serving.gateway.conftest import KEY

ACCEPTED = {"field": "brand", "value": "Nike", "action": "accepted"}


@pytest.fixture
def shop(start_gateway, browser, loaded, predictor, tmp_path):
    """A browser with a receipt, and a function that reads what is kept."""
    client = browser(start_gateway(loaded(predictor("brand")), event_log=tmp_path))
    listing = {"listing": {"title": "Nike"}}
    receipt = client.post("/v1/suggest", json=listing).json()["receipt"]

    def kept():
        return [
            parse_event(line)
            for path in list_segments(tmp_path)
            for line in read_frames(path.read_bytes()).lines
        ]

    return client, receipt, kept


def test_what_was_on_the_screen_is_kept(shop):
    client, receipt, kept = shop

    answer = client.post("/v1/shown", json={"receipt": receipt, "listing": "m1"})

    assert (answer.status_code, answer.json()) == (202, {"stored": 1})
    [shown] = kept()
    assert isinstance(shown, Shown)
    assert (shown.listing, shown.candidates[0].value) == ("m1", "Nike")


def test_outcomes_and_the_sale_are_kept(shop):
    client, receipt, kept = shop
    body = {"receipt": receipt, "listing": "m1", "price": 45}

    listed = {**body, "outcomes": [ACCEPTED], "event": "listed", "seconds": 42.5}
    assert client.post("/v1/outcomes", json=listed).json() == {"stored": 2}
    sold = {**body, "event": "sold", "days": 3, "seconds": 1}
    assert client.post("/v1/outcomes", json=sold).json() == {"stored": 1}

    outcome, of_listing, of_sale = kept()
    assert isinstance(outcome, Outcome)
    assert (outcome.value, outcome.action) == ("Nike", "accepted")
    assert isinstance(of_listing, Listed)
    assert of_listing.seconds == 42.5
    assert isinstance(of_sale, Sold)
    assert (of_sale.listing, of_sale.price, of_sale.days) == ("m1", 45, 3)
    assert {each.request for each in kept()} == {outcome.request}


def test_an_outcome_that_is_sent_again_has_the_same_id(shop):
    client, receipt, kept = shop
    body = {"receipt": receipt, "listing": "m1", "outcomes": [ACCEPTED]}

    for _ in range(2):
        client.post("/v1/outcomes", json=body)

    first, second = kept()
    assert first.id == second.id != ""


def test_a_receipt_of_another_shop_is_forbidden_and_keeps_nothing(shop):
    client, receipt, kept = shop
    shown = read_receipt(receipt, [KEY])
    forged = make_receipt(shown, [b"the key of another shop, 32 chars"])

    answers = [
        client.post("/v1/shown", json={"receipt": forged}),
        client.post("/v1/outcomes", json={"receipt": forged, "outcomes": [ACCEPTED]}),
    ]

    assert [each.status_code for each in answers] == [403, 403]
    assert kept() == []


def test_an_illegal_outcome_is_refused_as_a_whole(shop):
    client, receipt, kept = shop
    wrong = {"field": "price", "value": "cheap", "action": "changed"}

    body = {"receipt": receipt, "outcomes": [ACCEPTED, wrong]}
    assert client.post("/v1/outcomes", json=body).status_code == 422
    assert (
        client.post(
            "/v1/outcomes", json={"receipt": receipt, "event": "listed"}
        ).status_code
        == 422
    )

    assert kept() == []


@pytest.mark.parametrize(("value", "action"), [("Nike", "ignored"), (None, "accepted")])
def test_an_action_that_contradicts_its_value_is_refused(shop, value, action):
    client, receipt, kept = shop
    outcome = {"field": "brand", "value": value, "action": action}

    answer = client.post(
        "/v1/outcomes", json={"receipt": receipt, "outcomes": [outcome]}
    )

    assert answer.status_code == 422
    assert "null with the action 'ignored'" in answer.json()["detail"]
    assert kept() == []


def test_without_an_event_log_outcomes_are_checked_and_not_kept(
    start_gateway, browser, loaded, predictor
):
    client = browser(start_gateway(loaded(predictor("brand"))))
    answer = client.post("/v1/suggest", json={"listing": {"title": "x"}})
    receipt = answer.json()["receipt"]

    for path in ("/v1/shown", "/v1/outcomes"):
        stored = client.post(path, json={"receipt": receipt})
        forged = client.post(path, json={"receipt": receipt[:-1]})
        assert (stored.status_code, stored.json()) == (202, {"stored": 0})
        assert forged.status_code == 403


def test_a_value_that_was_not_suggested_is_entered(shop):
    client, receipt, kept = shop
    entered = {"field": "size", "value": "42", "action": "entered"}

    client.post("/v1/outcomes", json={"receipt": receipt, "outcomes": [entered]})

    [outcome] = kept()
    assert (outcome.field, outcome.value, outcome.action) == ("size", "42", "entered")


def test_the_listing_is_that_of_the_request_unless_another_one_is_named(shop):
    client, _, kept = shop
    draft = {"listing": {"title": "Nike", "listing_id": "draft-7"}}
    receipt = client.post("/v1/suggest", json=draft).json()["receipt"]

    for listing in ({}, {"listing": "m1"}):
        client.post("/v1/shown", json={"receipt": receipt, **listing})
        listed = {"receipt": receipt, "event": "listed", **listing}
        assert client.post("/v1/outcomes", json=listed).status_code == 202

    assert [each.listing for each in kept()] == ["draft-7", "draft-7", "m1", "m1"]


TOKEN = {"authorization": "Bearer a-secret-of-the-shop"}


@pytest.fixture
def address(start_gateway, loaded, predictor, tmp_path):
    """The address of a gateway whose shop names the seller in x-seller."""
    tokens = tmp_path / "tokens"
    tokens.write_text("shop a-secret-of-the-shop\n")
    return start_gateway(
        loaded(predictor("brand")),
        serving={"tokens": str(tokens)},
        seller_header="x-seller",
    )


def test_the_seller_is_whom_the_shop_names(address):
    url, body = f"{address}v1/suggest", {"listing": {"title": "x"}}
    cookies = httpx.get(address, trust_env=False).cookies

    sellers = []
    for given in ({"headers": TOKEN}, {"cookies": cookies}):
        headers = {"x-seller": "u-1042", **given.pop("headers", {})}
        answer = httpx.post(url, json=body, headers=headers, trust_env=False, **given)
        sellers.append(read_receipt(answer.json()["receipt"], [KEY]).seller)

    assert sellers == ["u-1042", ""]


@pytest.mark.parametrize("key", ["Müller", "a name", "u" * 129])
def test_a_key_of_a_seller_that_cannot_be_kept_is_refused(address, key):
    answer = httpx.post(
        f"{address}v1/suggest",
        json={"listing": {"title": "x"}},
        headers={**TOKEN, "x-seller": key.encode()},
        trust_env=False,
    )
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("the header x-seller has a key of")
