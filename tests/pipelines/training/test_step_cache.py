import json
from importlib.metadata import version

import pytest

from pipelines.training import code_version as code
from pipelines.training.code_version import code_version
from pipelines.training.step_cache import StepCache, step_key

INPUTS = {
    "name": "price",
    "snapshot": "monday",
    "encoders": ["text"],
    "config": {"seed": 1},
}


@pytest.fixture
def cache(store):
    return StepCache(store, lambda: "code of today")


def make(artifact, made):
    """A step that notes that it was carried out."""

    def compute():
        made.append(artifact)
        return {"target": "price", "artifact": artifact}

    return compute


def test_the_same_inputs_are_trained_once(cache, artifact):
    made = []

    first = cache.once("train_model", INPUTS, make(artifact("price"), made))
    assert not cache.reused
    second = cache.once("train_model", INPUTS, make(artifact("price"), made))

    assert first == second
    assert (len(made), cache.reused) == (1, True)


def test_the_code_is_read_where_a_key_is_wanted_only(store):
    versions = ["code of today"]
    cache = StepCache(store, versions.pop)

    assert versions
    cache.key("train_model", INPUTS)
    assert not versions


@pytest.mark.parametrize(
    "changed",
    [
        {"snapshot": "tuesday"},
        {"encoders": ["text", "photo"]},
        {"config": {"seed": 2}},
        {"name": "brand"},
    ],
)
def test_each_input_changes_the_key(changed):
    assert step_key("train", INPUTS | changed, "code") != step_key(
        "train", INPUTS, "code"
    )


def test_the_step_and_the_code_change_the_key():
    keys = {
        step_key("train", INPUTS, "code"),
        step_key("evaluate", INPUTS, "code"),
        step_key("train", INPUTS, "other code"),
    }
    assert len(keys) == 3


@pytest.mark.parametrize("name", code.VARIABLES)
def test_each_variable_changes_the_version_of_the_code(name):
    assert code_version({name: "another"}) != code_version({})


def test_a_variable_that_says_where_things_are_changes_nothing():
    assert code_version({"LISTREC_HOME": "/elsewhere"}) == code_version({})


@pytest.mark.parametrize("package", code.PACKAGES)
def test_a_changed_file_changes_the_version_of_the_code(package, tmp_path, monkeypatch):
    (tmp_path / package).mkdir()
    file = tmp_path / package / "train.py"
    monkeypatch.setattr(code, "ROOT", tmp_path)
    versions = []
    for text in ("x = 1", "x = 2", "x = 1"):
        file.write_text(text)
        code._hash_files.cache_clear()
        versions.append(code_version({}))
    code._hash_files.cache_clear()

    assert versions[0] != versions[1]
    assert versions[0] == versions[2]


@pytest.mark.parametrize("library", code.LIBRARIES)
def test_another_version_of_a_library_changes_the_version_of_the_code(
    library, monkeypatch
):
    before = code_version({})
    monkeypatch.setattr(
        "pipelines.training.code_version.version",
        lambda name: "999" if name == library else version(name),
    )

    assert code_version({}) != before


def test_a_result_whose_artifact_is_gone_is_made_again(cache, artifact, store):
    made = []
    kept = artifact("price")
    cache.once("train_model", INPUTS, make("0123456789abcdef", made))

    cache.once("train_model", INPUTS, make(kept, made))

    assert made == ["0123456789abcdef", kept]


def test_a_result_without_an_artifact_is_kept_too(cache):
    measured = {"metrics": {"score": 0.5}}
    cache.once("evaluate", INPUTS, lambda: measured)

    assert json.loads(json.dumps(cache.once("evaluate", INPUTS, dict))) == measured
