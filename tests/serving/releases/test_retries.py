import time

from serving.releases.retries import Retries


def test_each_failure_leaves_a_release_alone_for_twice_as_long(monkeypatch):
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    failing = Retries()
    assert not failing.must_wait("r1")

    for seconds in (1, 2, 4, 8):
        failing.fail("r1")
        now += seconds - 0.1
        assert failing.must_wait("r1")
        now += 0.2
        assert not failing.must_wait("r1")


def test_another_release_does_not_wait():
    failing = Retries()
    failing.fail("r1")
    assert not failing.must_wait("r2")


def test_a_release_that_comes_back_is_tried_at_once():
    failing = Retries()
    failing.fail("r1")
    failing.prune(["r2"])
    assert not failing.must_wait("r1")
