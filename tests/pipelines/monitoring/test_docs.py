"""docs/monitoring.md shows what its command makes, and the settings that there are."""

import re
from dataclasses import asdict
from pathlib import Path

import pytest

from pipelines.monitoring.config import MONITOR, MonitoringConfig
from pipelines.monitoring.drift import DriftConfig
from pipelines.monitoring.retrain_rule import RetrainConfig
from pipelines.monitoring.sentences import summarise
from pipelines.training.targets import parse_config
from pipelines.weekly_report.changes import MIN_NAMED
from tests.pipelines.monitoring.simulated import documented

PAGE = (Path(__file__).parents[3] / "docs" / "monitoring.md").read_text("utf-8")


@pytest.mark.slow
def test_what_is_shown_is_what_is_found():
    (shown,) = re.findall(r"```\n(The models .*?)```", PAGE, re.DOTALL)
    assert shown.splitlines() == [*summarise(documented().record)]


def test_the_shown_settings_are_the_defaults():
    (shown,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    given = parse_config(shown)[MONITOR]
    assert given.items() <= asdict(MonitoringConfig()).items()


def test_the_defaults_are_those_of_the_rules():
    config = MonitoringConfig()
    assert (config.drift, config.retraining) == (DriftConfig(), RetrainConfig())


def test_every_setting_is_explained():
    assert [name for name in asdict(MonitoringConfig()) if name not in PAGE] == []
    assert MIN_NAMED == 5
    assert "at least five of them" in PAGE
