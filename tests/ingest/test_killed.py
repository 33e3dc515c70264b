"""Killed at any moment, an ingest leaves no half snapshot, and the next run starts clean."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from common.errors import InputError
from common.progress import ignore_progress
from common.snapshot import Snapshot
from ingest.ingest import Options, ingest_file

ROWS = 12_000

MOMENTS = {
    "before the first batch": "ingest.fit_splitter = kill",
    "after the first batch": "progress = kill",
    "in the middle": "progress = lambda message, fraction: message.startswith('8,192') and kill()",
    "before the report": "description.write_report = kill",
    "before the manifest": "description.asdict = kill",
    "before the folder is named": "pathlib.Path.rename = kill",
    "after the folder is named": "ingest.Snapshot.open = kill",
}

PROGRAM = """
import os, pathlib, signal, sys
from common.progress import ignore_progress as progress
from ingest import description, ingest
def kill(*args, **named):
    os.kill(os.getpid(), signal.SIGKILL)
{moment}
ingest.ingest_file(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), ingest.Options(), progress)
"""


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_run_leaves_all_or_nothing_and_the_next_succeeds(tmp_path, moment):
    source, out = tmp_path / "t.csv", tmp_path / "out"
    source.write_text(
        "title,price\n" + "".join(f"thing {n},{n + 1}\n" for n in range(ROWS))
    )
    program = PROGRAM.format(moment=MOMENTS[moment])
    command = [sys.executable, "-c", program, source, out]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == -9
    assert out.exists() == moment.startswith("after the folder")
    if out.exists():
        with pytest.raises(InputError, match="not changed"):
            ingest_file(source, out, Options(), ignore_progress)
    else:
        ingest_file(source, out, Options(), ignore_progress)
    assert Snapshot.open(out).manifest.rows["accepted"] == ROWS
    assert sorted(os.listdir(tmp_path)) == ["out", "t.csv"]
