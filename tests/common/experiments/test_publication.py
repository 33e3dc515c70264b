import threading
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from common.errors import InputError
from common.experiments import published
from common.experiments.assignment import Assigner
from common.experiments.changes import describe_changes
from common.experiments.publication import check_removed, publish, stop
from common.experiments.published import Published, Stop
from common.store.storage import Storage
from tests.common.experiments.files import DAY, LAYERS, TOP_3, experiment_of

NOW = datetime(2026, 12, 3, 9, tzinfo=UTC)
BEFORE_THE_START = datetime(2026, 11, 20, 9, tzinfo=UTC)
OTHER = TOP_3.replace("[0, 0.5]", "[0.5, 1]")
TWO_TREATMENTS = TOP_3.replace(
    "  - name: three\n    share: 0.5",
    "  - name: four\n    share: 0.25\n  - name: three\n    share: 0.25",
)
STOP = Stop("top-3", "three", "sellers list less", "ann@desk", "2026-12-03T09:00:00")
SELLERS = [f"u-{number}" for number in range(400)]


def publish_texts(before, texts, now=NOW):
    experiments = [experiment_of(text, key) for key, text in texts.items()]
    return publish(before, experiments, LAYERS, "ann@desk", now)


@pytest.fixture
def first():
    return publish_texts(Published(), {"top-3": TOP_3})


@pytest.fixture
def storage(tmp_path, first):
    storage = Storage(str(tmp_path))
    published.write(storage, Published(), first)
    return storage


def variants(published):
    assigner = Assigner(published.experiments(LAYERS))
    attributes = {"language": "en"}
    return {
        seller: assignments["category"].variant.name
        for seller in SELLERS
        if (assignments := assigner.assign(seller, attributes, DAY))
    }


def test_a_publication_has_the_texts_the_author_and_a_number(first):
    assert first.files == {"top-3": TOP_3}
    assert (first.number, first.by, first.at) == (
        1,
        "ann@desk",
        "2026-12-03T09:00:00+00:00",
    )


def test_publishing_the_same_again_changes_nothing(first):
    assert publish_texts(first, {"top-3": TOP_3}) is first


def test_a_ramp_is_published(first):
    wider = publish_texts(first, {"top-3": TOP_3.replace("coverage: 0.2", "")})
    assert wider.number == 2
    assert variants(first).items() <= variants(wider).items()


def test_experiments_that_share_sellers_are_not_published(first):
    with pytest.raises(InputError, match="share sellers of the layer"):
        publish_texts(first, {"top-3": TOP_3, "top-4": TOP_3})


def test_a_started_experiment_that_was_removed_comes_back_unchanged_only(first):
    removed = publish_texts(first, {"top-4": OTHER})
    with pytest.raises(InputError, match="namespace of top-3 may not change"):
        publish_texts(removed, {"top-3": OTHER})
    assert publish_texts(removed, {"top-3": TOP_3}).files == first.files


def test_an_experiment_that_was_removed_before_its_start_may_come_back_changed():
    planned = publish_texts(Published(), {"top-3": TOP_3}, BEFORE_THE_START)
    removed = publish_texts(planned, {}, BEFORE_THE_START)
    assert publish_texts(removed, {"top-3": OTHER}).files == {"top-3": OTHER}


def test_a_removed_experiment_whose_file_cannot_be_read_may_have_started(first):
    broken = replace(first, files={"top-3": "layer: a model of the past"})
    assert publish_texts(broken, {}).former == broken.files


def test_a_published_file_that_cannot_be_read_is_replaced(first):
    broken = replace(first, files={"top-3": TOP_3 + "colour: red\n"})
    mended = publish_texts(broken, {"top-3": TOP_3})
    assert (mended.files, mended.number) == (first.files, 2)
    changes = describe_changes(broken, mended, LAYERS, NOW.date())
    assert list(changes) == ["top-3: replaces a file that cannot be read"]


@pytest.mark.parametrize("left", [{}, {"top-4": OTHER}])
def test_an_experiment_whose_file_is_deleted_does_not_end_while_it_runs(first, left):
    after = publish_texts(first, left)
    with pytest.raises(
        InputError, match=r"run: top-3\. .* 'listrec experiment stop top-3'"
    ):
        check_removed(first, after, LAYERS, NOW.date())


def test_the_file_of_an_experiment_that_is_stopped_or_over_may_go(storage, first):
    stopped = stop(storage, replace(STOP, variant=""), LAYERS)
    check_removed(stopped, publish_texts(stopped, {}), LAYERS, NOW.date())
    check_removed(first, publish_texts(first, {}), LAYERS, date(2026, 12, 15))
    check_removed(first, publish_texts(first, {}), LAYERS, date(2026, 11, 30))


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2026, 12, 14), "new"),
        (
            date(2026, 12, 15),
            "new, and nobody gets it, since its last day was 2026-12-14",
        ),
    ],
)
def test_a_new_experiment_that_is_over_is_told(first, today, state):
    changes = describe_changes(Published(), first, LAYERS, today)
    assert list(changes) == [f"top-3: {state}"]


def test_an_experiment_that_was_stopped_and_removed_is_told_to_be_back(storage, first):
    stopped = stop(storage, STOP, LAYERS)
    removed = publish_texts(stopped, {})
    back = publish_texts(removed, {"top-3": TOP_3})
    changes = describe_changes(removed, back, LAYERS, DAY)
    assert list(changes) == ["top-3: back, and stays stopped"]


def test_sellers_of_a_stopped_variant_are_in_no_experiment_and_others_stay(tmp_path):
    storage = Storage(str(tmp_path))
    first = publish_texts(Published(), {"top-3": TWO_TREATMENTS})
    published.write(storage, Published(), first)

    before = variants(first)
    after = variants(stop(storage, STOP, LAYERS))

    assert after == {seller: name for seller, name in before.items() if name != "three"}
    assert 0 < len(after) < len(before)


def test_with_its_last_treatment_an_experiment_is_stopped(storage):
    assert variants(stop(storage, STOP, LAYERS)) == {}


def test_sellers_of_a_stopped_experiment_are_free_for_another_one(storage):
    texts = {"top-3": TOP_3, "top-4": TOP_3}
    with pytest.raises(InputError, match="share sellers of the layer"):
        publish_texts(published.read(storage), texts)
    stopped = stop(storage, STOP, LAYERS)
    assert set(variants(publish_texts(stopped, texts)).values()) == {
        "control",
        "three",
    }


def test_nobody_is_in_a_stopped_experiment(storage):
    assert variants(stop(storage, replace(STOP, variant=""), LAYERS)) == {}


def test_the_first_stop_of_a_variant_is_kept(storage):
    stop(storage, STOP, LAYERS)
    again = stop(storage, replace(STOP, reason="again"), LAYERS)
    assert again.stops == (STOP,)
    assert again.number == 2


def test_what_was_stopped_never_starts_again(storage):
    stopped = stop(storage, replace(STOP, variant=""), LAYERS)
    removed = publish_texts(stopped, {})
    assert variants(publish_texts(removed, {"top-3": TOP_3})) == {}


@pytest.mark.parametrize(
    ("key", "variant", "sentence"),
    [
        ("top-5", "", "no experiment 'top-5' is published; there are: top-3"),
        ("top-3", "five", "top-3 has no variant 'five'; there are: three"),
        ("top-3", "control", "control is the control .* stop the experiment instead"),
    ],
)
def test_what_is_not_there_cannot_be_stopped(storage, key, variant, sentence):
    with pytest.raises(InputError, match=sentence):
        stop(storage, replace(STOP, experiment=key, variant=variant), LAYERS)


def test_stops_of_many_at_once_are_all_kept(tmp_path):
    texts = {f"e-{n}": _slice(n) for n in range(4)}
    storage = Storage(str(tmp_path))
    published.write(storage, Published(), publish_texts(Published(), texts))

    threads = [
        threading.Thread(
            target=stop, args=(storage, replace(STOP, experiment=key), LAYERS)
        )
        for key in texts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {each.experiment for each in published.read(storage).stops} == set(texts)


def _slice(number):
    return TOP_3.replace("[0, 0.5]", f"[{number / 4}, {(number + 1) / 4}]")
