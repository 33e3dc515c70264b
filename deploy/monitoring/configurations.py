"""Configurations of Prometheus, which scrapes and alerts, and Alertmanager, which tells people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from deploy.monitoring.alerts import PAGE
from deploy.monitoring.queries import Queries

SECRETS = "/etc/alertmanager/secrets"
"""Folder of the files with secrets: no configuration has one in its text."""


def render_prometheus(
    name: str, targets: Sequence[str], exporter: str
) -> dict[str, Any]:
    """Return a configuration that scrapes the servers at ``targets``, each ``host:port``.

    ``exporter`` is the address of the exporter of training runs.
    """
    jobs = {name: list(targets), Queries(name).training().name: [exporter]}
    return {
        "global": {"scrape_interval": "15s", "evaluation_interval": "15s"},
        "rule_files": [f"{name}.rules.yml"],
        "alerting": {
            "alertmanagers": [{"static_configs": [{"targets": ["localhost:9093"]}]}]
        },
        "scrape_configs": [
            {"job_name": job, "static_configs": [{"targets": addresses}]}
            for job, addresses in jobs.items()
        ],
    }


def render_alertmanager(name: str) -> dict[str, Any]:
    """Return a configuration that calls somebody for pages, and writes to a channel for all.

    It reads the secrets from the files ``slack-url`` and ``pagerduty-key`` of ``SECRETS``.
    """
    slack = {
        "api_url_file": f"{SECRETS}/slack-url",
        "channel": f"#{name}-alerts",
        "send_resolved": True,
        "title": "{{ .CommonAnnotations.summary }}",
        "text": "{{ .CommonAnnotations.runbook }}",
    }
    pagerduty = {
        "routing_key_file": f"{SECRETS}/pagerduty-key",
        "description": "{{ .CommonAnnotations.summary }}",
    }
    return {
        "route": {
            "receiver": "slack",
            "group_by": ["deployment", "alertname"],
            "group_wait": "30s",
            "repeat_interval": "12h",
            "routes": [
                {
                    "receiver": "pagerduty",
                    "matchers": [f'severity="{PAGE}"'],
                    "repeat_interval": "1h",
                    # The channel is told as well.
                    "continue": True,
                },
                {"receiver": "slack"},
            ],
        },
        "inhibit_rules": [
            {
                # Without a server everything else follows, except what is said of training.
                "source_matchers": ['alertname="NoServer"'],
                "target_matchers": ['alertname!~"NoServer|Training.+"'],
                "equal": ["deployment"],
            }
        ],
        "receivers": [
            {"name": "slack", "slack_configs": [slack]},
            {"name": "pagerduty", "pagerduty_configs": [pagerduty]},
        ],
    }
