"""Whom training runs tell how they ended; read from the environment with the other settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SLACK_WEBHOOK = "LISTREC_SLACK_WEBHOOK"
PAGERDUTY_KEY = "LISTREC_PAGERDUTY_KEY"

SECRETS = (SLACK_WEBHOOK, PAGERDUTY_KEY)
"""Variables whose values are secret: no file, log or message has them."""


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """Whom to tell; nobody by default.

    Attributes:
        slack_webhook: address of an incoming webhook of Slack. It is a secret.
        pagerduty_key: integration key of a service of PagerDuty, Events API v2. It is a secret.
        pagerduty_url: address of PagerDuty, empty for that of its US service region.
        run_url: page of a run, for the link in a message; ``{run}`` stands for its name.
    """

    slack_webhook: str = field(default="", repr=False)
    pagerduty_key: str = field(default="", repr=False)
    pagerduty_url: str = ""
    run_url: str = ""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> NotificationSettings:
        """Read the variables of notifications (docs/notifications.md)."""
        return cls(
            slack_webhook=environ.get(SLACK_WEBHOOK, "").strip(),
            pagerduty_key=environ.get(PAGERDUTY_KEY, "").strip(),
            pagerduty_url=environ.get("LISTREC_PAGERDUTY_URL", "").strip(),
            run_url=environ.get("LISTREC_RUN_URL", "").strip(),
        )
