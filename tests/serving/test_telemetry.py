"""A server sends traces and bugs where it is told to, and imports nothing for it otherwise."""

import subprocess
import sys

import pytest

from common.errors import InputError
from serving import telemetry
from serving.settings import ServingSettings

LOADED = """
import sys
from serving import telemetry
from serving.settings import ServingSettings
import serving.server
settings = ServingSettings.from_environment({})
telemetry.check(settings)
with telemetry.started(settings, "r1"):
    print([name for name in ("opentelemetry", "sentry_sdk", "requests") if name in sys.modules])
"""


def test_nothing_is_imported_where_nothing_is_sent():
    command = [sys.executable, "-c", LOADED]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_a_dsn_that_is_none_is_a_sentence_without_it():
    pytest.importorskip("sentry_sdk", reason="needs the extra observability")
    settings = ServingSettings.from_environment({"SENTRY_DSN": "secret"})

    with pytest.raises(InputError, match="LISTREC_SENTRY_DSN is no DSN") as raised:
        telemetry.check(settings)

    assert "secret" not in str(raised.value)
    assert "secret" not in repr(settings)


def test_packages_that_are_not_installed_are_named(monkeypatch):
    monkeypatch.setattr(telemetry, "_is_installed", lambda package: False)

    with pytest.raises(InputError, match="sentry_sdk is not installed: pip install"):
        telemetry.check(ServingSettings(sentry_dsn="http://key@sentry/1"))
