"""Bytes of photos, from wherever they are, by whoever asks."""

import os
import zipfile
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context

import pytest

from common.errors import PhotoError
from common.listing import Photo
from common.photos import reading
from common.photos.limits import LIMITS


@pytest.fixture
def archive(tmp_path):
    """An archive of a thousand small files, each holding its own name many times."""
    path = tmp_path / "shop.zip" / "many.zip"  # a folder may be called so too
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as file:
        for number in range(1000):
            file.writestr(f"photos/{number}.jpg", f"{number} " * 500)
    return path


def right(archive, number):
    photo = Photo(path=f"{archive}/photos/{number}.jpg")
    return reading.read_bytes(photo) == (f"{number} " * 500).encode()


def test_reads_bytes_files_and_members(tmp_path, archive):
    (tmp_path / "a.jpg").write_bytes(b"file")
    assert reading.read_bytes(Photo(b"sent", "elsewhere")) == b"sent"
    assert reading.read_bytes(Photo(path=str(tmp_path / "a.jpg"))) == b"file"
    assert right(archive, 7)


@pytest.mark.parametrize(
    "path", ["", "none.jpg", "many.zip/none.jpg", "x\0y", "n" * 5000, "."]
)
def test_what_is_not_there_is_a_sentence(tmp_path, archive, path):
    with pytest.raises(PhotoError, match="there is no such file"):
        reading.read_bytes(Photo(path=str(archive.parent / path)))


def test_a_pipe_is_no_photo_and_nobody_waits_for_one(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(PhotoError, match="no such file"):
        reading.read_bytes(Photo(path=str(tmp_path / "pipe.jpg")))


def test_a_damaged_archive_is_a_sentence(tmp_path, archive):
    data = bytearray(archive.read_bytes())
    at = data.index(b"photos/3.jpg") + 20
    data[at] ^= 1
    archive.write_bytes(data)
    with pytest.raises(PhotoError, match="cannot be taken out of its archive"):
        reading.read_bytes(Photo(path=f"{archive}/photos/3.jpg"))
    archive.write_bytes(b"no archive")
    with pytest.raises(PhotoError, match="cannot be taken out of its archive"):
        reading.read_bytes(Photo(path=f"{archive}/photos/4.jpg"))


def test_no_more_is_read_than_a_photo_may_have(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("bomb.jpg", bytes(LIMITS.max_bytes + 5_000_000))
    assert (
        len(reading.read_bytes(Photo(path=f"{tmp_path}/a.zip/bomb.jpg")))
        == LIMITS.max_bytes + 1
    )


def test_threads_may_read_one_archive_at_once(archive):
    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(lambda number: right(archive, number), range(1000)))


def test_forked_processes_do_not_disturb_each_other(archive):
    assert right(archive, 0)  # opened before the fork
    with get_context("fork").Pool(4) as pool:
        assert all(pool.starmap(right, [(archive, number) for number in range(1000)]))


def test_an_archive_that_was_replaced_is_read_anew(archive):
    assert right(archive, 0)
    with zipfile.ZipFile(archive.with_name("new"), "w") as file:
        file.writestr("photos/0.jpg", "other")
    os.replace(archive.with_name("new"), archive)
    assert reading.read_bytes(Photo(path=f"{archive}/photos/0.jpg")) == b"other"


def test_more_archives_than_are_kept_open_can_be_read(tmp_path):
    for number in range(3 * reading.MAX_OPEN_ARCHIVES):
        with zipfile.ZipFile(tmp_path / f"{number}.zip", "w") as file:
            file.writestr("a.jpg", str(number))
    for number in [*range(3 * reading.MAX_OPEN_ARCHIVES)] * 2:
        assert (
            reading.read_bytes(Photo(path=f"{tmp_path}/{number}.zip/a.jpg"))
            == str(number).encode()
        )
