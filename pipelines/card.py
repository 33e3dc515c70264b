"""The model card: one page of Markdown about a trained artifact, written when it is registered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import models
from common.artifacts import Manifest
from pipelines.records import Challenger, numbers

if TYPE_CHECKING:
    from common.snapshot import Snapshot

SPLITS = ("train", "validation", "test")


def write(challenger: Challenger, manifest: Manifest, snapshot: Snapshot) -> str:
    """Return the card's text: what it predicts, its data, settings, metrics, verdict and size."""
    target, missed = challenger["target"], "; ".join(challenger["reasons"])
    rows = ", ".join(f"{snapshot.count(split)} {split}" for split in SPLITS)
    sections = (
        ("What it does", [_purpose(target, manifest)]),
        ("Data", [f"Snapshot `{snapshot.id}`: {rows} rows. No test row was learned from."]),
        ("Measured on the test rows", _metrics(challenger)),
        ("Gate", ["Passed." if challenger["passed"] else f"Not passed: {missed}."]),
        ("Settings", _table("setting", manifest.config)),
        ("Facts", _table("fact", {**manifest.facts, "size in bytes": manifest.size})),
        ("Encoders", [", ".join(f"`{name}`" for name in manifest.encoders) or "None."]),
    )
    head = f"# {target} `{manifest.id}`\n\nKind `{manifest.kind}`, {manifest.role}.\n"
    body = (f"\n## {title}\n\n" + "\n".join(lines) + "\n" for title, lines in sections)
    return head + "".join(body)


def _purpose(target: str, manifest: Manifest) -> str:
    if manifest.role == "encoder":
        return "Turns a listing into one vector that all models share."
    fields = ", ".join(models.outputs(target))
    return f"Suggests {fields} for a listing; what the seller has confirmed is an input."


def _metrics(challenger: Challenger) -> list[str]:
    demands, metrics = challenger["demands"], numbers(challenger)
    rows = (
        f"| {name} | {value:.4g} | {demands.get(name, '')} |" for name, value in metrics.items()
    )
    return ["| metric | value | demanded |", "|---|---|---|", *rows]


def _table(title: str, values: Mapping[str, Any]) -> list[str]:
    return [f"| {title} | value |", "|---|---|", *_rows(values)]


def _rows(values: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(values):
        yield f"| {key} | {values[key]} |"
