import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from common.crash_points import CRASH_POINTS, arm
from common.errors import InputError

ROOT = Path(__file__).parents[2]
CRASH = """
import os
from common.crash_points import arm, crash_point

arm(os.environ)
crash_point("publish.before-manifest")
print("alive", flush=True)
crash_point("publish.after-manifest")
print("survived", flush=True)
"""


def test_every_crash_point_of_the_code_is_listed_and_none_else():
    called = []
    for room in ("common", "pipelines", "cli"):
        for path in (ROOT / room).rglob("*.py"):
            called += re.findall(r'\bcrash_point\("(.*?)"\)', path.read_text("utf-8"))
    assert sorted(called) == sorted(CRASH_POINTS)


def test_a_process_is_killed_at_its_crash_point_and_not_before():
    done = subprocess.run(
        [sys.executable, "-c", CRASH],
        env={"LISTREC_CRASH_AT": "publish.after-manifest", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, b"alive\n")


def test_a_place_that_is_no_crash_point_is_refused_in_a_sentence():
    with pytest.raises(
        InputError, match="'nowhere', which is no crash point: .* lists"
    ):
        arm({"LISTREC_CRASH_AT": "nowhere"})
