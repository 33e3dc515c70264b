"""A search that is killed in the middle of a trial, or interrupted, goes on later."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest
import yaml

from common.settings import Settings
from pipelines.tracking.client import open_client

LISTREC = [sys.executable, "-c", "from cli.main import run; run()"]
MANY = 500
SQL = """
SELECT state FROM trials WHERE state != 'RUNNING' OR trial_id IN
(SELECT trial_id FROM trial_user_attributes WHERE key = 'mlflow_run') ORDER BY number
"""
"""States of trials, without one that mlflow does not know yet."""


@pytest.fixture
def words(tunable, quick, tmp_path):
    """A function of the number of trials: the words of a command that searches settings."""
    (tmp_path / "quick.yaml").write_text(yaml.safe_dump(quick))

    def command(trials):
        options = {
            "--snapshot": tunable / "shop",
            "--config": tmp_path / "quick.yaml",
            "--out": tmp_path / "best.yaml",
            "--trials": trials,
        }
        return [
            *LISTREC,
            "tune",
            "price",
            *(str(word) for pair in options.items() for word in pair),
        ]

    return command


@pytest.fixture
def environment(tunable):
    inherited = {
        name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ
    }
    root = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
    return {
        "PYTHONPATH": root,
        **inherited,
        "LISTREC_HOME": str(tunable),
        "OMP_NUM_THREADS": "1",
    }


def states(tunable):
    """States of the trials of the only study, in their order."""
    try:
        with closing(
            sqlite3.connect(f"file:{tunable}/studies.db?mode=ro", uri=True)
        ) as database:
            return [state for (state,) in database.execute(SQL)]
    except sqlite3.OperationalError:  # not made yet
        return []


def stop_in_the_middle(command, environment, tunable, number):
    """Start the command, send a signal while a later trial runs; return stderr and exit code."""
    # In the background it is off.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            command, env=environment, stderr=subprocess.PIPE, text=True
        )
    finally:
        signal.signal(signal.SIGINT, before)
    for _ in range(1200):
        if (now := states(tunable))[:1] == ["COMPLETE"] and now[-1] == "RUNNING":
            break
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    process.send_signal(number)
    return process.communicate()[1], process.returncode


@pytest.mark.slow
def test_a_killed_search_goes_on_and_its_last_trial_is_made_again(
    words, environment, tunable
):
    _, code = stop_in_the_middle(words(MANY), environment, tunable, signal.SIGKILL)
    before = states(tunable)
    assert code == -signal.SIGKILL
    assert before[-1] == "RUNNING"
    done = before.count("COMPLETE")
    resumed = subprocess.run(
        words(done + 1), env=environment, capture_output=True, text=True
    )
    assert resumed.returncode == 0, resumed.stderr
    assert "1 that had been killed were put back" in resumed.stderr
    after = states(tunable)
    assert after == [*before[:-1], "FAIL", "COMPLETE"]
    client = open_client(Settings.from_environment(environment))
    experiment = client.get_experiment_by_name("listrec/tune-price").experiment_id
    killed = client.search_runs([experiment], "tags.state = 'killed'")
    assert [run.info.status for run in killed] == ["KILLED"]


def test_an_interrupted_search_ends_with_130_and_keeps_what_is_done(
    words, environment, tunable
):
    output, code = stop_in_the_middle(words(MANY), environment, tunable, signal.SIGINT)
    assert code == 130, output
    assert "the same command goes on from here" in output
    now = states(tunable)
    assert "RUNNING" not in now
    assert now.count("COMPLETE") >= 1
    assert now[-1] == "WAITING"
