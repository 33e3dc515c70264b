"""Addresses that ask too often are told to wait; what proxies of the shop say is believed."""

import time
from ipaddress import ip_network

import httpx
import pytest
from starlette.requests import Request

from serving.gateway.client_address import client_of, is_encrypted
from serving.gateway.rate_limit import RateLimit

PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


def test_an_address_that_asks_too_often_is_told_when_to_ask_again(
    start_gateway, loaded, predictor
):
    address = start_gateway(loaded(predictor("brand")), http_rate=0.1)

    answers = [httpx.get(address, trust_env=False) for _ in range(2)]

    assert [each.status_code for each in answers] == [200, 429]
    assert 1 <= int(answers[1].headers["retry-after"]) <= 10
    assert answers[1].headers["content-type"] == "application/problem+json"


def test_health_is_not_limited(start_gateway, loaded, predictor):
    address = start_gateway(loaded(predictor("brand")), http_rate=0.1)
    for path in ("healthz", "readyz") * 3:
        assert httpx.get(address + path, trust_env=False).status_code == 200


def test_one_address_does_not_use_up_the_limit_of_another():
    limit = RateLimit(0.001)
    assert limit.take("a") == 0
    assert limit.take("a") > 0
    assert limit.take("b") == 0


def test_the_addresses_that_asked_last_are_kept_in_mind():
    limit = RateLimit(0.001, max_addresses=2)
    for address in ("a", "b", "a", "c"):
        limit.take(address)

    assert limit.take("a") > 0
    assert limit.take("b") == 0  # as one that never asked
    assert len(limit._buckets) == 2


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "planted, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("fd00::1", "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
    ],
)
def test_the_client_is_the_last_address_that_is_no_proxy(peer, forwarded, client):
    assert client_of(_request(peer, forwarded), PROXIES) == client


def test_a_proxy_alone_may_say_that_a_connection_is_encrypted():
    assert is_encrypted(_request("10.0.0.1", ""), PROXIES)
    assert not is_encrypted(_request("203.0.113.7", ""), PROXIES)


def _request(peer, forwarded):
    headers = [(b"x-forwarded-proto", b"https")]
    if forwarded:
        headers.append((b"x-forwarded-for", forwarded.encode()))
    return Request(
        {
            "type": "http",
            "method": "GET",
            "path": "/",
            "scheme": "http",
            "server": ("x", 80),
            "query_string": b"",
            "client": (peer, 1),
            "headers": headers,
        }
    )


def test_pages_of_other_sites_may_ask_only_where_they_are_named(
    start_gateway, loaded, predictor
):
    origin = "https://shop.example.com"
    preflight = {"origin": origin, "access-control-request-method": "POST"}
    allowed = []
    for origins in ((), (origin,)):
        address = start_gateway(loaded(predictor("brand")), http_origins=origins)
        answer = httpx.options(
            f"{address}v1/suggest", headers=preflight, trust_env=False
        )
        allowed.append(answer.headers.get("access-control-allow-origin"))

    assert allowed == [None, origin]


@pytest.mark.slow
def test_a_connection_stays_while_the_seller_pauses(address):
    pause = 8  # longer than uvicorn's own 5 seconds
    ports = []
    limits = httpx.Limits(keepalive_expiry=None)
    with httpx.Client(base_url=address, trust_env=False, limits=limits) as client:
        for seconds in (pause, 0):
            answer = client.get("healthz")
            stream = answer.extensions["network_stream"]
            ports.append(stream.get_extra_info("client_addr"))
            time.sleep(seconds)

    assert ports[0] == ports[1]
