"""Strangers see nothing: a token where the console can be reached, and names of this machine."""

import httpx
import pytest

from common.errors import InputError
from serving.console.access import make_access
from tests.serving.console.shop import Shop

TOKEN = "t" * 32


@pytest.fixture
def token_file(tmp_path):
    path = tmp_path / "token"
    path.write_text(TOKEN + "\n")
    return str(path)


@pytest.fixture
def empty(tmp_path, now):
    return Shop(tmp_path, now)


def test_a_console_for_other_machines_needs_a_token(token_file):
    with pytest.raises(InputError, match="a console on 0.0.0.0 needs LISTREC_CONSOLE"):
        make_access("0.0.0.0", "")
    assert make_access("0.0.0.0", token_file).token == TOKEN
    assert make_access("127.0.0.1", "").token == ""


def test_a_token_that_cannot_be_used_is_refused_without_quoting_it(tmp_path):
    (tmp_path / "short").write_text("secret")
    with pytest.raises(InputError, match="has fewer than 32 characters") as refused:
        make_access("127.0.0.1", str(tmp_path / "short"))
    assert "secret" not in str(refused.value)
    with pytest.raises(InputError, match="cannot be read"):
        make_access("127.0.0.1", str(tmp_path / "absent"))
    assert TOKEN not in repr(make_access("127.0.0.1", ""))


def test_every_address_asks_for_the_token(start_console, empty, token_file):
    address = start_console(empty, console_token_file=token_file)

    for path in ("", "data", "console.js"):
        none = httpx.get(address + path, trust_env=False)
        wrong = httpx.get(address + path, auth=("", "x" * 32), trust_env=False)
        right = httpx.get(address + path, auth=("ana", TOKEN), trust_env=False)
        assert (none.status_code, wrong.status_code) == (401, 401)
        assert none.headers["www-authenticate"].startswith("Basic ")
        assert right.status_code == 200


@pytest.mark.parametrize("shown", ["Basic", "Basic ?", "Basic eA==", f"Bearer {TOKEN}"])
def test_other_credentials_are_refused(start_console, empty, token_file, shown):
    address = start_console(empty, console_token_file=token_file)
    answer = httpx.get(address, headers={"authorization": shown}, trust_env=False)
    assert answer.status_code == 401


def test_without_a_token_a_name_of_another_site_is_refused(start_console, empty):
    address = start_console(empty)
    rebound = httpx.get(
        f"{address}data", headers={"host": "shop.example"}, trust_env=False
    )
    local = httpx.get(
        f"{address}data", headers={"host": "localhost:1"}, trust_env=False
    )
    assert (rebound.status_code, local.status_code) == (403, 200)
