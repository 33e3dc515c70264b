import json

import pytest

from common.errors import ArtifactError
from common.experiments import analysis_record
from common.experiments.analysis_record import (
    AnalysisRecord,
    BreachRecord,
    DayRecord,
    MetricRecord,
    VariantRecord,
)
from common.store.storage import Storage

ACCEPTANCE = MetricRecord(
    "category_acceptance", 0.6, 0.63, 0.03, 0.01, 0.05, None, "better"
)
SECONDS = MetricRecord("seconds", None, None, None, None, None, None, "unclear")
THREE = VariantRecord(
    "three",
    information=0.4,
    metrics=(ACCEPTANCE, SECONDS),
    breaches=(BreachRecord("seconds", 2, 4.5, 2.5),),
    history=(DayRecord("2026-12-01", 0.02, None, None),),
)
RECORD = AnalysisRecord(
    key="top-3",
    layer="category",
    hypothesis="Three candidates are read faster than five.",
    owner="search-team",
    metric="category_acceptance",
    minimum_effect=0.01,
    control="control",
    time="2026-12-02T03:00:00+00:00",
    day=1,
    days=14,
    is_over=False,
    sellers={"control": 900, "three": 880},
    sample_ratio=0.64,
    sample_ratio_verdict="ok",
    switched=2,
    interval_kind="always valid",
    variants=(THREE,),
    warnings=("2 sellers saw both variants.",),
    verdict="harm",
    sentence="three harms seconds.",
)


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


@pytest.mark.parametrize("text", ["{", "{}", '{"variants": 1}', "[]"])
def test_a_damaged_record_says_how_it_is_written_anew(storage, text):
    storage.write_text(f"{analysis_record.FOLDER}/top-3.json", text)
    with pytest.raises(ArtifactError, match="listrec experiment analyze top-3"):
        analysis_record.read(storage, "top-3")
