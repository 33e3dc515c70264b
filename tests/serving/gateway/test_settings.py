"""Settings are read once, refused with a sentence, and all on the page."""

import re
import stat
from dataclasses import fields
from pathlib import Path

import pytest

from common.errors import InputError
from serving.gateway.settings import KEY_FILE, GatewaySettings, split_address
from serving.gateway.signing_keys import read_or_make_key

ROOT = Path(__file__).parents[3]
LONG_KEY = "k" * 32


def test_variables_are_read(tmp_path):
    settings = GatewaySettings.from_environment(
        {
            "LISTREC_HTTP": "0.0.0.0:8080",
            "LISTREC_HTTP_ORIGINS": "https://a.example, https://b.example:8443",
            "LISTREC_HTTP_PROXIES": "10.0.0.0/8,::1",
            "LISTREC_HTTP_RATE": "2.5",
            "LISTREC_SELLER_HEADER": "X-Seller",
            "LISTREC_RECEIPT_KEY": f"{LONG_KEY},{LONG_KEY}2",
            "LISTREC_EXPLORATION": "0.1",
            "LISTREC_HOLDOUT": "0",
        },
        tmp_path,
    )

    assert settings.address == ("0.0.0.0", 8080)
    assert len(settings.http_origins) == len(settings.http_proxies) == 2
    assert (settings.http_rate, settings.seller_header) == (2.5, "x-seller")
    assert settings.receipt_key == (LONG_KEY.encode(), f"{LONG_KEY}2".encode())
    assert (settings.exploration, settings.holdout) == (0.1, 0)
    assert LONG_KEY not in repr(settings)
    assert not (tmp_path / KEY_FILE).exists()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LISTREC_HTTP", "web"),
        ("LISTREC_HTTP", "70000"),
        ("LISTREC_HTTP", "http://x:80"),
        ("LISTREC_HTTP_ORIGINS", "shop.example.com"),
        ("LISTREC_HTTP_ORIGINS", "*"),
        ("LISTREC_HTTP_PROXIES", "proxy.example.com"),
        ("LISTREC_HTTP_RATE", "0"),
        ("LISTREC_HTTP_RATE", "nan"),
        ("LISTREC_HTTP_RATE", "many"),
        ("LISTREC_RECEIPT_KEY", "short"),
        ("LISTREC_EXPLORATION", "2%"),
        ("LISTREC_EXPLORATION", "0.6"),
        ("LISTREC_HOLDOUT", "-0.1"),
        ("LISTREC_HOLDOUT", "nan"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused(tmp_path, variable, value):
    with pytest.raises(InputError):
        GatewaySettings.from_environment({variable: value}, tmp_path)


def test_an_address_may_be_a_port_alone_or_of_ipv6():
    assert split_address("8080") == ("127.0.0.1", 8080)
    assert split_address("[::1]:0") == ("::1", 0)


def test_a_key_is_made_once_for_its_owner_alone(tmp_path):
    path = tmp_path / "home" / KEY_FILE

    key = read_or_make_key(path)

    assert read_or_make_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_or_make_key(tmp_path / "other") != key
    assert [each.name for each in path.parent.iterdir()] == [KEY_FILE]


def test_a_key_that_others_may_read_is_refused(tmp_path):
    path = tmp_path / KEY_FILE
    read_or_make_key(path)
    path.chmod(0o644)
    with pytest.raises(InputError, match="chmod 600"):
        read_or_make_key(path)


def test_every_setting_is_explained():
    page = (ROOT / "docs" / "gateway.md").read_text("utf-8")
    for field in fields(GatewaySettings):
        assert f"`LISTREC_{field.name.upper()}`" in page


def test_every_metric_is_explained():
    page = (ROOT / "docs" / "gateway.md").read_text("utf-8")
    source = (ROOT / "serving" / "gateway" / "metrics.py").read_text("utf-8")
    for name in re.findall(r'"(listrec_\w+)"', source):
        assert name in page
