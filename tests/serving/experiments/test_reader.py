import os
from dataclasses import replace

import pytest

from common.experiments import published
from common.experiments.published import KEY, Published
from serving.experiments.reader import ExperimentsReader
from serving.experiments.target import ExperimentsTarget
from tests.serving.experiments.conftest import Shop, trial


@pytest.fixture
def shop(tmp_path):
    return Shop(str(tmp_path / "store"))


@pytest.fixture
def target(tmp_path):
    (tmp_path / "server").mkdir()
    return ExperimentsTarget(tmp_path / "server")


@pytest.fixture
def read(shop, target):
    """Lets a new reader look once, as one that has died is replaced."""

    def read(url=shop.storage.url):
        lifeline, other_side = os.pipe()
        os.close(other_side)
        ExperimentsReader(url, target, 60.0).run(lambda: None, lifeline)
        os.close(lifeline)
        return target.read()

    return read


def test_before_the_first_publication_there_is_nothing_to_apply(read):
    assert read() == Published()


def test_what_is_published_is_to_be_applied(read, shop):
    shop.publish(trial=trial())
    assert read() == published.read(shop.storage)
    shop.stop("trial")
    assert read().stops[0].experiment == "trial"


def test_an_empty_publication_ends_all_experiments(read, shop):
    shop.publish(trial=trial())
    read()
    shop.publish()
    assert read().files == {}


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        (None, "{"),
        (None, ""),
        (None, '{"schema": 99}'),
        ("share: 0.5", "share: 0.6"),
        ("layer: category", "layer: colour"),
    ],
)
def test_what_is_broken_leaves_what_was_good(read, shop, text, instead, caplog):
    shop.publish(trial=trial())
    good = read()
    whole = shop.storage.read_text(KEY)
    shop.storage.write_text(KEY, whole.replace(text or whole, instead))

    assert read() == good
    assert "experiments refused" in caplog.text


def test_what_was_removed_from_the_store_leaves_what_was_good(read, shop, caplog):
    shop.publish(trial=trial())
    good = read()
    shop.storage.remove(KEY)

    assert read() == good
    assert "experiments refused" in caplog.text


def test_what_was_stopped_counts_also_where_a_file_is_broken(read, shop):
    shop.publish(trial=trial())
    good = read()
    shop.stop("trial", "other")

    stopped = published.read(shop.storage)
    files = {**stopped.files, "newer": "layer: a model of tomorrow"}
    published.write(shop.storage, stopped, replace(stopped, files=files))

    assert read() == replace(good, stops=stopped.stops)


def test_experiments_that_share_sellers_leave_what_was_good(read, shop):
    shop.publish(trial=trial())
    good = read()
    before = published.read(shop.storage)
    both = {"trial": trial(), "again": trial()}
    published.write(shop.storage, before, replace(before, files=both, number=2))
    assert read() == good


def test_a_store_that_does_not_answer_leaves_what_was_good(read, shop, caplog):
    shop.publish(trial=trial())
    good = read()
    # A folder that is a file answers nothing.
    assert read(f"{shop.storage.url}/{KEY}") == good
    assert "experiments unreachable" in caplog.text


def test_a_problem_is_told_once(shop, target, caplog):
    reader = ExperimentsReader(shop.storage.url, target, 0.01)
    shop.storage.write_text(KEY, "{")
    for _ in range(3):
        reader._look(shop.storage)
    assert caplog.text.count("experiments refused") == 1
