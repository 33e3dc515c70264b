"""The images are built for real, by buildah: servers answer, and training makes a release."""

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

import models
from common.listing import Listing
from serving.client import Client
from tests.real_parts import find_program, free_ports

ROOT = Path(__file__).parents[2]
NAME = models.NAMES[0]
CERTIFICATES = "/etc/ssl/certs:/etc/ssl/certs:ro"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


class Buildah:
    """Buildah with a store of its own; the base is made by debootstrap."""

    def __init__(self, folder):
        if os.geteuid() != 0:
            pytest.skip("debootstrap and buildah's chroot need root")
        debootstrap = find_program("debootstrap", "debootstrap, by apt-get")
        buildah = find_program("buildah", "buildah, by apt-get")
        self._command = [
            buildah,
            "--root",
            str(folder / "storage"),
            "--runroot",
            str(folder / "run"),
        ]
        system = folder / "system"
        packages = "--include=python3,python3-venv,ca-certificates"
        _run(debootstrap, "--variant=minbase", packages, "bookworm", str(system))
        archive = folder / "system.tar"
        # Devices are those of the machine.
        _run("tar", "-C", str(system), "--exclude=./dev/*", "-cf", str(archive), ".")
        container = self("from", "scratch")
        self("add", container, str(archive), "/")
        self("commit", container, "localhost/base")
        shutil.rmtree(system)
        archive.unlink()

    def __call__(self, *words):
        return _run(*self._command, *words)

    def build(self, target, *options):
        """Build a target of the Dockerfile; return a container of it."""
        self(
            "bud", "--isolation", "chroot", "--layers", "--volume", CERTIFICATES,
            "--build-arg", "BASE=localhost/base", "--build-arg", "LISTREC_COMMIT=abc123",
            "--target", target, "--tag", f"localhost/{target}", *options,
            "--file", str(ROOT / "deploy" / "Dockerfile"), str(ROOT),
        )  # fmt: skip
        return self("from", f"localhost/{target}")

    def run(self, container, *words, options=()):
        """Run a command in a container; return what it printed."""
        return self("run", "--isolation", "chroot", *options, container, "--", *words)

    def config(self, container):
        """Return the image's configuration."""
        return json.loads(self("inspect", container))["OCIv1"]["config"]

    @contextmanager
    def serving(self, container, store, variables, *arguments):
        """Run a container's entry point until its server listens."""
        words = [f"--env={name}={value}" for name, value in variables.items()]
        entry_point = self.config(container)["Entrypoint"]
        command = [
            *self._command, "run", "--isolation", "chroot", *words,
            "--volume", f"{store}:/store:ro", "--env=LISTREC_STORE=/store",
            container, "--", *entry_point, *arguments,
        ]  # fmt: skip
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, start_new_session=True
        ) as server:
            try:
                line = server.stdout.readline()
                assert "serving release" in line or "answering over HTTP" in line
                yield
            finally:
                os.killpg(server.pid, signal.SIGTERM)


@pytest.fixture(scope="module")
def buildah(tmp_path_factory):
    return Buildah(tmp_path_factory.mktemp("buildah"))


@contextmanager
def _suggesting(buildah, store):
    """Run a predictor and a suggester in their images; give the suggester's port."""
    predictor, suggester = buildah.build("predictor"), buildah.build("suggester")
    first, second = free_ports(2)
    predictors = {"LISTREC_PREDICTORS": f"{NAME}=127.0.0.1:{first}"}
    with (
        buildah.serving(predictor, store, _variables(first), NAME),
        buildah.serving(suggester, store, _variables(second) | predictors),
    ):
        yield second


def test_the_images_of_the_servers_answer(buildah, released_home):
    store = _readable(released_home / "store")
    with (
        _suggesting(buildah, store) as port,
        Client(f"127.0.0.1:{port}") as client,
    ):
        answer = client.suggest(Listing(title="running shoes"), timeout=20)

    assert (list(answer.by_model), answer.missing) == ([NAME], {})


def test_the_image_of_the_gateway_sends_the_page_and_suggests(buildah, released_home):
    store = _readable(released_home / "store")
    gateway, [http] = buildah.build("gateway"), free_ports(1)
    _check_rights(buildah, gateway)
    with (
        _suggesting(buildah, store) as port,
        buildah.serving(
            gateway,
            store,
            {"LISTREC_WORKERS": 1, "LISTREC_HTTP": f"127.0.0.1:{http}"},
            f"--suggester=127.0.0.1:{port}",
        ),
        httpx.Client(base_url=f"http://127.0.0.1:{http}", timeout=20) as browser,
    ):
        page = browser.get("/")
        answer = browser.post("/v1/suggest", json={"listing": {"title": "shoes"}})

    assert "<title>" in page.text
    assert list(answer.json()["suggestions"]) == [NAME]


def test_the_images_of_the_servers_have_no_root_no_compiler_and_the_compiled_loops(
    buildah,
):
    container = buildah.build("suggester")

    _check_rights(buildah, container)
    assert buildah.run(container, "python", "-c", "import listrec_native.kernels") == ""


def test_the_image_of_training_makes_a_release_and_records(buildah, tmp_path):
    container = buildah.build("train", *_with_torch_of_this_machine(tmp_path))
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, 10001, 10001)

    def listrec(*words):
        variables = ("--env=LISTREC_HOME=/home/listrec", "--env=OMP_NUM_THREADS=1")
        options = (f"--volume={home}:/home/listrec", *variables)
        return buildah.run(container, "listrec", *words, options=options)

    _check_rights(buildah, container)
    assert listrec("--version").startswith("listrec, version ")
    snapshot = "/home/listrec/snapshot"
    listrec("ingest", "synthetic", "--rows", "300", "--out", snapshot)
    listrec("train", "all", "--snapshot", snapshot)
    # What the job of Kubernetes runs.
    assert listrec("doctor").startswith("ok ")

    [outcome] = (home / "store" / "runs").glob("*/outcome.json")
    assert json.loads(outcome.read_text("utf-8"))["state"] == "promoted"
    assert len([*outcome.parent.glob("step-*.json")]) > 10


def _check_rights(buildah, container):
    """Check that an image names its commit, and has neither root nor a compiler."""
    config = buildah.config(container)
    assert config["User"] == "10001:10001"
    assert config["Labels"]["org.opencontainers.image.revision"] == "abc123"
    assert buildah.run(container, "id", "-u") == "10001"
    compiler = buildah.run(container, "sh", "-c", "command -v gcc || echo none")
    assert compiler == "none"


def _with_torch_of_this_machine(folder):
    """Return options of a build that takes torch as pip of this machine does, CPU or CUDA."""
    project = folder / "index" / "torch"
    _run(
        sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(project),
        "-c", str(ROOT / "constraints.txt"), "torch",
    )  # fmt: skip
    [wheel] = project.glob("*.whl")
    link = f'<a href="{quote(wheel.name)}">{wheel.name}</a>'
    (project / "index.html").write_text(f"<!DOCTYPE html><html>{link}</html>")
    volume = f"{folder / 'index'}:/index:ro"
    return ("--build-arg", "TORCH_INDEX=file:///index", "--volume", volume)


def _variables(port):
    return {"LISTREC_HOST": "127.0.0.1", "LISTREC_PORT": port, "LISTREC_WORKERS": 1}


def _readable(store):
    """Let the user of the images read a store, and pass through the folders above it."""
    for path in (store, *store.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return store


def _run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()
