import os
import subprocess
import sys

import pytest

from common.child_processes import ROOT, python_environment

PROBE = "import json, models, common; print(json.__file__, models.__file__)"


@pytest.fixture
def project(tmp_path):
    """A user's folder whose files have the names of our packages and of Python's own."""
    for name in ("common.py", "json.py", "torch.py", "cli.py", "kfp.py"):
        (tmp_path / name).write_text(f"raise SystemExit('{name} was imported')")
    for name in ("models", "pipelines", "serving"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(f"raise SystemExit('{name}')")
    return tmp_path


def test_a_process_finds_our_packages_and_no_file_of_the_current_folder(project):
    environment = os.environ | python_environment({"PYTHONPATH": os.pathsep + "/x"})

    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert str(ROOT / "models") in done.stdout
    assert str(project) not in done.stdout


def test_empty_entries_go_and_others_stay_after_ours():
    path = os.pathsep.join(["", "/x", str(ROOT), "/y"])
    entries = python_environment({"PYTHONPATH": path})["PYTHONPATH"].split(os.pathsep)
    assert entries == [str(ROOT), "/x", "/y"]


def test_the_command_starts_as_a_module_in_any_folder(project):
    (project / "cli.py").unlink()  # the one name that Python itself looks up there

    done = subprocess.run(
        [sys.executable, "-m", "cli", "--help"],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "listrec ingest" in done.stdout
