"""Slack and PagerDuty on this machine, and runs that have ended."""

from contextlib import ExitStack
from dataclasses import replace

import pytest

from common.notification_settings import NotificationSettings
from common.runs.outcome import RunOutcome
from common.runs.records import RunRecords
from common.store.storage import Storage
from tests.pipelines.notifications import services

HOOK = "/services/T0/B0/planted-webhook"
KEY = "planted-routing-key"


@pytest.fixture
def slack():
    """Starts a server of Slack with the given answers."""
    with ExitStack() as stack:
        yield lambda *answers: stack.enter_context(services.serving(*answers))


@pytest.fixture
def pagerduty(tmp_path, monkeypatch):
    """Starts a server of PagerDuty with the given answers; its client wants TLS."""
    authority = services.authority()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    certificate = authority.issue_cert("127.0.0.1")
    with ExitStack() as stack:
        yield lambda *answers: stack.enter_context(
            services.serving(*answers, certificate=certificate)
        )


@pytest.fixture
def telling(settings):
    """Returns settings that name the given services."""

    def tell(slack=None, pagerduty=None, **changes):
        notifications = NotificationSettings(
            slack_webhook=slack.address + HOOK if slack else "",
            pagerduty_key=KEY if pagerduty else "",
            pagerduty_url=pagerduty.address if pagerduty else "",
            run_url="https://console/{run}?tab=log",
        )
        return replace(settings, notifications=notifications, **changes)

    return tell


@pytest.fixture
def ended(settings):
    """Keeps the outcome of a run in the store; later calls end later."""
    count = 0

    def end(run, state, pipeline="all", release="", reasons=(), cost=""):
        nonlocal count
        count += 1
        outcome = RunOutcome(
            run=run,
            pipeline=pipeline,
            state=state,
            release=release,
            reasons=list(reasons),
            seconds=90.0,
            cpu_seconds=120.0,
            gpu_seconds=0.0,
            cost=cost,
            ended_at=f"2026-11-{count:02}T02:00:00.000+00:00",
        )
        RunRecords(Storage(settings.store), run).write_outcome(outcome)
        return run

    return end
