"""Schemathesis sends what the description allows, and what it does not, and checks the answers."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")


def test_every_address_is_described_with_its_problems(address):
    description = httpx.get(f"{address}openapi.json", trust_env=False).json()

    assert {"/", "/healthz", "/readyz", "/v1/shown"} <= set(description["paths"])
    suggest = description["paths"]["/v1/suggest"]["post"]
    assert set(suggest["requestBody"]["content"]) == {
        "application/json",
        "multipart/form-data",
    }
    assert {"200", "401", "413", "422", "429", "504"} <= set(suggest["responses"])
    assert "example" in description["components"]["schemas"]["SuggestBody"]


def test_some_requests_of_any_kind_get_the_answers_that_are_described(
    address, tmp_path
):
    _check(address, tmp_path, "--phases", "examples,fuzzing", "--max-examples", "2")


@pytest.mark.slow
def test_many_requests_of_any_kind_get_the_answers_that_are_described(
    address, tmp_path
):
    _check(address, tmp_path, "--max-examples", "300")


def _check(address, folder, *options):
    cookies = httpx.get(address, trust_env=False).cookies
    session = "; ".join(f"{name}={value}" for name, value in cookies.items())
    command = [
        *(sys.executable, "-m", "schemathesis.cli"),
        *("--config-file", str(CONFIGURATION), "run", f"{address}openapi.json"),
        *("--checks", "all", "--header", f"cookie: {session}", "--seed", "1"),
        *("--generation-database", "none", "--continue-on-failure", "--no-color"),
        *options,
    ]
    # It leaves a cache in the folder in which it runs.
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=280, cwd=folder
    )
    assert done.returncode == 0, done.stdout[-5_000:] + done.stderr[-2_000:]
