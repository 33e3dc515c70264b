"""Alert rules of Prometheus: what somebody must look at, now or within days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from deploy.monitoring.queries import (
    ERRORS,
    HTTP_ERRORS,
    HTTP_SUGGEST,
    LOST,
    MISSING,
    NOT_TAKEN,
    REFUSED,
    SUGGEST,
    Queries,
)

MAX_ERRORS = 0.01
MAX_REFUSED = 0.05
MAX_MISSING = 0.05
MAX_SECONDS = 0.5
"""Half the default deadline: a seller has typed on by then. A bound of the histogram."""

MAX_WAITING_MINUTES = 10
"""Of an event on its way to the database; some seven seconds are usual."""

MAX_RELEASE_DAYS = 14

MAX_TRAINING_HOURS = 26
"""Of runs that begin every night: a day, and two hours for what takes longer than usual."""

MAX_STOPPED_HOURS = 3 * 24 + 2
"""Three nights without a run that succeeded."""

MAX_MONITORING_HOURS = 26
"""Of a monitoring that is made every day."""

MAX_ANALYSIS_HOURS = 26
"""Of an analysis of experiments that is made every night."""

MAX_WANTED_HOURS = 48
"""Of a reason to retrain: the night in which a run may start, and the day that shows its effect."""

MAX_CHECK_HOURS = 3
"""Of a check that begins every hour."""

CHECK_JOB = "listrec-check"
"""Name of the job on Kubernetes that checks what training and releasing need."""

MONITORING_JOB = "listrec-monitoring"
"""Name of the job on Kubernetes that monitors suggestions."""

ANALYSIS_JOB = "listrec-analysis"
"""Name of the job on Kubernetes that analyzes experiments."""

MIN_RATE = 0.1
"""Requests in a second below which a share is chance."""

PAGE, TICKET = "page", "ticket"
"""Severities: somebody is called at once, or looks at it on the next working day."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert.

    Attributes:
        name: its name, and the heading of its paragraph in docs/monitoring.md.
        query: fires while this has a value.
        wait: how long it must have one, in PromQL's notation.
        severity: ``page`` or ``ticket``.
        summary: a sentence, with the value as ``{{ $value }}``.
    """

    name: str
    query: str
    wait: str
    severity: str
    summary: str


def alerts(queries: Queries) -> tuple[Alert, ...]:
    """Return the alerts of a deployment."""
    return (
        *_alerts_of_requests(queries),
        *_alerts_of_releases(queries),
        *_alerts_of_gateways(queries),
        *_alerts_of_training(queries.training()),
        *_alerts_of_monitoring(queries.training()),
        *_alerts_of_experiments(queries.training()),
        _alert_of_checks(),
    )


def _alerts_of_requests(queries: Queries) -> tuple[Alert, ...]:
    requests = "listrec_requests_total"
    is_busy = f"{queries.rate(requests)} > {MIN_RATE:g}"
    errors = queries.share(requests, ERRORS)
    refused = queries.share(requests, REFUSED)
    missing = queries.share("listrec_answers_total", MISSING, by="model")
    p99 = queries.quantile(0.99, "listrec_request_seconds", SUGGEST)

    return (
        Alert(
            "NoServer",
            f"absent({queries.select('up')} == 1)",
            "1m",
            PAGE,
            "no server answers to Prometheus",
        ),
        Alert(
            "ManyErrors",
            f"{errors} > {MAX_ERRORS:g} and {is_busy}",
            "5m",
            PAGE,
            "{{ $value | humanizePercentage }} of the requests fail",
        ),
        Alert(
            "ManyRefused",
            f"{refused} > {MAX_REFUSED:g} and {is_busy}",
            "5m",
            PAGE,
            "{{ $value | humanizePercentage }} of the requests are refused for lack of time",
        ),
        Alert(
            "SlowAnswers",
            f"{p99} > {MAX_SECONDS:g} and {is_busy}",
            "10m",
            TICKET,
            "one answer of 100 takes more than {{ $value | humanizeDuration }}",
        ),
        Alert(
            "PartialAnswers",
            f"{missing} > {MAX_MISSING:g} and on () {is_busy}",
            "10m",
            TICKET,
            "{{ $labels.model }} is missing in {{ $value | humanizePercentage }} of the answers",
        ),
    )


def _alerts_of_releases(queries: Queries) -> tuple[Alert, ...]:
    """Return the alerts on what servers answer with: their release, and the experiments."""
    max_age = MAX_RELEASE_DAYS * 86_400
    not_taken = queries.growth("listrec_release_changes_total", NOT_TAKEN, by="result")
    not_loaded = queries.select("listrec_experiments_not_loaded")

    return (
        Alert(
            "OldRelease",
            f"{queries.release_age()} > {max_age}",
            "1h",
            TICKET,
            "the release that is served is {{ $value | humanizeDuration }} old",
        ),
        Alert(
            "ReleaseNotTaken",
            f"{not_taken} > 0",
            "1m",
            TICKET,
            "a new release is {{ $labels.result }}, and the one before it is served",
        ),
        Alert(
            "ExperimentsNotLoaded",
            f"max by (reason) ({not_loaded}) > 0",
            "5m",
            TICKET,
            "servers do not apply the experiments that are published: {{ $labels.reason }}",
        ),
    )


def _alerts_of_gateways(queries: Queries) -> tuple[Alert, ...]:
    """Return the alerts on answers to browsers, and on what is kept of sellers' choices."""
    requests = "listrec_http_requests_total"
    asked = queries.rate(requests, HTTP_SUGGEST)
    failed = queries.rate(requests, HTTP_SUGGEST, HTTP_ERRORS)
    lost_events = queries.growth("listrec_http_events_total", LOST)
    lost_listings = queries.growth("listrec_http_listings_total", LOST)
    oldest = f"max({queries.select('listrec_events_oldest_seconds')})"

    return (
        Alert(
            "ManyHttpErrors",
            f"{failed} / {asked} > {MAX_ERRORS:g} and {asked} > {MIN_RATE:g}",
            "5m",
            PAGE,
            "{{ $value | humanizePercentage }} of the requests for suggestions over HTTP fail",
        ),
        Alert(
            "EventsLost",
            f"{lost_events} > 0",
            "1m",
            TICKET,
            "some {{ $value | humanize }} events of sellers could not be kept",
        ),
        Alert(
            "ListingsLost",
            f"{lost_listings} > 0",
            "1m",
            TICKET,
            "some {{ $value | humanize }} listings for training could not be kept",
        ),
        Alert(
            "EventsNotDrained",
            f"{oldest} > {MAX_WAITING_MINUTES * 60}",
            "5m",
            TICKET,
            "events wait for their database since {{ $value | humanizeDuration }}",
        ),
    )


def _alerts_of_training(queries: Queries) -> tuple[Alert, ...]:
    """Return the alerts that fire when runs fail, and when nothing runs at all."""
    age = queries.age("listrec_training_last_success_seconds")
    is_read = f"max({queries.select('listrec_training_store_up')})"
    summary = (
        "the last training run that succeeded ended {{ $value | humanizeDuration }} ago"
    )

    return (
        Alert(
            "TrainingOverdue",
            f"{age} > {MAX_TRAINING_HOURS * 3_600}",
            "5m",
            TICKET,
            summary,
        ),
        Alert(
            "TrainingStopped",
            f"{age} > {MAX_STOPPED_HOURS * 3_600}",
            "5m",
            PAGE,
            summary,
        ),
        Alert(
            "TrainingNotWatched",
            f"absent({queries.select('up')} == 1) or {is_read} == 0",
            "15m",
            TICKET,
            "nothing tells how training runs end: the exporter or its store does not answer",
        ),
    )


def _alerts_of_monitoring(queries: Queries) -> tuple[Alert, ...]:
    """Return the alerts on what ``listrec monitor`` found; a shop that never ran it has none."""
    last = "listrec_monitoring_last_seconds"
    losses = f"max({queries.select('listrec_monitoring_losses')})"
    wanted = f"max({queries.select('listrec_monitoring_retrain')})"
    is_used = f"max({queries.select(last)}) > 0"
    max_age = MAX_MONITORING_HOURS * 3_600

    return (
        Alert(
            "QualityFell",
            f"{losses} > 0",
            "5m",
            TICKET,
            "{{ $value }} figures of suggestions have fallen by more than is accepted",
        ),
        Alert(
            "RetrainWanted",
            f"{wanted} > 0",
            f"{MAX_WANTED_HOURS}h",
            TICKET,
            "monitoring has had a reason to retrain for two days, and nothing has removed it",
        ),
        Alert(
            "MonitoringStopped",
            f"{queries.age(last)} > {max_age} and {is_used}",
            "5m",
            TICKET,
            "suggestions were monitored {{ $value | humanizeDuration }} ago",
        ),
    )


def _alerts_of_experiments(queries: Queries) -> tuple[Alert, ...]:
    """Return the alerts on what ``listrec experiment analyze`` found, and where it found nothing.

    Only experiments that run have the time of an analysis.
    """
    broken = queries.select("listrec_experiment_broken")
    age = queries.age("listrec_experiment_last_seconds", by="experiment")

    return (
        Alert(
            "ExperimentBroken",
            f"max by (experiment) ({broken}) > 0",
            "5m",
            TICKET,
            "the results of {{ $labels.experiment }} are void, or a variant of it does harm",
        ),
        Alert(
            "AnalysisStopped",
            f"{age} > {MAX_ANALYSIS_HOURS * 3_600}",
            "5m",
            TICKET,
            "{{ $labels.experiment }} runs, and was not analyzed for"
            " {{ $value | humanizeDuration }}",
        ),
    )


def _alert_of_checks() -> Alert:
    """Return the alert on the job of Kubernetes, in whichever namespace; it needs none to exist."""
    job = f'cronjob="{CHECK_JOB}"'
    succeeded = f"kube_cronjob_status_last_successful_time{{{job}}}"
    # A job that has never succeeded has no such time.
    since = (
        f"max by (namespace) ({succeeded})"
        f" or max by (namespace) (kube_cronjob_created{{{job}}})"
    )
    return Alert(
        "ChecksFailing",
        f"time() - ({since}) > {MAX_CHECK_HOURS * 3_600}",
        "5m",
        TICKET,
        "no check in the namespace {{ $labels.namespace }} has succeeded for"
        " {{ $value | humanizeDuration }}",
    )


def render_rules(name: str, docs: str) -> dict[str, Any]:
    """Return the content of a rules file; ``docs`` is the address of the documentation."""
    rules = [_render(alert, name, docs) for alert in alerts(Queries(name))]
    return {"groups": [{"name": name, "rules": rules}]}


def _render(alert: Alert, name: str, docs: str) -> dict[str, Any]:
    runbook = f"{docs}/monitoring.html#{alert.name.lower()}"
    return {
        "alert": alert.name,
        "expr": alert.query,
        "for": alert.wait,
        "labels": {"severity": alert.severity, "deployment": name},
        "annotations": {"summary": f"{name}: {alert.summary}", "runbook": runbook},
    }
