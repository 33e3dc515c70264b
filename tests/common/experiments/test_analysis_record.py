import json

import pytest

from common.errors import ArtifactError
from common.experiments import analysis_record
from common.store.storage import Storage
from tests.common.experiments.analysis_records import RECORD


@pytest.fixture
def storage(tmp_path):
    return Storage(str(tmp_path))


def test_a_record_is_read_as_it_was_written(storage):
    analysis_record.write(storage, RECORD)
    assert analysis_record.read(storage, "top-3") == RECORD


def test_an_experiment_that_was_not_analyzed_has_no_record(storage):
    assert analysis_record.read(storage, "top-3") is None


def test_fields_of_a_later_version_are_left_out(storage):
    analysis_record.write(storage, RECORD)
    key = f"{analysis_record.FOLDER}/top-3.json"
    values = json.loads(storage.read_text(key))
    values["variants"][0]["metrics"][0]["later"] = 1
    storage.write_text(key, json.dumps(values | {"later": 1}))
    assert analysis_record.read(storage, "top-3") == RECORD


def test_records_of_versions_that_kept_no_guardrails_are_read(storage):
    analysis_record.write(storage, RECORD)
    key = f"{analysis_record.FOLDER}/top-3.json"
    values = json.loads(storage.read_text(key))
    del values["variants"][0]["guardrails"]
    storage.write_text(key, json.dumps(values))
    assert analysis_record.read(storage, "top-3").variants[0].guardrails == ()


@pytest.mark.parametrize("text", ["{", "{}", '{"variants": 1}', "[]"])
def test_a_damaged_record_says_how_it_is_written_anew(storage, text):
    storage.write_text(f"{analysis_record.FOLDER}/top-3.json", text)
    with pytest.raises(ArtifactError, match="listrec experiment analyze top-3"):
        analysis_record.read(storage, "top-3")
