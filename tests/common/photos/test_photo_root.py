"""Paths of a table lead into the folder of its photos, and nowhere else."""

import pytest

from common.errors import InputError, PhotoError
from common.photos.photo_root import PhotoRoot, open_photo_root


@pytest.mark.parametrize("path", ["a/b.jpg", "./a/b.jpg", "a\\b.jpg"])
def test_a_relative_path_leads_into_the_folder(path):
    assert PhotoRoot("shop").photo(path).path == "shop/a/b.jpg"


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../a.jpg",
        "a/../../b.jpg",
        "a\\..\\..\\b.jpg",
        "\\\\host\\a",
        "C:\\a",
        "C:/a",
    ],
)
def test_no_path_leads_out_of_it(path):
    with pytest.raises(PhotoError, match="leads out of the folder of the photos"):
        PhotoRoot("shop").photo(path)


@pytest.mark.parametrize(
    "path", ["https://a.b/c.jpg", "HTTP:/a.b/c", "//a.b/c.jpg", "www.a.b/c.jpg"]
)
def test_an_address_is_not_followed(path):
    with pytest.raises(PhotoError, match="an address, which is not fetched: download"):
        PhotoRoot("shop").photo(path)


def test_a_place_is_a_folder_or_an_archive(tmp_path):
    (tmp_path / "photos.zip").write_bytes(b"")
    (tmp_path / "photos.rar").write_bytes(b"")
    assert open_photo_root(tmp_path / "photos.zip") == PhotoRoot(
        f"{tmp_path}/photos.zip"
    )
    assert open_photo_root(tmp_path) == PhotoRoot(str(tmp_path))
    for name in ("photos.rar", "none"):
        with pytest.raises(InputError, match=r"neither a folder of photos nor a .zip"):
            open_photo_root(tmp_path / name)
