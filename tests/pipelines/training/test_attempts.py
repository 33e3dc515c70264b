import json
import os
import sys
import time
from pathlib import Path

import pytest

from common.errors import GateError, InputError, ListrecError, UnavailableError
from common.runs.records import RunRecords, runs
from common.store.storage import Storage
from pipelines.training import local
from pipelines.training.resources import parse_resources
from pipelines.training.watchdog import run_limited


@pytest.fixture
def train(world, settings, snapshot, champion):
    """Train a price model under limits; return the events, those of a failed run too."""

    def start(limits, path=snapshot, **config):
        arguments = {
            "snapshot": str(path),
            "encoders": "",
            "config": json.dumps({"price": config}),
            "force": False,
        }
        step = {"backoff": "0s", **limits}
        resources = parse_resources({"default": step, "steps": {"train_model": step}})
        events = []
        try:
            local.train(settings, ("price",), arguments, events.append, resources)
        except ListrecError as error:
            return events, error
        return events, None

    return start


def attempts(events, step="train_model"):
    return [e.kind for e in events if e.step == step and e.kind != "progress"]


@pytest.mark.parametrize("how", ["kill", "answer"])
def test_a_step_that_was_killed_or_found_no_store_is_tried_again(train, how):
    events, error = train({"retries": 1}, stumble=how)

    assert error is None
    assert attempts(events) == ["start", "error", "note", "start", "done"]


def test_a_step_that_is_killed_too_often_ends_the_run_and_its_record_says_why(
    train, settings
):
    events, error = train({"retries": 0}, stumble="kill")

    assert isinstance(error, UnavailableError)
    assert attempts(events) == ["start", "error"]
    assert "train_model price was killed" in reasons(settings)[0]


@pytest.mark.parametrize(
    ("config", "kind"), [({"score": 0.1}, GateError), ({"barren": True}, InputError)]
)
def test_a_missed_gate_and_bad_input_are_not_tried_again(train, config, kind):
    events, error = train({"retries": 3}, **config)

    assert isinstance(error, kind)
    assert [e.message for e in events if "tried again" in e.message] == []


def test_a_step_that_hangs_is_ended_and_its_record_says_so(train, settings):
    _, error = train({"retries": 0, "timeout": "10s"}, stumble="hang")

    assert isinstance(error, UnavailableError)
    assert "took longer than 10s" in str(error)
    assert reasons(settings) == [
        "train_model price was ended because it took longer than 10s"
    ]


def test_all_processes_of_a_command_are_killed_when_its_time_is_up(tmp_path):
    pid = tmp_path / "pid"
    child = f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(1000)"
    shell = f'"{sys.executable}" -c "{child}"; true'

    code, is_late = run_limited(["sh", "-c", shell], {}, 2)

    assert is_late
    assert code != 0
    assert is_gone(int(pid.read_text()))


def test_a_command_has_its_exit_code_its_output_and_its_variables(capsys):
    code, is_late = run_limited(
        ["sh", "-c", "echo $COLOUR; exit 7"], {"COLOUR": "red"}, 60
    )

    assert (code, is_late) == (7, False)
    assert capsys.readouterr().out == "red\n"


def is_gone(pid):
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            return True
        time.sleep(0.05)
    return False


def reasons(settings):
    storage = Storage(settings.store)
    (name,) = runs(storage)
    outcome = RunRecords(storage, name).outcome()
    assert outcome
    return outcome["reasons"]
