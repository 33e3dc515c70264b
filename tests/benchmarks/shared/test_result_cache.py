"""The cache of results: valid while their code and rows are the same."""

import subprocess

import pytest

from benchmarks.shared.result_cache import fingerprint, load, store


@pytest.fixture
def code(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "a.py").write_text("A = 1\n")
    (tmp_path / "other.py").write_text("B = 1\n")
    _git("init", "-q")
    _git("add", "-A")
    return tmp_path


def _git(*words):
    subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@x.org", *words], check=True
    )


def _seen(*data, parts=("rows", 5)):
    return fingerprint(["code"], data, *parts)


def test_it_changes_with_the_content_of_the_code_and_not_with_commits(code):
    before = _seen()
    (code / "other.py").write_text("B = 2\n")
    _git("commit", "-qm", "all")
    assert _seen() == before
    (code / "code" / "new.py").write_text("C = 1\n")
    assert _seen() != before
    (code / "code" / "new.py").unlink()
    assert _seen() == before
    (code / "code" / "a.py").write_text("A = 2\n")
    changed = _seen()
    assert changed != before
    _git("commit", "-qam", "changed")
    assert _seen() == changed


def test_it_changes_with_the_data_and_other_parts(code):
    table, model = code / "rows.tsv", code / "model"
    table.write_text("a\n")
    model.mkdir()
    (model / "weights").write_text("1")
    before = _seen(table, model)
    assert _seen(table, model, parts=("rows", 6)) != before
    (model / "weights").write_text("2")
    after = _seen(table, model)
    assert after != before
    table.write_text("b\n")
    assert _seen(table, model) not in (before, after)


def test_without_a_checkout_nothing_is_taken_for_the_same(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(subprocess.CalledProcessError):
        _seen()


def test_a_result_comes_back_as_it_was_kept(tmp_path):
    path = tmp_path / "folder" / "fold-0.json"
    store(path, [["convnet", "accuracy", 0.5]])
    assert load(path) == [["convnet", "accuracy", 0.5]]
    assert [file.name for file in path.parent.iterdir()] == ["fold-0.json"]
