"""Drafts of snapshots are removed where their writers are dead."""

import pytest

from common.errors import InputError
from common.store.new_folder import new_folder, remove_drafts


def test_the_draft_of_a_writer_that_is_alive_is_named(tmp_path):
    with (
        new_folder(tmp_path / "today"),
        pytest.raises(InputError, match="another ingest is writing .*today"),
    ):
        remove_drafts(tmp_path)


def test_what_a_killed_writer_left_is_removed(tmp_path):
    (tmp_path / ".today.draft" / "train").mkdir(parents=True)
    (tmp_path / "yesterday").mkdir()

    remove_drafts(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["yesterday"]
