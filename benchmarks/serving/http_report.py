"""The section of the page about answers over HTTP: what the gateway and its events cost."""

from __future__ import annotations

from benchmarks.serving.browsers import SUGGESTIONS_A_LISTING
from benchmarks.serving.goals import TWO
from benchmarks.serving.report import footprint_table, load_table
from benchmarks.shared.markdown import bullets, describe_run
from benchmarks.shared.results import Results, Run

METHOD = (
    "The same listings go to the same two workers over gRPC, and over HTTP to the gateway in them:"
    " as JSON, and with a photo as a form. All else is as above.",
    "The echo over HTTP is a FastAPI on uvicorn that parses the same requests and sends one answer,"
    " in one process.",
    "With events, each suggestion is followed by `/v1/shown`, and every"
    f" {SUGGESTIONS_A_LISTING}th by `/v1/outcomes`, on the same connection. Its row counts"
    " suggestions. Their processor time is that of all these requests, of the log and of the drain"
    " into SQLite; their latency ends when the events are on the disk, for which no page waits.",
    "The limit of an address is lifted: all callers have the same one. The gateway begins with an"
    " empty cache, so its start fetches the release.",
)
"""How it is measured, for the page."""


def page_section(run: Run, results: Results) -> str:
    """The section ``serving http`` of the page on benchmarks."""
    lines = ["## Answers over HTTP", "", describe_run(run), "", *bullets(METHOD), ""]
    lines += [*load_table(results, TWO, "gRPC"), "", *footprint_table(results), ""]
    return "\n".join(lines)
