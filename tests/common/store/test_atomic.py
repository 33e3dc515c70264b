import os

import pytest

from common.store.atomic import (
    atomic_file,
    draft_folder,
    remove_dead_drafts,
    write_atomically,
)


@pytest.mark.parametrize("durable", [False, True])
def test_a_file_is_replaced_by_text_or_bytes_and_its_folder_made(tmp_path, durable):
    path = tmp_path / "deep" / "down" / "champion"
    write_atomically(path, "größe\n", durable=durable)
    assert path.read_text(encoding="utf-8") == "größe\n"
    write_atomically(path, b"\x00", durable=durable)
    assert path.read_bytes() == b"\x00"
    assert os.listdir(path.parent) == ["champion"]


def test_a_reader_sees_the_old_file_until_the_new_one_is_complete(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("old")
    with atomic_file(path) as draft:
        draft.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"


def test_a_failure_leaves_the_old_file_and_no_draft(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("old")

    def fail():
        with atomic_file(path) as draft:
            draft.write_text("ne")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail()
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["page.html"]


def test_a_folder_that_cannot_be_written_is_an_error_before_anything_is_made(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(OSError, match="file"),
        atomic_file(tmp_path / "file" / "page.html"),
    ):
        pytest.fail("the block was entered")


def test_a_draft_folder_is_hidden_and_gone_unless_it_was_renamed(tmp_path):
    with draft_folder(tmp_path / "cache") as draft:
        assert draft.name.startswith(".")
        (draft / "kept").write_text("1")
        draft.rename(tmp_path / "cache" / "done")
    with draft_folder(tmp_path / "cache") as draft:
        (draft / "forgotten").write_text("1")
    assert os.listdir(tmp_path / "cache") == ["done"]
    assert os.listdir(tmp_path / "cache" / "done") == ["kept"]


def test_a_draft_stays_as_long_as_its_process_lives(tmp_path):
    (tmp_path / ".draft.4999999-1.tmp").mkdir()  # no process has such a number

    with draft_folder(tmp_path) as draft:
        remove_dead_drafts(tmp_path)

        assert list(tmp_path.iterdir()) == [draft]
