"""Every error is a problem of RFC 9457, and every answer has the headers of a safe page."""

import json
import socket
from urllib.parse import urlsplit

import httpx
import pytest

from serving.gateway import bodies


@pytest.fixture
def client(address, browser):
    return browser(address)


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", "/nothing", {}, 404),
        ("GET", "/v1/suggest", {}, 405),
        ("POST", "/v1/suggest", {"content": b"{"}, 400),
        ("POST", "/v1/suggest", {"content": b'{"listing": "\xff"}'}, 400),
        ("POST", "/v1/suggest", {"json": {}}, 422),
        ("POST", "/v1/suggest", {"json": {"listing": {"seller_id": "s1"}}}, 422),
        ("POST", "/v1/suggest", {"json": {"listing": {"photos": []}}}, 422),
        ("POST", "/v1/suggest", {"json": {"listing": {"price": -1}}}, 422),
        ("POST", "/v1/suggest", {"json": {"listing": {"currency": "dollars"}}}, 422),
        ("POST", "/v1/suggest", {"json": {"listing": {}, "models": ["x"]}}, 422),
        ("POST", "/v1/suggest", {"content": b"a=b"}, 415),
        ("POST", "/v1/suggest", {"files": {"other": b"x"}}, 400),
        ("POST", "/v1/suggest", {"files": [("photos", b"x")] * 11}, 400),
        ("POST", "/v1/suggest", {"content": b" " * 1_000_001}, 413),
        ("POST", "/v1/shown", {"json": {"receipt": "1.forged.receipt"}}, 403),
        ("POST", "/v1/outcomes", {"json": {"receipt": "1.forged.receipt"}}, 403),
    ],
)
def test_a_refusal_is_a_problem(client, method, path, options, status):
    if "content" in options and status != 415:
        options = {**options, "headers": {"content-type": "application/json"}}

    answer = client.request(method, path, **options)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem) == {"type", "title", "status", "detail"}
    assert problem["status"] == status
    assert problem["detail"]


def test_a_refusal_does_not_quote_what_the_seller_wrote(client):
    body = {"listing": {"title": "x", "weight": "planted-word"}}
    answer = client.post("/v1/suggest", json=body)
    assert answer.status_code == 422
    assert "listing.weight" in answer.text
    assert "planted-word" not in answer.text


def test_a_bug_is_a_problem_with_its_number(start_gateway, browser, loaded, predictor):
    class Broken:
        def find(self, _release):
            raise RuntimeError("what a seller wrote")

    address = start_gateway(loaded(predictor("brand")))
    client = browser(address)
    server = start_gateway.servers[address]
    server.suggester._releases = Broken()

    answer = client.post("/v1/suggest", json={"listing": {"title": "x"}})

    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "a bug, logged as" in answer.json()["detail"]
    assert "seller" not in answer.text


@pytest.mark.parametrize("path", ["/", "/nothing", "/healthz", "/openapi.json"])
def test_every_answer_has_the_headers_of_a_safe_page(client, path):
    headers = client.get(path).headers

    policy = headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert len(headers["x-request-id"]) == 16
    assert "server" not in headers


def test_a_photo_that_is_too_large_is_refused_while_it_is_read(client):
    photo = bytes(bodies.LIMITS.max_bytes + 1)
    answer = client.post(
        "/v1/suggest",
        data={"listing": json.dumps({})},
        files={"photos": ("a.jpg", photo)},
    )
    assert answer.status_code == 413
    assert "20,000,000" in answer.json()["detail"]


def test_a_body_without_a_length_is_refused_at_the_limit(client):
    def endless():
        while True:
            yield bytes(100_000)

    headers = {"content-type": "application/json"}
    try:
        status = client.post(
            "/v1/suggest", content=endless(), headers=headers
        ).status_code
    except httpx.TransportError:
        status = 413  # the connection was closed before all was sent
    assert status == 413


def test_a_body_that_is_declared_too_large_is_not_waited_for(client, address):
    cookie = f"listrec_session={client.cookies['listrec_session']}"
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), 30) as connection:
        connection.sendall(
            b"POST /v1/suggest HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + f"Cookie: {cookie}\r\nContent-Length: 9999999999\r\n\r\n".encode()
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")
