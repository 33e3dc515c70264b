"""Tells Slack and PagerDuty how a run ended; whatever goes wrong with that, the run goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial

from common.errors import InputError, UnavailableError
from common.notification_settings import (
    PAGERDUTY_KEY,
    SLACK_WEBHOOK,
    NotificationSettings,
)
from common.settings import Settings

MAX_SECONDS = 40.0
"""Time for one service, with everything that is sent again."""

TEST_TITLE = "A test of listrec notify: nothing is wrong"


def notify(
    settings: Settings,
    run: str,
    note: Callable[[str], None],
    max_seconds: float = MAX_SECONDS,
) -> bool:
    """Tell whom the settings name how a run ended, and whether all of them could be told.

    ``note`` takes a sentence for each that could not. No error is raised, and ``max_seconds`` is
    the time for each of the services.
    """
    notifications = settings.notifications
    if not (notifications.slack_webhook or notifications.pagerduty_key):
        return True

    # A run must not fail because somebody cannot be told of it.
    try:
        sentences = _problems(_deliveries(settings, run), max_seconds)
    except Exception as error:
        sentences = [f"nobody was told how the run ended ({type(error).__name__})"]
    for sentence in sentences:
        note(sentence)
    return not sentences


def send_test(settings: Settings, max_seconds: float = MAX_SECONDS) -> list[str]:
    """Send a test message to each service that the settings name, and return their names.

    Raises ``InputError`` where there is none, ``UnavailableError`` where one does not take it.
    """
    from pipelines.notifications import pagerduty, slack

    require_services(settings.notifications)
    notifications = settings.notifications
    deliveries: dict[str, Callable[[], None]] = {}
    if notifications.slack_webhook:
        section = f"Store `{slack.escape(settings.store)}`"
        deliveries["Slack"] = partial(
            slack.post, notifications.slack_webhook, TEST_TITLE, [section]
        )
    if notifications.pagerduty_key:
        deliveries["PagerDuty"] = partial(
            pagerduty.send_test, notifications, settings.store
        )

    if sentences := _problems(deliveries, max_seconds):
        raise UnavailableError("; ".join(sentences))
    return list(deliveries)


def post_to_slack(
    settings: NotificationSettings,
    title: str,
    sentences: Sequence[str],
    note: Callable[[str], None],
    max_seconds: float = MAX_SECONDS,
) -> None:
    """Post sentences in the channel of the settings, if there is one.

    ``note`` takes a sentence where Slack does not take them; no error is raised.
    """
    if not settings.slack_webhook:
        return
    from pipelines.notifications import slack

    text = "\n".join(f"• {slack.escape(sentence)}" for sentence in sentences)
    post = partial(slack.post, settings.slack_webhook, title, [text])
    for problem in _problems({"Slack": post}, max_seconds):
        note(problem)


def require_services(settings: NotificationSettings) -> None:
    """Raise ``InputError`` where nobody is to be told."""
    if not (settings.slack_webhook or settings.pagerduty_key):
        raise InputError(
            f"nobody is to be told: set {SLACK_WEBHOOK} or {PAGERDUTY_KEY} in the environment"
        )


def _deliveries(settings: Settings, run: str) -> dict[str, Callable[[], None]]:
    """Return what is to be done for each service that the settings name."""
    # The services' libraries are imported where somebody is to be told only.
    from pipelines.notifications import pagerduty, slack
    from pipelines.notifications.report import read_report

    report = read_report(settings, run)
    notifications = settings.notifications
    deliveries: dict[str, Callable[[], None]] = {}
    if notifications.slack_webhook:
        title, sections = slack.format_title(report), [*slack.format_sections(report)]
        deliveries["Slack"] = partial(
            slack.post, notifications.slack_webhook, title, sections
        )
    if notifications.pagerduty_key:
        deliveries["PagerDuty"] = partial(
            pagerduty.update_incident, notifications, settings.store, report
        )
    return deliveries


def _problems(
    deliveries: dict[str, Callable[[], None]], max_seconds: float
) -> list[str]:
    """Deliver to every service, one after the other; return a sentence for each problem."""
    sentences = []
    for service, deliver in deliveries.items():
        problem = _deliver(deliver, max_seconds)
        if problem:
            sentences.append(f"{service} was not told: {problem}")
    return sentences


def _deliver(deliver: Callable[[], None], max_seconds: float) -> str:
    """Call ``deliver``, and return what was wrong, or an empty string."""
    problems = [f"it took longer than {max_seconds:g} seconds"]

    def run() -> None:
        """Deliver, and replace the problem."""
        try:
            deliver()
            problems[0] = ""
        except UnavailableError as error:
            problems[0] = str(error)
        except Exception as error:
            problems[0] = f"a bug ({type(error).__name__})"

    # A thread, since time limits of the libraries bound the wait for each byte, and Slack may ask
    # to be left alone for as long as it likes.
    thread = threading.Thread(target=run, name="notification", daemon=True)
    thread.start()
    thread.join(max_seconds)
    return problems[0]
