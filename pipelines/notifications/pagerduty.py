"""Incidents of PagerDuty: opened when runs keep failing, closed by the next one that does not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from pagerduty import EventsApiV2Client

from common.errors import UnavailableError
from common.notification_settings import NotificationSettings
from pipelines.notifications.report import RunReport

MAX_FAILURES = 3
"""Failures in a row from which on somebody is called."""

TIMEOUT = 5
"""Seconds that PagerDuty has for an answer."""

RETRIES = {429: 1, 500: 1, 502: 1, 503: 1, 504: 1}
"""How often a request is sent again after a status; without this one of 429 is, for ever."""

SOURCE = "listrec"
MAX_SUMMARY = 1_024
"""Most characters of a summary, by PagerDuty's reference."""


def update_incident(
    settings: NotificationSettings, store: str, report: RunReport
) -> None:
    """Open an incident from the third failure in a row on, or close it after another end.

    There is one incident for a pipeline of a store: PagerDuty joins events of the same key, and
    ignores the end of what is not open. Raises ``UnavailableError`` where PagerDuty does not take
    the event.
    """
    outcome = report.outcome
    key = incident_key(store, outcome["pipeline"])
    if report.failures == 0:
        with _client(settings) as client:
            client.resolve(key)
    elif report.failures >= MAX_FAILURES:
        summary = f"train-{outcome['pipeline']} failed {report.failures} times in a row"
        reasons = "; ".join(outcome["reasons"])
        links = [{"href": page, "text": title} for title, page in report.links.items()]
        with _client(settings) as client:
            client.trigger(
                f"{summary}: {reasons}"[:MAX_SUMMARY],
                SOURCE,
                key,
                severity="error",
                custom_details={"run": outcome["run"], "reasons": outcome["reasons"]},
                links=links,
            )


def send_test(settings: NotificationSettings, store: str) -> None:
    """Open an incident that says that it is a test, and close it at once."""
    key = incident_key(store, "test")
    with _client(settings) as client:
        client.trigger(
            "A test of listrec notify: nothing is wrong", SOURCE, key, severity="info"
        )
        client.resolve(key)


def incident_key(store: str, pipeline: str) -> str:
    """Return the key that PagerDuty joins the events of a pipeline by."""
    digest = hashlib.sha256(store.encode()).hexdigest()[:12]
    return f"listrec-{pipeline}-{digest}"


@contextmanager
def _client(settings: NotificationSettings) -> Iterator[EventsApiV2Client]:
    """Yield a client whose errors say what is wrong, without the key."""
    try:
        with EventsApiV2Client(
            settings.pagerduty_key, base_url=settings.pagerduty_url or None
        ) as client:
            client.timeout = TIMEOUT
            client.retry.update(RETRIES)
            client.max_network_attempts = 1
            client.sleep_timer = 0.5
            yield client
    except Exception as error:
        response = getattr(error, "response", None)
        reason = getattr(response, "status_code", None) or type(error).__name__
        raise UnavailableError(f"PagerDuty does not take events ({reason})") from None
