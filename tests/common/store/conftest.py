"""The kinds of stores that all tests of this folder run on."""

import pytest


@pytest.fixture(params=["folder", "bucket"])
def store_url(request, tmp_path):
    """The URL of an empty store: a folder, then a prefix on a real server of S3."""
    if request.param == "folder":
        return str(tmp_path / "store")
    return request.getfixturevalue("s3_url")
