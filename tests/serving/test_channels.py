import pytest

from common.errors import InputError
from serving.channels import proxy_options
from serving.client import Client
from serving.verify import verify

CLOSED = "http://127.0.0.1:9"
NO_PROXY = (("grpc.enable_http_proxy", 0),)


@pytest.fixture
def office(monkeypatch):
    """An office whose proxy takes everything, and does not answer."""
    for name in ("http_proxy", "https_proxy", "grpc_proxy", "ALL_PROXY", "HTTP_PROXY"):
        monkeypatch.setenv(name, CLOSED)
    for name in ("no_proxy", "NO_PROXY", "no_grpc_proxy"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_the_trial_of_a_release_does_not_ask_the_proxy(office, loaded, predictor):
    verdict = verify(loaded(predictor("price")), {"price": "v1"})

    assert not [reason for reason in verdict.reasons if "no server answers" in reason]


def test_only_this_machine_and_what_no_proxy_names_is_asked_directly(office):
    assert proxy_options("[::1]:1") == proxy_options("localhost:1") == NO_PROXY
    assert proxy_options("predictors.shop:1") == ()

    office.setenv("NO_PROXY", "intranet,.shop")
    assert proxy_options("predictors.shop:1") == NO_PROXY


@pytest.mark.parametrize("address", ["http://127.0.0.1:50051", "localhost", " "])
def test_a_client_refuses_what_is_no_address(address):
    with pytest.raises(InputError, match="HOST:PORT is expected"):
        Client(address)
