from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from common.errors import GateError, RefusedError
from common.store import promotion_hold
from common.store.storage import Storage
from models import NAMES
from pipelines.training import release_steps, train_steps

MISSED: Any = {
    "target": "brand",
    "passed": False,
    "reasons": ["top1 is 0.1; it must be at least 0.4"],
}
PASSED: Any = {"target": "price", "passed": True, "reasons": []}


def test_admits_only_when_every_gate_was_passed(context):
    assert release_steps.admit(context, [PASSED], force=False) == [PASSED]

    with pytest.raises(
        GateError, match=r"brand: top1 is 0\.1; it must be at least 0\.4"
    ):
        release_steps.admit(context, [PASSED, MISSED], force=False)


def test_force_admits_what_missed_its_gate(context):
    assert release_steps.admit(context, [MISSED], force=True) == [MISSED]


def test_the_first_model_alone_is_released_and_told_what_is_missing(
    context, artifact, store
):
    proposal = release_steps.publish(
        context, [{"target": "price", "artifact": artifact("price")}]
    )

    assert set(store.read(proposal["release"]).models) == {"price"}
    others = " and ".join(name for name in NAMES if name != "price")
    assert proposal["note"] == f"without {others}, which no run has trained yet"


def test_models_trained_one_after_the_other_become_one_release(
    context, artifact, store
):
    for name in NAMES:
        proposal = release_steps.publish(
            context, [{"target": name, "artifact": artifact(name)}]
        )
        store.promote(proposal["release"])

    assert set(store.read().models) == set(NAMES)
    assert proposal["note"] == ""


def test_the_rest_comes_from_the_champion_and_not_from_what_was_trained_last(
    context, artifact, store, champion
):
    store.set_newest("brand", artifact("brand", content="never released"))

    proposal = release_steps.publish(
        context, [{"target": "price", "artifact": artifact("price", content="new")}]
    )

    assert store.read(proposal["release"]).models["brand"] == champion.models["brand"]


def test_a_release_that_fails_its_verification_is_not_promoted(
    context, champion, world, settings
):
    Path(settings.store, "verification-fails").touch()

    with pytest.raises(GateError, match="price did not answer"):
        release_steps.verify(context, {"release": champion.id, "note": ""})


def test_a_release_that_answers_goes_on(context, champion, world):
    proposal = release_steps.verify(context, {"release": champion.id, "note": ""})

    assert proposal["verified"]


def test_an_incomplete_release_is_neither_tried_nor_promoted(context):
    nothing = {"release": "", "note": "why"}

    assert (
        release_steps.promote(context, release_steps.verify(context, nothing))
        == nothing
    )


def test_without_any_encoder_a_note_says_what_models_do_not_read(context):
    notes = []
    assert train_steps.choose_encoders(replace(context, note=notes.append), "") == []
    assert "photos are not read: run 'listrec train encoders" in notes[0]


def test_encoders_are_those_wanted_then_the_champions_then_the_newest(
    context, world, store, artifact
):
    def encoder(content):
        return artifact("text", role="encoder", content=content)

    def chosen(wanted):
        return [
            challenger["artifact"]
            for challenger in train_steps.choose_encoders(context, wanted)
        ]

    newest, wanted, served = encoder("1"), encoder("2"), encoder("3")
    store.set_newest("encoders", f"{newest}\n{wanted}")
    assert chosen("") == [newest, wanted]

    store.promote(store.publish({"price": artifact("price", encoders=(served,))}).id)

    assert chosen("") == [served]
    assert chosen(f"{wanted},{newest}") == [wanted, newest]


def test_two_runs_at_once_do_not_put_each_others_models_back(
    context, artifact, store, champion, world
):
    first, second = (
        release_steps.publish(
            context, [{"target": name, "artifact": artifact(name, content="new")}]
        )
        for name in ("price", "brand")
    )
    store.promote(first["release"])

    with pytest.raises(RefusedError, match="champion changed during this run; run it"):
        release_steps.promote(context, second)
    assert store.champion() == first["release"]


def test_the_first_release_of_all_is_refused_where_another_was_first(
    context, artifact, store
):
    proposal = release_steps.publish(
        context, [{"target": "price", "artifact": artifact("price")}]
    )
    store.promote(store.publish({"brand": artifact("brand")}).id)

    assert proposal["expect"] == ""
    with pytest.raises(RefusedError, match="and not none"):
        release_steps.promote(context, proposal)


def test_while_promotions_are_held_the_release_waits(
    context, champion, artifact, store
):
    until = datetime.now(UTC) + timedelta(days=1)
    promotion_hold.write(Storage(store.url), until, "prices of shoes", "ann")
    proposal = release_steps.publish(
        context, [{"target": "price", "artifact": artifact("price", content="new")}]
    )

    held = release_steps.promote(context, proposal)

    assert "by ann: prices of shoes" in held["hold_reason"]
    assert "promoted" not in held
    assert store.champion() == champion.id
