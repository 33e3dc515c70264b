"""A dashboard of Grafana: what goes in, what comes out, and what is served."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from deploy.monitoring.queries import (
    ERRORS,
    HTTP_ERRORS,
    MISSING,
    REFUSED,
    SUGGEST,
    Queries,
)

COLUMNS, WIDTH, HEIGHT = 2, 12, 8
"""Panels side by side, and the size of one; a dashboard of Grafana is 24 wide."""

SCHEMA = 39
"""Version of Grafana's dashboard model, that of Grafana 10 and 11."""

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
REQUESTS, ANSWERS = "listrec_requests_total", "listrec_answers_total"
HTTP_REQUESTS = "listrec_http_requests_total"


@dataclass(frozen=True, slots=True)
class Panel:
    """A plot over time.

    Attributes:
        title: what it shows.
        unit: unit of Grafana, such as ``s`` or ``percentunit``.
        lines: queries with their legends; ``{{model}}`` stands for a label.
    """

    title: str
    unit: str
    lines: tuple[tuple[str, str], ...]


def panels(queries: Queries) -> tuple[Panel, ...]:
    """Return the panels of a deployment, in reading order."""
    return (
        *_panels_of_requests(queries),
        *_panels_of_servers(queries),
        *_panels_of_gateways(queries),
        *_panels_of_training(queries.training()),
        *_panels_of_monitoring(queries.training()),
    )


def render_dashboard(name: str) -> dict[str, Any]:
    """Return the dashboard of a deployment, as Grafana imports it."""
    return {
        "uid": f"listrec-{name}",
        "title": f"Suggestions: {name}",
        "tags": ["listrec"],
        "schemaVersion": SCHEMA,
        "timezone": "browser",
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {
            "list": [
                {"name": "datasource", "type": "datasource", "query": "prometheus"}
            ]
        },
        "panels": [
            _render(number, panel) for number, panel in enumerate(panels(Queries(name)))
        ],
    }


def _panels_of_requests(queries: Queries) -> tuple[Panel, ...]:
    requests = queries.rate(REQUESTS, by="method")
    failed = queries.rate(REQUESTS, 'status!="OK"', by="status")
    seconds = "listrec_request_seconds"
    missing = queries.rate(ANSWERS, MISSING, by="model, kind")
    abstained = queries.share(ANSWERS, 'kind="abstained"', by="model")
    refused = queries.rate("listrec_refused_listings_total")

    return (
        Panel("Requests", "reqps", ((requests, "{{method}}"),)),
        Panel(
            "Time to an answer (Suggest)",
            "s",
            (
                (queries.quantile(0.5, seconds, SUGGEST), "p50"),
                (queries.quantile(0.99, seconds, SUGGEST), "p99"),
            ),
        ),
        Panel(
            "Requests without an answer, by status", "reqps", ((failed, "{{status}}"),)
        ),
        Panel(
            "Share of errors and refusals",
            "percentunit",
            (
                (queries.share(REQUESTS, ERRORS), "errors"),
                (queries.share(REQUESTS, REFUSED), "refused"),
            ),
        ),
        Panel("Models missing in answers", "cps", ((missing, "{{model}}: {{kind}}"),)),
        Panel("Abstentions", "percentunit", ((abstained, "{{model}}"),)),
        Panel("Listings refused for lack of time", "cps", ((refused, "refused"),)),
    )


def _panels_of_servers(queries: Queries) -> tuple[Panel, ...]:
    waiting = f"sum ({queries.select('listrec_waiting_listings')})"
    models = queries.quantile(0.99, "listrec_model_seconds", by="model, release")
    remote = queries.quantile(0.99, "listrec_remote_seconds", by="model")
    releases = f"sum by (release) ({queries.select('listrec_release')}) > 0"
    cached = queries.share("listrec_photos_total", 'source="cached"')
    workers = f"sum by (instance) ({queries.select('listrec_workers')})"
    publications = f"sum by (number) ({queries.select('listrec_experiments')}) > 0"

    return (
        Panel(
            "Listings computed together, and waiting",
            "short",
            (
                (queries.mean("listrec_batch_listings"), "mean batch"),
                (waiting, "waiting"),
            ),
        ),
        Panel(
            "Time of a batch",
            "s",
            ((queries.quantile(0.99, "listrec_batch_seconds"), "p99"),),
        ),
        Panel("Time of models (p99)", "s", ((models, "{{model}} {{release}}"),)),
        Panel("Time of remote predictors (p99)", "s", ((remote, "{{model}}"),)),
        Panel("Photos found in the cache", "percentunit", ((cached, "cached"),)),
        Panel("Release served, by workers", "short", ((releases, "{{release}}"),)),
        Panel("Age of the release", "s", ((queries.release_age(), "age"),)),
        Panel("Workers", "short", ((workers, "{{instance}}"),)),
        Panel(
            "Experiments applied, by workers",
            "short",
            ((publications, "publication {{number}}"),),
        ),
    )


def _panels_of_gateways(queries: Queries) -> tuple[Panel, ...]:
    requests = queries.rate(HTTP_REQUESTS, by="route")
    refused = queries.rate(HTTP_REQUESTS, 'status=~"4..|5.."', by="status")
    p99 = queries.quantile(0.99, "listrec_http_seconds", by="route")
    errors = queries.share(HTTP_REQUESTS, HTTP_ERRORS, by="route")
    suggestions = queries.rate("listrec_http_suggestions_total", by="policy")
    events = queries.rate("listrec_http_events_total", by="result")
    listings = queries.rate("listrec_http_listings_total", by="result")
    waiting = queries.select("listrec_events_waiting_bytes")
    oldest = queries.select("listrec_events_oldest_seconds")

    return (
        Panel("Requests over HTTP", "reqps", ((requests, "{{route}}"),)),
        Panel("Time to an answer over HTTP (p99)", "s", ((p99, "{{route}}"),)),
        Panel(
            "Requests over HTTP without an answer, by status",
            "reqps",
            ((refused, "{{status}}"),),
        ),
        Panel(
            "Share of errors over HTTP (5xx)", "percentunit", ((errors, "{{route}}"),)
        ),
        Panel("Suggestions by policy", "cps", ((suggestions, "{{policy}}"),)),
        Panel(
            "Events of sellers, and listings for training",
            "cps",
            ((events, "events {{result}}"), (listings, "listings {{result}}")),
        ),
        Panel(
            "Events that wait for the database",
            "bytes",
            ((f"sum by (instance) ({waiting})", "{{instance}}"),),
        ),
        Panel(
            "Age of the oldest event that waits",
            "s",
            ((f"max by (instance) ({oldest})", "{{instance}}"),),
        ),
    )


def _panels_of_training(queries: Queries) -> tuple[Panel, ...]:
    failures = f"max({queries.select('listrec_training_failures_in_a_row')})"

    return (
        Panel(
            "Time since a training run",
            "s",
            (
                (queries.age("listrec_training_last_success_seconds"), "succeeded"),
                (queries.age("listrec_training_last_promotion_seconds"), "promoted"),
            ),
        ),
        Panel("Training runs that failed in a row", "short", ((failures, "failures"),)),
    )


def _panels_of_monitoring(queries: Queries) -> tuple[Panel, ...]:
    def by_field(name: str) -> str:
        return f"max by (field) ({queries.select(f'listrec_monitoring_{name}')})"

    drifts = f"max({queries.select('listrec_monitoring_drifts')})"
    losses = f"max({queries.select('listrec_monitoring_losses')})"
    wanted = f"max({queries.select('listrec_monitoring_retrain')})"
    analyzed = queries.age("listrec_experiment_last_seconds", by="experiment")

    return (
        Panel(
            "Suggestions that sellers accept",
            "percentunit",
            ((by_field("acceptance"), "{{field}}"),),
        ),
        Panel(
            "First suggestions that are right: measured, and expected by models",
            "percentunit",
            (
                (by_field("accuracy"), "{{field}}"),
                (by_field("expected_accuracy"), "{{field}} expected"),
            ),
        ),
        Panel(
            "Amounts within the suggested range",
            "percentunit",
            ((by_field("coverage"), "{{field}}"),),
        ),
        Panel(
            "What monitoring found",
            "short",
            (
                (drifts, "features that drift"),
                (losses, "figures that fell"),
                (wanted, "reason to retrain"),
            ),
        ),
        Panel(
            "Time since the last monitoring",
            "s",
            ((queries.age("listrec_monitoring_last_seconds"), "monitored"),),
        ),
        Panel(
            "Time since the last analysis of experiments that run",
            "s",
            ((analyzed, "{{experiment}}"),),
        ),
    )


def _render(number: int, panel: Panel) -> dict[str, Any]:
    row, column = divmod(number, COLUMNS)
    position = {"x": column * WIDTH, "y": row * HEIGHT, "w": WIDTH, "h": HEIGHT}
    targets = [
        {"refId": chr(ord("A") + i), "expr": query, "legendFormat": legend}
        for i, (query, legend) in enumerate(panel.lines)
    ]
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": panel.title,
        "datasource": DATASOURCE,
        "gridPos": position,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": targets,
    }
