import os
import signal
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest

from common.store.release import dump_release
from tests.serving.releases.conftest import until


def test_new_champions_are_served_under_load_and_nothing_is_lost(serve, home, sellers):
    served = serve("--workers", "2")
    versions = {each.id: dict(each.models) for each in (home.champion, home.rival)}

    with sellers(served.address) as asking:
        for release in (home.rival, home.champion, home.rival):
            taken = len(served.lines("release taken", release.id))
            home.store.promote(release.id)
            served.wait_for("release taken", release.id, taken + 2)

    assert (asking.errors, served.stop()) == ([], 0)
    assert {each.release for each in asking.answers} == set(versions)
    for answer in asking.answers:
        models = {name: each.version for name, each in answer.by_model.items()}
        assert models == versions[answer.release]


def test_what_must_not_be_served_is_refused_and_the_old_release_stays(
    serve, home, free_port
):
    served = serve("--workers", "1", LISTREC_METRICS_PORT=str(free_port))

    for number, (damage, sentence) in enumerate(DAMAGES.items(), 1):
        release = damage(home)
        home.point_at(release)
        line = served.wait_for("release refused", release)[0]
        assert sentence in line["reason"]
        assert served.ask().release == line["served"] == home.champion.id
        assert (
            _metric(free_port, 'listrec_release_changes_total{result="refused"}')
            >= number
        )
    assert _metric(free_port, f'listrec_release{{release="{home.champion.id}"}}') == 1


@pytest.mark.slow
def test_a_refused_release_is_served_once_it_was_mended(serve, home):
    served = serve("--workers", "1")
    path = _file_of(home)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])

    home.store.promote(home.rival.id)
    served.wait_for("release refused", home.rival.id)
    path.write_bytes(whole)
    served.wait_for("release taken", home.rival.id)

    assert served.ask().release == home.rival.id


def test_a_release_that_is_named_is_served_whatever_the_champion(serve, home):
    served = serve("--workers", "2", "--release", home.rival.id)

    assert home.store.champion() != home.rival.id
    assert served.ask().release == home.rival.id
    # Nobody watches the champion.
    assert len(served.children()) == 2


def test_a_server_that_is_told_to_stop_during_a_swap_stops(serve, home):
    served = serve("--workers", "2")
    children = served.children()

    home.store.promote(home.rival.id)
    served.wait_for("release passed", home.rival.id)

    assert served.stop() == 0
    assert not any(Path(f"/proc/{child}").exists() for child in children)


def test_a_worker_that_dies_during_a_swap_is_replaced_by_one_with_the_new_release(
    serve, home
):
    served = serve("--workers", "1")
    worker, watcher = served.children()

    home.store.promote(home.rival.id)
    served.wait_for("release passed", home.rival.id)
    os.kill(worker, signal.SIGKILL)
    until(lambda: worker not in served.children() and served.release())

    assert served.ask().release == home.rival.id
    assert watcher in served.children()


@pytest.mark.slow
def test_a_watcher_that_dies_is_replaced(serve, home):
    served = serve("--workers", "1")
    worker, watcher = served.children()

    os.kill(watcher, signal.SIGKILL)
    until(lambda: watcher not in served.children() and len(served.children()) == 2)
    home.store.promote(home.rival.id)
    served.wait_for("release taken", home.rival.id)

    assert worker in served.children()


def test_a_shadow_release_is_compared_and_never_shown(serve, home, free_port):
    served = serve(
        *("--workers", "1", "--shadow", home.rival.id),
        LISTREC_METRICS_PORT=str(free_port),
        LISTREC_RELEASE_POLL="0",
    )
    compared = 'listrec_shadow_answers_total{kind="agrees",model="shipping"}'

    until(lambda: served.ask() and _metric(free_port, compared) > 0)

    # The prices of the rival are several times as high.
    differs = 'listrec_shadow_answers_total{kind="differs",model="price"}'
    assert _metric(free_port, differs) > 0
    assert served.ask().release == home.champion.id
    assert _metric(free_port, f'listrec_release{{release="{home.rival.id}"}}') == 0
    asked = _metric(free_port, 'listrec_requests_total{method="Suggest",status="OK"}')
    assert asked >= 2
    assert served.stop() == 0


@pytest.mark.slow
def test_predictors_of_other_processes_change_with_their_suggester(
    serve, home, sellers
):
    price = serve("predictor", "price", "--workers", "1")
    front = serve(
        "suggester", "--workers", "1", LISTREC_PREDICTORS=f"price={price.address}"
    )
    versions = {each.id: each.models["price"] for each in (home.champion, home.rival)}

    with sellers(front.address) as asking:
        home.store.promote(home.rival.id)
        front.wait_for("release taken", home.rival.id)

    assert (asking.errors, front.release()) == ([], home.rival.id)
    for answer in asking.answers:
        assert answer.by_model["price"].version == versions[answer.release], (
            answer.missing
        )


def _truncate(home) -> str:
    path = _file_of(home)
    path.write_bytes(path.read_bytes()[:-100])
    return home.rival.id


def _forget_encoders(home) -> str:
    return _publish(home, "mixed", encoders=())


def _come_from_the_future(home) -> str:
    return _publish(home, "newer", schema=99)


def _break(home) -> str:
    (home.path / "store" / "releases" / "broken.json").write_text("{")
    return "broken"


DAMAGES = {
    _truncate: "does not match its checksum",
    _forget_encoders: "which release mixed lacks",
    _come_from_the_future: "has schema 99, newer than 1 known here",
    _break: "the manifest of release broken is damaged",
}


def _publish(home, name, **changes) -> str:
    """Write the manifest of a release that nobody would publish."""
    manifest = dump_release(replace(home.champion, id=name, **changes))
    (home.path / "store" / "releases" / f"{name}.json").write_text(manifest)
    return name


def _file_of(home) -> Path:
    """A file of the store that only the rival has."""
    folder = home.path / "store" / "artifacts" / home.rival.models["price"]
    return folder / "calibration.json"


def _metric(port, name) -> float:
    url = f"http://127.0.0.1:{port}/metrics"
    with urllib.request.urlopen(url, timeout=20) as response:
        lines = response.read().decode().splitlines()
    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return float(values.get(name, 0))
