import json

import pytest

from cli.main import main
from common.store import artifacts
from common.store.release import ReleaseStore
from models import NAMES


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("LISTREC_HOME", str(tmp_path / "home"))
    return ReleaseStore(str(tmp_path / "home" / "store"))


@pytest.fixture
def release(store, tmp_path):
    """Publish a release whose artifacts hold some content, and promote it."""

    def publish(content):
        models = {}
        for name in NAMES:
            folder = artifacts.write(
                tmp_path / "made",
                role="model",
                name=name,
                kind="tiny",
                save=lambda out: (out / "content").write_text(content) and None,
            )
            models[name] = store.publish_artifact(folder)
        released = store.publish(models)
        store.promote(released.id)
        return released

    return publish


def test_list_marks_the_champion(store, release, capsys):
    first, second = release("a"), release("b")

    assert main(["registry", "list"]) == 0

    out = capsys.readouterr().out
    assert f"* {second.id}" in out
    assert f"  {first.id}" in out
    assert first.models["price"] in out


def test_list_as_json_says_which_is_the_champion(store, release, capsys):
    release("a")
    second = release("b")

    main(["registry", "list", "--json"])

    released = json.loads(capsys.readouterr().out)
    assert [entry["id"] for entry in released if entry["champion"]] == [second.id]


def test_list_says_what_to_do_when_nothing_was_released(store, capsys):
    assert main(["registry", "list"]) == 0

    assert "listrec train all" in capsys.readouterr().out


def test_show_prints_the_cards_of_the_champion(store, release, capsys):
    released = release("a")
    store.write_card(released.models["price"], "# price card")

    assert main(["registry", "show", "--cards"]) == 0

    out = capsys.readouterr().out
    assert "# price card" in out
    assert f"Artifact {released.models['brand']} has no model card." in out


def test_promote_and_rollback_move_pointer_and_aliases(store, release, capsys):
    first, second = release("a"), release("b")

    assert main(["registry", "promote", first.id]) == 0
    assert store.champion() == first.id
    assert "listing-price: champion moved to version 1" in capsys.readouterr().out

    assert main(["registry", "rollback"]) == 0
    assert store.champion() == second.id
    assert (
        "listing-price: champion moved from version 1 to version 2"
        in capsys.readouterr().out
    )

    assert main(["registry", "reconcile"]) == 0
    assert "already" in capsys.readouterr().out


def test_an_unknown_release_is_refused_and_nothing_moves(store, release, capsys):
    released = release("a")

    assert main(["registry", "promote", "nonsense"]) == 4

    assert "there is no release nonsense" in capsys.readouterr().err
    assert store.champion() == released.id


def test_a_promotion_in_the_place_of_another_champion_is_refused(
    store, release, capsys
):
    first, second = release("a"), release("b")

    assert main(["registry", "promote", first.id, "--expect", first.id]) == 3

    error = capsys.readouterr().err
    assert f"the champion is {second.id} and not {first.id}" in error
    assert store.champion() == second.id
