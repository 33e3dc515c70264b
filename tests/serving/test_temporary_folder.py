"""Servers that are killed leave folders behind, and the next one removes them."""

import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from serving.temporary_folder import temporary_folder

SERVER = """
import os, sys
from serving.temporary_folder import temporary_folder
with temporary_folder("test") as folder:
    if "worker" in sys.argv and os.fork():
        os.wait()
    print(folder, flush=True)
    sys.stdin.read()
    os._exit(0)  # as a worker ends: it leaves the folder to the first process
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """The folder of temporary folders."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


@contextmanager
def server(*arguments):
    """A process that has a folder, and its path."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process, Path(process.stdout.readline().strip())
        finally:
            process.kill()


def start_another():
    with temporary_folder("test"):
        pass


def test_the_folder_of_a_killed_server_is_removed_by_the_next():
    with server() as (process, folder):
        start_another()
        assert folder.exists()

        process.kill()
        process.wait()
        start_another()

        assert not folder.exists()


def test_the_folder_of_workers_that_are_alive_stays():
    with server("worker") as (process, folder):
        process.kill()
        process.wait()
        start_another()
        assert folder.exists()

        process.stdin.close()
        process.stdout.read()  # until the worker has ended
        start_another()

        assert not folder.exists()


def test_a_folder_of_something_else_stays(temporary):
    (temporary / "listrec-notes").mkdir()

    start_another()

    assert [path.name for path in temporary.iterdir()] == ["listrec-notes"]


def test_servers_that_start_at_once_leave_each_other_their_folders():
    def use(number):
        with temporary_folder("test") as folder:
            (folder / "file").write_text(str(number))
            return (folder / "file").read_text() == str(number)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(use, range(400)))
