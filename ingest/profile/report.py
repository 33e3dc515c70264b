"""The profile of a snapshot in Markdown: a summary of one screen, then all tables."""

from __future__ import annotations

from collections.abc import Iterator

from common.snapshot import SnapshotManifest
from ingest.profile.counts import ProfileCounts
from ingest.profile.markdown import Line, bullets, escape, table
from ingest.profile.summary import FieldSummary, Summary, summarise
from ingest.profile.tables import tables

MAX_FINDINGS = 10
"""Findings of the first screen; more of them follow below."""


def write_report(manifest: SnapshotManifest, profile: ProfileCounts) -> str:
    """Return the profile as Markdown; the same rows give the same report."""
    summary = summarise(manifest, profile)
    sections = [
        f"# Snapshot {manifest.id}" if manifest.id else "# Profile of a table",
        *_first_screen(summary),
        *_details(summary),
        *tables(manifest, profile),
    ]
    # A table without lines is an empty section: it has nothing to report.
    return "\n\n".join(filter(None, sections)) + "\n"


def _first_screen(summary: Summary) -> list[str]:
    """Return what is read first: about forty lines, a sentence each."""
    facts = [f"- {name}: {escape(value)}" for name, value in summary.facts]
    lost = [escape(sentence) for sentence in summary.lost]
    findings = _first_findings(summary) or ["nothing that these rules know of"]
    return [
        f"From `{escape(summary.name)}`; `profile.html` has this page with plots.",
        "\n".join(facts),
        bullets("What looks wrong", findings),
        bullets("What was dropped", lost),
        _columns(summary),
    ]


def _first_findings(summary: Summary) -> list[str]:
    findings = list(_findings(summary))
    n_more = len(findings) - MAX_FINDINGS
    if n_more <= 0:
        return findings
    return [*findings[:MAX_FINDINGS], f"{n_more:,} more below"]


def _columns(summary: Summary) -> str:
    # A synthetic shop has no columns that could mean anything else.
    has_columns = any(field.columns for field in summary.fields)
    if not has_columns:
        return ""

    fields = [_field(field) for field in summary.fields]
    return table(
        "What the columns mean",
        ("field", "column", "meaning", "why"),
        fields,
    )


def _details(summary: Summary) -> list[str]:
    """Return what the first screen has no room for."""
    findings = list(_findings(summary))
    cells = [
        (field.name, f"{field.used:,}", f"{field.dropped:,}", f"{field.empty:,}")
        for field in summary.fields
    ]
    return [
        bullets("What else looks wrong", findings[MAX_FINDINGS:]),
        table("Cells of accepted rows", ("field", "used", "dropped", "empty"), cells),
    ]


def _findings(summary: Summary) -> Iterator[str]:
    for finding in summary.findings:
        sentence = escape(finding.sentence)
        remedy = f" *{escape(finding.remedy)}*" if finding.remedy else ""
        yield f"**{finding.word}**: {sentence}.{remedy}"


def _field(field: FieldSummary) -> Line:
    columns = ", ".join(field.columns) or "none: known of all rows"
    meaning = field.meaning or "as it is written"
    return (field.name, columns, meaning, field.evidence)
