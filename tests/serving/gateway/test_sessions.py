"""Who may ask: browsers that have loaded the page, and clients with a token."""

import httpx
import pytest

from serving.gateway import sessions
from serving.gateway.sessions import COOKIE, is_session, make_session
from tests.serving.gateway.conftest import KEY

BODY = {"listing": {"title": "boots"}}


@pytest.fixture
def address(start_gateway, loaded, predictor, tmp_path):
    tokens = tmp_path / "tokens"
    tokens.write_text("shop a-secret-of-the-shop\nslow another-of-its-secrets 1\n")
    return start_gateway(
        loaded(predictor("brand")), serving={"tokens": str(tokens), "workers": 1}
    )


def _post(address, **options):
    url = f"{address}v1/suggest"
    return httpx.post(url, json=BODY, trust_env=False, timeout=30, **options)


def test_the_page_begins_a_session_that_scripts_cannot_read(address):
    page = httpx.get(address, trust_env=False)

    cookie = page.headers["set-cookie"].lower()
    assert cookie.startswith(f"{COOKIE}=")
    for part in ("httponly", "samesite=strict", "path=/", "max-age="):
        assert part in cookie
    assert "secure" not in cookie


def test_a_browser_with_a_session_is_answered(address, browser):
    assert browser(address).post("/v1/suggest", json=BODY).status_code == 200


def test_a_client_without_session_and_token_is_told_how_to_get_one(address):
    answer = _post(address)

    assert answer.status_code == 401
    assert "GET / begins one" in answer.json()["detail"]


def test_a_client_with_a_token_needs_no_session(address):
    good = {"authorization": "Bearer a-secret-of-the-shop"}
    bad = {"authorization": "Bearer a-secret-of-the-shoq"}

    assert _post(address, headers=good).status_code == 200
    assert _post(address, headers=bad).status_code == 401


def test_a_token_has_its_own_limit(address):
    headers = {"authorization": "Bearer another-of-its-secrets"}

    statuses = [_post(address, headers=headers) for _ in range(4)]

    assert [each.status_code for each in statuses][0] == 200
    assert {each.status_code for each in statuses} == {200, 429}


def test_a_session_is_of_this_shop_and_ends(monkeypatch):
    session = make_session([KEY])
    changed = session[:-1] + ("0" if session[-1] != "0" else "1")

    assert is_session(session, [b"a newer key", KEY])
    for other in (changed, "", "x", session[1:], session.upper(), "é.é.é"):
        assert not is_session(other, [KEY])
    monkeypatch.setattr(sessions, "MAX_AGE", -1)
    assert not is_session(session, [KEY])
