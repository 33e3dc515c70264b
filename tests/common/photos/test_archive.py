"""Photos of a snapshot: every one once, in archives of bounded size, the same bytes every time."""

import zipfile
from hashlib import sha256

import pytest

from common.listing import Photo
from common.photos import archive, reading
from common.photos.archive import ArchiveWriter

PHOTOS = [b"one", b"two", b"one", b"three" * 100, b"four"]


def write(folder, photos=PHOTOS):
    writer = ArchiveWriter(folder)
    paths = [writer.add(data, "jpg") for data in photos]
    writer.close()
    return paths


def test_photos_come_back_by_the_path_they_got(tmp_path):
    for data, path in zip(PHOTOS, write(tmp_path), strict=True):
        assert path == f"photos/00000.zip/{sha256(data).hexdigest()}.jpg"
        assert reading.read_bytes(Photo(path=f"{tmp_path}/{path}")) == data


def test_a_photo_that_came_twice_is_stored_once(tmp_path):
    paths = write(tmp_path)
    assert paths[0] == paths[2]
    with zipfile.ZipFile(tmp_path / "photos" / "00000.zip") as file:
        assert len(file.namelist()) == 4
        assert {member.compress_type for member in file.infolist()} == {
            zipfile.ZIP_STORED
        }


def test_the_same_photos_give_the_same_bytes(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
        write(tmp_path / name)
    one, two = (tmp_path / name / "photos" / "00000.zip" for name in "ab")
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize(("limit", "most"), [("MAX_PHOTOS", 2), ("MAX_BYTES", 10)])
def test_archives_are_bounded(tmp_path, monkeypatch, limit, most):
    monkeypatch.setattr(archive, limit, most)
    paths = write(tmp_path)
    assert [path[7:16] for path in paths] == [
        "00000.zip", "00000.zip", "00000.zip", "00001.zip", f"0000{'12'[most == 10]}.zip",
    ]  # fmt: skip
    assert reading.read_bytes(Photo(path=f"{tmp_path}/{paths[4]}")) == b"four"


def test_nothing_is_written_where_there_are_no_photos(tmp_path):
    write(tmp_path, [])
    assert list(tmp_path.iterdir()) == []
