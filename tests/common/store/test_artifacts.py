import json

import pytest

from common.errors import ArtifactError
from common.store import artifacts


def _write(out, content="weights", **changes):
    fields = {"role": "model", "name": "brand", "kind": "head"} | changes
    return artifacts.write(
        out, save=lambda folder: (folder / "head.json").write_text(content), **fields
    )


def test_an_artifact_reads_as_it_was_written(tmp_path):
    folder = _write(
        tmp_path, encoders=("one",), snapshot="s1", config={"seed": 3}, summary={"n": 2}
    )
    manifest = artifacts.read(folder)
    assert folder == tmp_path / manifest.id
    assert (manifest.role, manifest.name, manifest.kind) == ("model", "brand", "head")
    assert (manifest.encoders, manifest.snapshot) == (("one",), "s1")
    assert (manifest.config, manifest.summary, manifest.size) == (
        {"seed": 3},
        {"n": 2},
        7,
    )


def test_the_same_content_has_the_same_id_wherever_it_is_written(tmp_path):
    assert _write(tmp_path / "a").name == _write(tmp_path / "b").name


@pytest.mark.parametrize(
    "changes",
    [
        {"content": "other"},
        {"name": "price"},
        {"config": {"seed": 1}},
        {"encoders": ("x",)},
    ],
)
def test_other_content_has_another_id(tmp_path, changes):
    assert _write(tmp_path, **changes).name != _write(tmp_path).name


def test_writing_twice_is_harmless(tmp_path):
    assert _write(tmp_path) == _write(tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_failure_while_saving_leaves_nothing(tmp_path):
    def fail(folder):
        (folder / "half").write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        artifacts.write(tmp_path, role="model", name="brand", kind="head", save=fail)
    assert list(tmp_path.iterdir()) == []


def test_a_changed_file_is_noticed(tmp_path):
    folder = _write(tmp_path)
    (folder / "head.json").write_text("weightz")
    with pytest.raises(
        ArtifactError, match="file head.json of artifact .* does not match its"
    ):
        artifacts.read(folder)


def test_a_missing_file_is_noticed(tmp_path):
    folder = _write(tmp_path)
    (folder / "head.json").unlink()
    with pytest.raises(ArtifactError, match="lacks its file head.json"):
        artifacts.read(folder)


@pytest.mark.parametrize(
    "text", [None, "", "{", "[1]", "{}", '{"id": "x", "colour": 1}']
)
def test_a_folder_without_a_manifest_is_no_artifact(tmp_path, text):
    if text is not None:
        (tmp_path / artifacts.MANIFEST).write_text(text)
    with pytest.raises(ArtifactError, match="holds no readable artifact manifest"):
        artifacts.read(tmp_path)


def test_an_artifact_of_a_newer_installation_is_refused(tmp_path):
    folder = _write(tmp_path)
    values = json.loads((folder / artifacts.MANIFEST).read_text())
    (folder / artifacts.MANIFEST).write_text(
        json.dumps(values | {"schema": 99, "new": 1})
    )
    with pytest.raises(
        ArtifactError, match="schema 99, newer than 2 known here: update"
    ):
        artifacts.read(folder)


def test_an_artifact_of_an_older_layout_is_to_be_trained_again(tmp_path):
    folder = _write(tmp_path)
    values = json.loads((folder / artifacts.MANIFEST).read_text())
    values["facts"] = values.pop("summary")
    (folder / artifacts.MANIFEST).write_text(json.dumps(values | {"schema": 1}))
    with pytest.raises(
        ArtifactError, match="schema 1, older than 2 needed here: retrain with"
    ):
        artifacts.read(folder)
