"""Messages in a Slack channel, by an incoming webhook."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)
from slack_sdk.webhook import WebhookClient

from common.errors import UnavailableError
from common.runs.outcome import (
    AWAITING,
    FAILURE,
    ON_HOLD,
    PROMOTED,
    REFUSED,
    TRAINED,
    RunOutcome,
)
from pipelines.notifications.report import RunReport, TargetReport

TIMEOUT = 5
"""Seconds that Slack has for an answer."""

MAX_TITLE, MAX_TEXT = 150, 3_000
"""Most characters of a header and of a section, by Slack's reference of blocks."""

CUT = "\n… cut"

TITLES = {
    PROMOTED: "a new release is the champion",
    AWAITING: "a new release awaits approval",
    ON_HOLD: "a new release waits, because promotions are held",
    REFUSED: "refused, the champion stays",
    FAILURE: "failed",
    TRAINED: "encoders are trained",
}
"""What is said of each state of an outcome."""


def post(webhook: str, title: str, sections: Sequence[str]) -> None:
    """Post a title and sections in Slack's mrkdwn.

    Raises ``UnavailableError`` where Slack does not take the message; the error names no address,
    which is a secret.
    """
    # The library writes the address into its log.
    logger = logging.Logger("slack", level=logging.CRITICAL + 1)
    client = WebhookClient(
        webhook,
        timeout=TIMEOUT,
        logger=logger,
        retry_handlers=[
            ConnectionErrorRetryHandler(max_retry_count=1),
            RateLimitErrorRetryHandler(max_retry_count=1),
            ServerErrorRetryHandler(max_retry_count=2),
        ],
    )
    try:
        answer = client.send(text=title, blocks=_blocks(title, sections))
    except Exception as error:
        # From None: the library's own message may have the address in it.
        reason = type(error).__name__
        raise UnavailableError(f"Slack does not answer ({reason})") from None
    if answer.status_code != 200:
        raise UnavailableError(f"Slack answered {answer.status_code}")


def format_title(report: RunReport) -> str:
    """Return the title of a message about a run: ``train-all: refused, the champion stays``."""
    outcome = report.outcome
    state = TITLES.get(outcome["state"], outcome["state"])
    return f"train-{outcome['pipeline']}: {state}"


def format_sections(report: RunReport) -> Iterator[str]:
    """Yield the sections of a message about a run, each in Slack's mrkdwn."""
    yield "\n".join(_facts(report))
    if report.outcome["reasons"]:
        reasons = [f"• {escape(reason)}" for reason in report.outcome["reasons"]]
        yield "*Reasons*\n" + "\n".join(reasons)

    if report.targets:
        yield "*Metrics*\n" + "\n".join(_target(target) for target in report.targets)
    if report.links:
        links = report.links.items()
        yield " · ".join(f"<{escape(page)}|{escape(title)}>" for title, page in links)


def escape(text: str) -> str:
    """Return a text in which Slack reads no mention and no link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _facts(report: RunReport) -> Iterator[str]:
    outcome = report.outcome
    yield f"Run `{escape(outcome['run'])}`"
    if outcome["release"]:
        yield f"Release `{escape(outcome['release'])}`"
    yield _use(outcome)
    if report.data_report:
        # No link: a browser opens neither a path nor an object of a bucket.
        yield f"How the rows have changed: `{escape(report.data_report)}`"
    if report.failures > 1:
        yield f"{report.failures} failures in a row"


def _use(outcome: RunOutcome) -> str:
    wall, cpu = outcome["seconds"] / 60, outcome["cpu_seconds"] / 60
    text = f"{wall:.1f} minutes, {cpu:.1f} minutes of processor time"
    # Outcomes of earlier versions have neither GPUs nor costs.
    if gpu_seconds := outcome.get("gpu_seconds"):
        text += f", {gpu_seconds / 60:.1f} minutes of GPUs"
    cost = outcome.get("cost")
    return f"{text}, about {escape(cost)}" if cost else text


def _target(report: TargetReport) -> str:
    if report.left_out:
        return f"• {escape(report.target)} is left out: {escape(report.left_out)}"
    metrics = ", ".join(f"{name} {value:.4g}" for name, value in report.metrics.items())
    lines = [f"• {escape(report.target)}: {escape(metrics) or 'no metrics'}"]
    lines += [f"    {escape(clause)}" for clause in report.clauses]
    if report.trials:
        trials = escape("; ".join(report.trials))
        lines.append(f"    chosen on validation rows: {trials}")
    return "\n".join(lines)


def _blocks(title: str, sections: Sequence[str]) -> list[dict[str, Any]]:
    header = {"type": "plain_text", "text": title[:MAX_TITLE]}
    blocks: list[dict[str, Any]] = [{"type": "header", "text": header}]
    for section in sections:
        text = {"type": "mrkdwn", "text": _shorten(section)}
        blocks.append({"type": "section", "text": text})
    return blocks


def _shorten(text: str) -> str:
    if len(text) <= MAX_TEXT:
        return text
    # At the end of a line, so that no escaped character and no link is cut in two.
    kept, _, _ = text[: MAX_TEXT - len(CUT)].rpartition("\n")
    return kept + CUT
