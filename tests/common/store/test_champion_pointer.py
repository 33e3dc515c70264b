import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from common.errors import RefusedError, UnavailableError
from common.store import champion_pointer
from common.store.champion_pointer import promote, read, rollback
from common.store.storage import Storage


def _accept(release_id):
    """A check that every release passes."""


def test_a_promotion_in_the_place_of_another_champion_is_refused(store_url):
    storage = Storage(store_url)
    with pytest.raises(RefusedError, match="r1 was not promoted: .* is none and not"):
        promote(storage, "r1", expect="r0")
    promote(storage, "r1")
    promote(storage, "r2", expect="r1")
    with pytest.raises(RefusedError, match="the champion is r2 and not r1"):
        promote(storage, "r3", expect="r1")
    assert read(storage).champions == ("r2", "r1")


def test_a_promotion_that_comes_second_is_tried_again(store_url, monkeypatch):
    storage, other = Storage(store_url), Storage(store_url)
    _change_meanwhile(monkeypatch, storage, lambda: promote(other, "r1"))
    promote(storage, "r2")
    assert read(storage).champions == ("r2", "r1")


def test_a_rollback_that_comes_second_is_refused(store_url, monkeypatch):
    storage, other = Storage(store_url), Storage(store_url)
    promote(storage, "r1")
    promote(storage, "r2")
    _change_meanwhile(monkeypatch, storage, lambda: promote(other, "r3"))
    with pytest.raises(RefusedError, match="another process changed the champion"):
        rollback(storage, _accept)
    assert read(storage).champions == ("r3", "r2", "r1")


def test_a_champion_that_never_stops_changing_is_a_sentence(tmp_path, monkeypatch):
    storage = Storage(str(tmp_path))
    monkeypatch.setattr(champion_pointer, "MAX_PAUSE", 0)
    monkeypatch.setattr(storage, "replace_text", lambda key, old, new: False)
    with pytest.raises(UnavailableError, match="changed the champion 10 times"):
        promote(storage, "r1")


def test_of_many_promotions_in_the_place_of_one_champion_one_succeeds(store_url):
    _contest(store_url, rounds=1, contenders=8)


@pytest.mark.slow
def test_of_200_promotions_in_the_place_of_one_champion_one_succeeds(store_url):
    _contest(store_url, rounds=2, contenders=200)


def test_promotions_by_several_processes_are_all_in_the_history(store_url):
    script = (
        "import sys; from common.store.champion_pointer import promote;"
        "from common.store.storage import Storage;"
        "[promote(Storage(sys.argv[1]), name) for name in sys.argv[2:]]"
    )
    names = [[f"r{process}-{number}" for number in range(3)] for process in range(4)]
    processes = [
        subprocess.Popen([sys.executable, "-c", script, store_url, *group])
        for group in names
    ]
    assert [process.wait(60) for process in processes] == [0, 0, 0, 0]
    assert sorted(read(Storage(store_url)).champions) == sorted(sum(names, []))


HOLD = """
import sys, time
from pathlib import Path
from common.store.folder import _locked

with _locked(Path(sys.argv[1], "champion")):
    print("locked", flush=True)
    time.sleep(600)
"""


def test_a_process_that_is_killed_while_it_promotes_is_in_nobodys_way(tmp_path):
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"locked\n"
        process.kill()
    promote(Storage(str(tmp_path)), "r1")
    assert read(Storage(str(tmp_path))).champions == ("r1",)


def _contest(url, rounds, contenders):
    """Promote others than the champion at once, each in its place; check that one succeeds."""
    storages = [Storage(url) for _ in range(contenders)]
    champion = "r0"
    promote(storages[0], champion)

    for number in range(rounds):
        start = threading.Barrier(contenders)
        names = [f"r{number}-{contender}" for contender in range(contenders)]
        with ThreadPoolExecutor(contenders) as pool:
            contend = partial(_succeeds, start, champion)
            succeeded = list(pool.map(contend, storages, names))

        winners = [name for name, won in zip(names, succeeded, strict=True) if won]
        assert len(winners) == 1
        assert read(storages[0]).champions[:2] == (*winners, champion)
        champion = winners[0]


def _succeeds(start, champion, storage, name):
    start.wait()
    try:
        promote(storage, name, expect=champion)
    except RefusedError:
        return False
    return True


def _change_meanwhile(monkeypatch, storage, change):
    """Call ``change`` after the first time that the storage has read the champion."""
    read_text, changes = storage.read_text, [change]

    def read_then_change(key):
        text = read_text(key)
        if changes:
            changes.pop()()
        return text

    monkeypatch.setattr(storage, "read_text", read_then_change)
