"""PromQL that dashboards and alerts share, for the series of one deployment.

A deployment is a job of Prometheus: every server of it has the label ``job``.
"""

from __future__ import annotations

from dataclasses import dataclass

WINDOW = "5m"
"""Time over which rates are taken: several scrapes, and short enough for an alert."""

LONG_WINDOW = "30m"
"""Time over which rare events are counted."""

SUGGEST = 'method="Suggest"'
ERRORS = 'status=~"INTERNAL|UNKNOWN|UNAVAILABLE|FAILED_PRECONDITION"'
"""Statuses that are the server's fault; a client's mistake and a refusal are none."""

REFUSED = 'status="RESOURCE_EXHAUSTED"'
MISSING = 'kind!~"suggested|abstained"'
NOT_TAKEN = 'result=~"refused|failed"'
HTTP_SUGGEST = 'route="/v1/suggest"'
HTTP_ERRORS = 'status=~"5.."'
LOST = 'result="lost"'


@dataclass(frozen=True, slots=True)
class Queries:
    """Queries about the servers of a deployment.

    Attributes:
        name: name of the deployment, the ``job`` of its series.
    """

    name: str

    def select(self, metric: str, *matchers: str) -> str:
        """Return the series of a metric: ``metric{job="name",...}``."""
        labels = ",".join((f'job="{self.name}"', *matchers))
        return f"{metric}{{{labels}}}"

    def rate(self, metric: str, *matchers: str, by: str = "") -> str:
        """Return the growth of a counter in a second, summed up for each value of ``by``."""
        grouping = f" by ({by})" if by else ""
        return f"sum{grouping} (rate({self.select(metric, *matchers)}[{WINDOW}]))"

    def growth(self, metric: str, *matchers: str, by: str = "") -> str:
        """Return the growth of a counter of rare events, for each value of ``by``."""
        grouping = f" by ({by})" if by else ""
        series = self.select(metric, *matchers)
        return f"sum{grouping} (increase({series}[{LONG_WINDOW}]))"

    def share(self, metric: str, *matchers: str, by: str = "") -> str:
        """Return the share of a counter that has the labels of ``matchers``, 0 to 1."""
        part = self.rate(metric, *matchers, by=by)
        return f"{part} / {self.rate(metric, by=by)}"

    def quantile(
        self, share: float, histogram: str, *matchers: str, by: str = ""
    ) -> str:
        """Return a quantile of a histogram, for each value of ``by``."""
        labels = f"le, {by}" if by else "le"
        buckets = self.rate(f"{histogram}_bucket", *matchers, by=labels)
        return f"histogram_quantile({share:g}, {buckets})"

    def mean(self, histogram: str) -> str:
        """Return the mean of what a histogram counts."""
        return f"{self.rate(f'{histogram}_sum')} / {self.rate(f'{histogram}_count')}"

    def training(self) -> Queries:
        """Return the queries about the exporter of training runs, which is a job of its own.

        Otherwise an exporter that answers would hide that no server does.
        """
        return Queries(f"{self.name}-training")

    def age(self, metric: str, by: str = "") -> str:
        """Return the seconds since the time that a metric states, for each value of ``by``."""
        grouping = f" by ({by}) " if by else ""
        return f"time() - max{grouping}({self.select(metric)})"

    def release_age(self) -> str:
        """Return the seconds since the oldest release that is served was published."""
        created = self.select("listrec_release_created_seconds")
        served = f"{self.select('listrec_release')} > 0"
        return f"time() - min({created} and on (instance, release) {served})"
