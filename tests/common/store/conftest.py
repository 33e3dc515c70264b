"""The kinds of stores that all tests of this folder run on."""

import json

import pytest

from tests.common.store.google_server import google_server


@pytest.fixture(params=["folder", "bucket"])
def store_url(request, tmp_path):
    """The URL of an empty store: a folder, then a prefix on a real server of S3.

    A test may ask for a bucket of Google besides.
    """
    if request.param == "folder":
        return str(tmp_path / "store")
    if request.param == "google":
        return request.getfixturevalue("google_url")
    return request.getfixturevalue("s3_url")


@pytest.fixture
def google_url(monkeypatch):
    """The URL of an empty store on a server that does what a bucket of Google does."""
    with google_server() as url:
        account = {"gcs_base_url": url, "disable_oauth": True}
        account |= dict.fromkeys(("client_email", "private_key", "private_key_id"), "")
        monkeypatch.setenv("GOOGLE_SERVICE_ACCOUNT_KEY", json.dumps(account))
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield "gs://shop/listrec"
