"""Today's code reads what an earlier version wrote: releases, runs, the history, events."""

import json
from datetime import UTC, datetime

import numpy as np
import pytest

from cli.main import main
from common.event_lines import format_event, parse_event
from common.events import Outcome, Shown
from common.listing import Listing
from models.suggester import load
from pipelines.data_checks.profile import read_profile
from pipelines.evaluation.unseen_rows import learned_from, unseen_rows
from pipelines.registry.garbage import GRACE, find_garbage
from tests.fixtures.old_homes import (
    assert_same_answer,
    event_lines,
    recorded_answers,
)


@pytest.fixture
def say(old, capsys):
    """Run a command of the registry with ``--json``; return what it prints."""

    def run(*words):
        assert main(["registry", *words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def test_the_champion_answers_as_it_did(version, old, old_store):
    suggester = load(old_store.fetch(old.cache))
    for listing, answer in recorded_answers(version):
        assert_same_answer(suggester.suggest(listing), answer)


def test_releases_and_their_history_are_read(say, old_store):
    champion, before = old_store.champions()
    releases = say("list")
    assert {release["id"] for release in releases} == {champion, before}
    assert say("show", before)["id"] == before
    assert {move["cause"]["by"] for move in say("history")} == {"upgrading"}
    assert {item["part"] for item in say("diff", before, champion)} == {"price"}


def test_runs_and_what_they_made_are_read(say, old_store):
    runs = say("runs")
    assert [run["state"] for run in runs] == ["promoted", "promoted"]
    [last, _] = [run["name"] for run in runs]
    steps = say("runs", last)["steps"]
    assert "train_model" in {step["step"] for step in steps}

    found = say("lineage")
    assert found["runs"] == [last]
    assert len({part["snapshot"] for part in found["parts"]}) == 1
    assert all(old_store.card(part["artifact"]) for part in found["parts"])


def test_the_champion_is_rolled_back_and_promoted_again(old_store):
    champion, before = old_store.champions()
    assert old_store.rollback() == before
    old_store.promote(champion, before)

    assert old_store.check().id == champion
    assert [move.release for move in old_store.moves()][:2] == [champion, before]


def test_the_next_run_finds_profile_and_split_of_the_champions_rows(old_store):
    champion = old_store.manifest(old_store.read().models["price"])
    profile = read_profile(old_store.storage, champion.snapshot)
    assert (profile.id, profile.rows) == (champion.snapshot, 120)

    rows = [Listing(title=f"Nike shoes {number}") for number in range(60)]
    unseen = unseen_rows(old_store.storage, learned_from(old_store, champion), rows)
    assert 0 < len(unseen) < 60
    assert np.all(np.diff(unseen) > 0)


def test_nothing_that_the_champions_need_is_garbage(old_store):
    later = datetime.now(UTC) + 2 * GRACE
    garbage = find_garbage(old_store, 1, (), later)
    assert {kind for kind, keys in garbage.keys.items() if keys} <= {"results"}


def test_events_are_read_and_written_as_they_were(version):
    lines = event_lines(version)
    events = [parse_event(line) for line in lines]
    assert {type(event) for event in events} == {Shown, Outcome}
    assert [format_event(event) for event in events] == lines
