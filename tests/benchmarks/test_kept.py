"""Results are kept while what they depend on stays as it was."""

import subprocess

import pytest

from benchmarks.kept import keep, recall, state


@pytest.fixture
def code(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text("A = 1\n")
    (tmp_path / "b.py").write_text("B = 1\n")
    for words in (("init", "-q"), ("add", "-A"), ("-c", "user.name=x", "-c", "user.email=x@x.org",
                                                   "commit", "-qm", "both")):  # fmt: skip
        subprocess.run(["git", *words], check=True)
    return tmp_path


def test_the_state_changes_with_the_code_and_with_other_parts_alone(code):
    before = state(["a.py"], "rows", 5)
    assert state(["a.py"], "rows", 5) == before
    assert state(["a.py"], "rows", 6) != before
    (code / "b.py").write_text("B = 2\n")
    assert state(["a.py"], "rows", 5) == before
    (code / "a.py").write_text("A = 2\n")
    assert state(["a.py"], "rows", 5) != before


def test_a_result_comes_back_as_it_was_kept(tmp_path):
    path = tmp_path / "folder" / "fold-0.json"
    keep(path, [["convnet", "accuracy", 0.5]])
    assert recall(path) == [["convnet", "accuracy", 0.5]]
    assert [each.name for each in path.parent.iterdir()] == ["fold-0.json"]
