"""What the benchmark sends over HTTP is what the gateway takes from pages."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from benchmarks.serving import goals, http_report, report, servers
from benchmarks.serving.browsers import SUGGESTIONS_A_LISTING, Browser, Seller
from benchmarks.serving.load import Load
from benchmarks.serving.requests import an_http_answer, to_http
from benchmarks.serving.rows import Cell, Row
from benchmarks.shared.results import Run
from common.event_lines import parse_event
from common.event_log.frames import read_frames
from common.event_log.segments import list_segments
from common.events import Listed, Shown
from common.listing import Listing, Photo
from models.suggester import Suggester
from tests.serving.conftest import FakeEncoder, FakePredictor
from tests.serving.gateway.conftest import Gateways

TEXT = Listing("Nike running shoes", "worn twice")


@pytest.fixture
def gateway(tmp_path):
    """The address ``host:port`` of a gateway with a log of events, and the folder of the log."""
    encoder: Any = FakeEncoder()
    loaded = Suggester("r1", {"brand": FakePredictor("brand")}, {"one": encoder})
    with Gateways() as gateways:
        page = gateways(loaded, tmp_path / "log")
        yield page.removeprefix("http://").rstrip("/"), tmp_path / "log"


def _ask(connection, listing):
    """Send a listing; return whether it was answered."""
    connection.send(to_http(listing))
    is_answer = None
    while is_answer is None:
        is_answer = connection.receive(connection.sock.recv(1 << 16))
    return is_answer


def test_listings_with_and_without_a_photo_are_answered(gateway):
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(file, "JPEG")
    browser = Browser(gateway[0])

    with browser.sock:
        for listing in (TEXT, Listing("shoes", photos=(Photo(file.getvalue()),))):
            assert _ask(browser, listing)
            answer = json.loads(browser.answer)
            assert (list(answer["suggestions"]), answer["problems"]) == (["brand"], [])


def test_a_seller_says_what_was_shown_and_what_was_listed(gateway):
    address, log = gateway
    seller = Seller(address)

    with seller.sock:
        answered = [_ask(seller, TEXT) for _ in range(SUGGESTIONS_A_LISTING)]

    lines = [read_frames(path.read_bytes()).lines for path in list_segments(log)]
    events = [parse_event(line) for line in lines[0]]
    assert all(answered)
    assert [type(event) for event in events].count(Shown) == SUGGESTIONS_A_LISTING
    assert isinstance(events[-1], Listed)


def test_the_echo_takes_the_requests_of_the_gateway(suggester, tmp_path):
    answer = tmp_path / "answer"
    answer.write_bytes(an_http_answer(suggester))

    with servers.http_echo(answer) as running:
        browser = Browser(running.address)
        with browser.sock:
            assert _ask(browser, TEXT)
            assert _ask(browser, Listing("shoes", photos=(Photo(b"a photo"),)))

    assert json.loads(browser.answer) == json.loads(Path(answer).read_bytes())


def test_the_page_states_ratios_to_grpc():
    run = Run("serving", "synthetic", "2026-01-01", "abc", "3.11", "make bench-serving")
    rows = [
        Row(name, (Cell(name, "text", Load(16, rate, 5, 10, 0, 100), cpu_ms),))
        for name, rate, cpu_ms in ((goals.TWO, 1000, 2.0), (goals.GATEWAY, 500, 3.0))
    ]

    page = http_report.page_section(run, report.collect(rows, run))

    figures = "500 | 0.50 | 5.00 | 1.00 | 10.00 | 1.00 | 3.00 | 1.50 | 0"
    assert f"| text, 16 | {goals.GATEWAY} | {figures} |" in page
