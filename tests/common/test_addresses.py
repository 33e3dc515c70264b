import contextlib

import pytest
import requests  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from common.addresses import bypass_proxy_locally, check_address, check_host, is_local
from common.errors import InputError

PROXY = "http://10.0.0.1:3128"


@pytest.mark.parametrize(
    "address", ["localhost:50051", "10.1.2.3:1", "[::1]:65535", "a-b.example:80"]
)
def test_an_address_is_a_host_and_a_port(address):
    assert check_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        *("", " ", "localhost", "localhost:", ":50051", "http://127.0.0.1:50051"),
        *("localhost:0", "localhost:65536", "localhost:-1", "localhost:http"),
        *(" localhost:50051", "localhost:50051 ", "local host:50051", "::1:50051"),
        *("localhost:50051/", "dns:///a:1", "unix:/tmp/a", "me@a:1", "a:1,b:2", "a:²"),
    ],
)
def test_any_other_address_is_refused_with_an_example(address):
    with pytest.raises(
        InputError, match=r"HOST:PORT is expected, such as localhost:50051"
    ):
        check_address(address)


@given(st.text())
def test_whatever_is_typed_is_an_address_or_refused_in_a_sentence(text):
    with contextlib.suppress(InputError):
        host, _, port = check_address(text).rpartition(":")
        assert host
        assert 0 < int(port) < 65536


def test_a_host_to_listen_on_has_no_scheme_and_no_port():
    assert [check_host(host) for host in ("0.0.0.0", "::", "[::1]", "shop.lan")]
    for wrong in ("http://localhost", "localhost:50051", "a b", "a/b"):
        with pytest.raises(InputError, match="a host without a port is expected"):
            check_host(wrong)


def test_this_machine_is_known_by_its_names_and_addresses():
    local = ("localhost:1", "127.0.0.1:1", "127.8.0.1:1", "[::1]:1", "0.0.0.0:1")
    assert all(map(is_local, local))
    assert is_local("http://localhost:5000/mlflow")
    assert not any(map(is_local, ("10.0.0.1:1", "localhost.example:1", "mlflow:5000")))


def test_no_request_to_this_machine_goes_to_the_proxy():
    environ = {"HTTPS_PROXY": PROXY, "NO_PROXY": "intranet, .lan"}

    bypass_proxy_locally(environ)
    once = dict(environ)
    bypass_proxy_locally(environ)

    assert environ == once
    assert environ["no_proxy"].startswith("intranet,.lan,localhost,127.0.0.1,")
    for host in ("localhost", "127.0.0.1", "127.0.1.1", "[::1]"):
        assert requests.utils.should_bypass_proxies(
            f"http://{host}:5000", environ["no_proxy"]
        )


def test_without_a_proxy_the_environment_stays_as_it_is():
    environ = {"PATH": "/bin"}
    bypass_proxy_locally(environ)
    assert environ == {"PATH": "/bin"}
