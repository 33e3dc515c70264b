import json
from dataclasses import replace
from datetime import date

import pytest

from common.errors import ArtifactError, InputError, RefusedError
from common.experiments import published
from common.experiments.definition import Variant
from common.experiments.published import KEY, Published, Stop
from common.store.storage import Storage
from tests.common.experiments.files import LAYERS, TOP_3

STOP = Stop("top-3", "three", "sellers list less", "ann@desk", "2026-12-05T09:00:00")
SOME = Published(
    3, {"top-3": TOP_3}, {"top-2": TOP_3}, (STOP,), "ann@desk", "2026-12-05T09:00:00"
)


@pytest.fixture
def storage(tmp_path):
    return Storage(str(tmp_path))


def test_before_the_first_publication_there_are_no_experiments(storage):
    assert published.read(storage) == Published()
    assert Published().experiments(LAYERS) == ()


def test_what_is_written_is_read(storage):
    published.write(storage, Published(), SOME)
    assert published.read(storage) == SOME


def test_of_two_writers_that_read_the_same_one_is_told_to_try_again(storage):
    before = published.read(storage)
    published.write(storage, before, SOME)
    with pytest.raises(RefusedError, match="somebody else .* meanwhile; try again"):
        published.write(storage, before, replace(SOME, number=4))
    assert published.read(storage) == SOME


def test_what_is_not_damaged_is_not_set_aside(storage):
    published.write(storage, Published(), SOME)
    with pytest.raises(RefusedError, match="is not damaged"):
        published.set_aside(storage)
    assert published.read(storage) == SOME


def test_a_stopped_variant_is_known_by_its_experiment():
    (experiment,) = SOME.experiments(LAYERS)
    assert experiment.stopped == {"three"}


def test_an_experiment_runs_while_there_is_something_to_compare():
    (experiment,) = SOME.experiments(LAYERS)
    other = Variant("four", 0.5)
    wider = replace(experiment, variants=(*experiment.variants, other))
    assert (wider.is_stopped, experiment.is_stopped) == (False, True)


def test_the_state_of_an_experiment_follows_its_days():
    running = replace(SOME.experiment("top-3", LAYERS), stopped=frozenset())
    days = (date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 14))
    assert [*map(running.state, days)] == ["planned", "running", "running"]
    assert running.state(date(2026, 12, 15)) == "ended"
    assert replace(running, stopped={"three"}).state(days[1]) == "stopped"


def test_a_stopped_experiment_runs_on_no_day():
    stopped = replace(SOME, stops=(replace(STOP, variant=""),))
    (experiment,) = stopped.experiments(LAYERS)
    assert experiment.is_stopped
    assert not experiment.runs_on(experiment.start)


def test_a_file_that_cannot_be_read_is_named():
    broken = replace(SOME, files={"top-3": TOP_3.replace("share: 0.5", "share: 2")})
    with pytest.raises(InputError, match="^top-3.yaml, line 12: share "):
        broken.experiments(LAYERS)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"schema": 2}, "has schema 2, newer than 1"),
        ({"number": "3"}, "'number' is missing or no int"),
        ({"files": [TOP_3]}, "'files' is missing or no dict"),
        ({"files": {"top-3": 3}}, "'top-3' is missing or no str"),
        ({"former": None}, "'former' is missing"),
        ({"stops": [{"experiment": "top-3"}]}, "is no stop of a variant"),
        ({"stops": ["top-3"]}, "is no stop of a variant"),
    ],
)
def test_each_defect_is_told(change, sentence):
    values = {**json.loads(published.dump(SOME)), **change}
    with pytest.raises(ArtifactError, match=sentence):
        published.parse(json.dumps(values))


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff"])
def test_what_is_no_object_is_damaged(storage, data):
    storage.write_bytes(KEY, data)
    with pytest.raises(ArtifactError, match="is damaged, .* put back an earlier"):
        published.read(storage)


def test_fields_of_a_later_version_are_no_defect():
    values = json.loads(published.dump(SOME))
    values["stops"][0]["ticket"] = "SHOP-12"
    assert published.parse(json.dumps({**values, "note": "x"})) == SOME
