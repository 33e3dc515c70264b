"""What is older than any fixture is read, or refused in a sentence that says what to do."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cli.main import main
from common.errors import ArtifactError
from common.progress import ignore_progress
from common.store import champion_pointer
from common.store.artifacts import MANIFEST
from common.store.release import dump_release
from ingest.ingest import Options
from models.suggester import load
from pipelines.data_checks.check import check_data
from pipelines.data_checks.config import DataConfig
from pipelines.evaluation.champion_comparison import compare_with_champion
from pipelines.registry.doctor import PROBLEM, examine
from pipelines.training.targets import TARGETS
from simulator.source import ingest_synthetic


def make_older(store):
    """Give the champion's artifacts the layout version before this one."""
    release, checksums = store.read(), {}
    for ref in release.checksums:
        values = json.loads(store.read_companion(ref, MANIFEST))
        older = json.dumps(values | {"schema": 1})
        store.write_companion(ref, MANIFEST, older)
        checksums[ref] = hashlib.sha256(older.encode()).hexdigest()
    text = dump_release(replace(release, checksums=checksums))
    store.storage.write_text(f"releases/{release.id}.json", text)


def test_a_pointer_without_a_history_is_read_and_continued(old_store, capsys):
    champion, before = old_store.champions()
    old_store.storage.write_text("champion", f"{champion}\n{before}\n")
    old_store.storage.remove("history")

    old_store.rollback()

    assert main(["registry", "history"]) == 0
    assert f"{champion} -> {before}" in capsys.readouterr().out
    assert old_store.champions() == [before]
    [move] = old_store.moves()
    assert (move.previous, move.release) == (champion, before)
    assert champion_pointer.read(old_store.storage).move == move.id


def test_an_artifact_of_an_older_layout_is_refused_with_the_remedy(old, old_store):
    make_older(old_store)
    with pytest.raises(ArtifactError, match="older than 2 needed here: retrain with"):
        load(old_store.fetch(old.cache))


def test_doctor_says_that_the_champion_is_of_an_older_layout(tracked, store, champion):
    make_older(store)
    checks = {check.name: check for check in examine(tracked, None, datetime.now(UTC))}
    assert checks["champion"].state == PROBLEM
    assert "has schema 1, older than 2" in checks["champion"].message
    assert "retrain with 'listrec train all" in checks["champion"].message
    assert checks["champion"].remedy == ""


def test_a_champion_of_an_older_layout_is_not_compared(
    store, champion, artifact, tmp_path
):
    older, new = champion.models["price"], artifact("price", content="new")
    make_older(store)

    record = compare_with_champion(store, tmp_path, older, new, None, None, 7)

    assert "has schema 1, older than 2" in record["skipped"]
    assert record["bytes"] == [store.manifest(new).size, 0]


def test_data_are_checked_beside_a_champion_of_an_older_layout(old_store, tmp_path):
    make_older(old_store)
    shop = ingest_synthetic(60, tmp_path / "shop", Options(seed=1), ignore_progress)
    notes = []

    check_data(old_store, shop, DataConfig(check=False), notes.append, lambda page: "")

    assert any(note.startswith("accepted: ") for note in notes)


@pytest.mark.slow
def test_a_run_replaces_a_champion_of_an_older_layout(run, champion, store):
    make_older(store)
    run(*TARGETS)
    release = store.check()
    assert set(release.models.values()).isdisjoint(champion.models.values())
