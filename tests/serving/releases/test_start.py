"""``listrec serve --also`` as processes: what is held, refused at the start, and asked by name."""

import json
import os
import subprocess

import pytest

from cli.main import main
from common.listing import Listing
from serving.client import Client
from tests.serving.releases.conftest import LISTREC


def test_a_release_that_is_not_in_the_store_is_refused_at_the_start(home):
    _refuses(home, "nothing", "there is no release nothing in the store")


@pytest.mark.slow
def test_a_release_that_is_damaged_is_refused_at_the_start(home):
    folder = home.path / "store" / "artifacts" / home.rival.models["price"]
    damaged = folder / "calibration.json"
    damaged.write_bytes(damaged.read_bytes()[:-100])

    _refuses(home, home.rival.id, "does not match its checksum")


def test_workers_hold_a_named_release_while_the_champion_changes(serve, home):
    prices = {"price": home.rival.models["price"]}
    third = home.store.publish({**home.champion.models, **prices})
    served = serve("--workers", "2", "--also", home.rival.id)
    listing = Listing("running shoes")

    with Client(served.address) as client:
        before = client.suggest(listing, timeout=20, release=home.rival.id)
        home.store.promote(third.id)
        served.wait_for("release taken", third.id, 2)
        after = client.suggest(listing, timeout=20, release=home.rival.id)

    assert before == after
    assert (after.release, served.release()) == (home.rival.id, third.id)


def test_a_release_is_named_on_the_command_line(serve, home, capsys):
    rival = home.rival.id
    served = serve("--workers", "1", LISTREC_ALSO=rival, LISTREC_RELEASE_POLL="0")
    words = ["suggest", "--server", served.address, "--title", "shoes", "--json"]

    assert main([*words, "--release", rival]) == 0
    assert json.loads(capsys.readouterr().out)["release"] == rival
    assert main([*words, "--release", "r9"]) == 4
    sentence = f"release r9 is not held here, but {home.champion.id}, {rival}"
    assert sentence in capsys.readouterr().err


def test_a_release_of_the_store_is_asked_without_a_server(home, monkeypatch, capsys):
    monkeypatch.setenv("LISTREC_HOME", str(home.path))
    monkeypatch.delenv("LISTREC_STORE", raising=False)
    words = ["suggest", "--title", "shoes", "--release", home.rival.id, "--json"]

    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["release"] == home.rival.id


def _refuses(home, release, reason):
    done = subprocess.run(
        [*LISTREC, "serve", "--port", "0", "--also", release],
        env=os.environ | {"LISTREC_HOME": str(home.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (4, "")
    assert f"release {release} of --also (LISTREC_ALSO) cannot be served" in done.stderr
    assert reason in done.stderr
