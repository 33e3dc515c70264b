import os
import signal
import time

import pytest

from common.errors import ArtifactError, UnavailableError
from serving.releases.child import run_in_child


def test_a_task_runs_in_a_process_of_its_own():
    child = int(run_in_child(lambda: str(os.getpid()), 20))

    assert child != os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def _refuse():
    raise ArtifactError("it is damaged: publish it again")


def _divide():
    return str(1 / 0)


def _crash():
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize(
    ("task", "error", "sentence"),
    [
        (_refuse, ArtifactError, "it is damaged: publish it again"),
        (_divide, ArtifactError, "a bug while loading or asking it, logged as"),
        (_crash, UnavailableError, "its process died"),
    ],
)
def test_what_goes_wrong_there_is_an_error_here(task, error, sentence):
    with pytest.raises(error, match=sentence):
        run_in_child(task, 20)


def _hang():
    time.sleep(60)
    return ""


def test_a_task_that_hangs_is_ended():
    started = time.monotonic()

    with pytest.raises(UnavailableError, match="it took too long"):
        run_in_child(_hang, 0.2)

    assert time.monotonic() - started < 30


def test_a_task_ends_when_what_waits_for_it_is_told_to_stop():
    watched, other_side = os.pipe()
    os.close(other_side)

    with pytest.raises(UnavailableError, match="stopping"):
        run_in_child(_hang, 60, [watched])
    os.close(watched)
