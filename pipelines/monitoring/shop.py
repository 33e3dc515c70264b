"""The monitoring of a shop: its events, its releases and its experiments, as the settings say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from common.experiments import published
from common.monitoring_record import MonitoringRecord
from common.settings import Settings
from common.store.release import ReleaseStore
from pipelines.monitoring.config import MonitoringConfig
from pipelines.monitoring.monitor import Monitoring, monitor
from pipelines.monitoring.retrain_rule import History
from pipelines.monitoring.shop_history import read_shop_history
from pipelines.notifications.notify import post_to_slack
from pipelines.outcomes.event_reader import open_events
from pipelines.outcomes.other_variants import find_other_variants


@dataclass(frozen=True, slots=True)
class ShopMonitoring:
    """What was found in a shop.

    Attributes:
        found: what the monitoring found.
        history: what happened before it.
    """

    found: Monitoring
    history: History


def monitor_shop(
    settings: Settings,
    time: datetime,
    config: MonitoringConfig,
    file: Path | None = None,
) -> ShopMonitoring:
    """Look at the last whole days before a time, with the events of a file or of the database.

    Nothing is kept. Raises ``InputError`` where nothing was put up on these days, and
    ``UnavailableError`` where the database or the store does not answer.
    """
    store = ReleaseStore(settings.store)
    history = read_shop_history(store)
    events = open_events(settings.events, file)
    others = find_other_variants(published.read(store.storage))
    return ShopMonitoring(monitor(events, history, time, config, others), history)


def post_reasons(
    settings: Settings, record: MonitoringRecord, note: Callable[[str], None]
) -> None:
    """Post the reasons to retrain in the channel of the settings, if there is one.

    ``note`` takes a sentence where Slack does not take them; no error is raised.
    """
    title = "Monitoring found a reason to retrain"
    post_to_slack(settings.notifications, title, record.reasons, note)
