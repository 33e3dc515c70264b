"""A server needs ``.[serving]`` and nothing else: tried in an environment that has nothing else."""

import json
import os
import shutil
import signal
import subprocess
import venv
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

import models
from serving.releases.serving_only import NOT_FOR_SERVERS

ROOT = Path(__file__).parents[2]
PARTS = (
    "common",
    "models",
    "pipelines",
    "serving",
    "cli",
    "pyproject.toml",
    "README.md",
)

NOT_IMPORTED = ("pydantic", "rich", "huggingface_hub")
"""What tokenizers brings along and no server has a use for."""

FIND = """
import sys
from importlib.util import find_spec

print([name for name in sys.argv[1:] if find_spec(name)])
"""

IMPORT = """
import sys
import cli.serve, serving.server, serving.verify, tokenizers

print([name for name in sys.argv[1:] if name in sys.modules])
"""

ASK = """
import json, sys
from common.listing import Listing, Photo
from serving.client import Client

photos = (Photo(path=sys.argv[2]), Photo(data=b"no photo"))
with Client(sys.argv[1]) as client:
    for title in ("", "running shoes"):
        answer = client.suggest(Listing(title, condition="good", photos=photos), timeout=20)
        print(json.dumps([list(answer.by_model), answer.missing, answer.problems]))
"""


@pytest.fixture
def fresh(tmp_path):
    """The folder of an environment in which only ``.[serving]`` was installed, and its python."""
    folder, source = tmp_path, tmp_path / "source"
    source.mkdir()
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, source / part)
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    command = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    _run(folder, *command, "-c", ROOT / "constraints.txt", f"{source}[serving]")
    shutil.rmtree(source)
    return folder, python


@pytest.mark.slow
def test_a_released_model_answers_where_only_serving_is_installed(fresh, released_home):
    folder, python = fresh
    assert _run(folder, python, "-c", FIND, *NOT_FOR_SERVERS) == "[]\n"
    assert _run(folder, python, "-c", IMPORT, *NOT_IMPORTED) == "[]\n"

    Image.effect_noise((300, 200), 80).save(folder / "photo.jpg")

    with _serving(folder, python, released_home) as (server, address):
        answers = _run(
            folder, python, "-c", ASK, address, folder / "photo.jpg"
        ).splitlines()
        server.send_signal(signal.SIGTERM)

        for suggested, missing, problems in map(json.loads, answers):
            assert (tuple(suggested), missing) == (models.NAMES, {})
            assert problems == ["photo 2: the file is a document and not a photo"]
        assert len(answers) == 2
        assert server.wait(20) == 0


@contextmanager
def _serving(folder, python, home):
    """Run ``listrec serve`` of the environment; yields the process and its address."""
    with subprocess.Popen(
        [python.with_name("listrec"), "serve", "--port", "0"],
        cwd=folder,
        env=_environment() | {"LISTREC_HOME": str(home)},
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            yield server, server.stdout.readline().split()[-1]
        finally:
            server.kill()


def _run(folder, *command):
    done = subprocess.run(
        command,
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _environment():
    """This process's environment without what would let our own packages shine through."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTHON")
    }
