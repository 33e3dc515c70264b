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

import models

ROOT = Path(__file__).parents[2]
PARTS = ("common", "models", "pipelines", "serving", "cli", "pyproject.toml", "README.md")

NOT_FOR_SERVERS = (
    "torch", "transformers", "kfp", "mlflow", "pandas", "pyarrow", "pydantic", "sklearn", "rich",
)  # fmt: skip

FIND = """
import sys
from importlib.util import find_spec

print([name for name in sys.argv[1:] if find_spec(name)])
"""

ASK = """
import json, sys
from common.listing import Listing, Photo
from serving.client import Client

listing = Listing(title="running shoes", condition="good", photos=(Photo(data=b"a photo"),))
with Client(sys.argv[1]) as client:
    answer = client.suggest(listing, timeout=20)
print(json.dumps([list(answer.suggestions), answer.missing]))
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


def test_a_released_model_answers_where_only_serving_is_installed(fresh, released_home):
    folder, python = fresh
    assert _run(folder, python, "-c", FIND, *NOT_FOR_SERVERS) == "[]\n"

    with _serving(folder, python, released_home) as (server, address):
        suggested, missing = json.loads(_run(folder, python, "-c", ASK, address))
        server.send_signal(signal.SIGTERM)

        assert (tuple(suggested), missing) == (models.NAMES, {})
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
        command, cwd=folder, env=_environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _environment():
    """This process's environment without what would let our own packages shine through."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
