"""The gateway's port is encrypted, with a certificate that may be replaced while it runs."""

import ssl

import httpx
import pytest
import trustme

from common.errors import InputError
from serving.tls import TlsFiles, server_context


@pytest.fixture
def files(tmp_path):
    return TlsFiles(str(tmp_path / "server.pem"), str(tmp_path / "server.key"))


def _issue(files, authority):
    server = authority.issue_cert("127.0.0.1", "localhost")
    server.private_key_pem.write_to_path(files.key)
    server.cert_chain_pems[0].write_to_path(files.certificate)


def _tls(files):
    return {"tls_certificate": files.certificate, "tls_key": files.key}


def _get(address, authority):
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)
    return httpx.get(address, verify=trusted, trust_env=False)


def _answers(address, authority):
    """Tell whether a gateway shows a certificate that an authority has signed."""
    try:
        return _get(address, authority).status_code == 200
    except httpx.ConnectError:
        return False


def test_the_session_of_an_encrypted_page_is_sent_over_encrypted_connections_only(
    start_gateway, loaded, predictor, files
):
    authority = trustme.CA()
    _issue(files, authority)
    address = start_gateway(loaded(predictor("brand")), serving=_tls(files))

    page = _get(address, authority)

    assert "; secure" in page.headers["set-cookie"].lower()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_new_connections_get_the_newest_certificate(
    start_gateway, loaded, predictor, files, host
):
    former, newer = trustme.CA(), trustme.CA()
    _issue(files, former)
    address = start_gateway(loaded(predictor("brand")), serving=_tls(files))
    address = address.replace("127.0.0.1", host)
    assert _answers(address, former)

    _issue(files, newer)

    assert _answers(address, newer)
    assert not _answers(address, former)


def test_a_certificate_that_does_not_fit_its_key_leaves_the_former_one(
    start_gateway, loaded, predictor, files, caplog
):
    authority = trustme.CA()
    _issue(files, authority)
    address = start_gateway(loaded(predictor("brand")), serving=_tls(files))

    other = trustme.CA().issue_cert("127.0.0.1")
    other.cert_chain_pems[0].write_to_path(files.certificate)

    assert _answers(address, authority)
    assert "certificate kept" in caplog.text


def test_files_that_are_no_certificate_are_refused(files):
    _issue(files, trustme.CA())
    trustme.CA().issue_cert("localhost").private_key_pem.write_to_path(files.key)
    with pytest.raises(InputError, match="are no certificate with its key"):
        server_context(files)
