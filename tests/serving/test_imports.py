"""A server imports nothing that costs time and memory and that it has no use for."""

import json
import subprocess
import sys

import pytest

IMPORTED = """
import json, sys
import cli.serve, serving.settings
early = [name for name in ("numpy", "prometheus_client") if name in sys.modules]
import serving.run, models
for name in models.NAMES:
    __import__(f"models.{name}.predictor")
late = [name for name in ("scipy.optimize", "scipy.special") if name in sys.modules]
database = [name for name in ("sqlalchemy", "sqlite3") if name in sys.modules]
web = ("fastapi", "starlette", "uvicorn", "pydantic")
found = {"early": early, "late": late, "database": database}
print(json.dumps({**found, "web": [name for name in web if name in sys.modules]}))
"""


@pytest.fixture(scope="module")
def imported():
    command = [sys.executable, "-c", IMPORTED]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_variables_may_be_set_before_what_reads_them_is_imported(imported):
    assert imported["early"] == []


def test_optimisers_stay_with_training(imported):
    assert imported["late"] == []


def test_databases_stay_with_gateways(imported):
    assert imported["database"] == []


def test_a_server_without_a_gateway_knows_no_web_framework(imported):
    assert imported["web"] == []
