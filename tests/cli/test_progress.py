"""Progress speaks only of what takes a while."""

import io
import sys

from cli import progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_says_nothing_of_what_is_quick(capsys):
    with progress.progress("ingest") as report:
        report("rows", 0.5)
    assert capsys.readouterr().err == ""


def test_writes_few_lines_without_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    with progress.progress("ingest") as report:
        for step in range(100):
            report(f"{step} rows", step / 100)
    assert capsys.readouterr().err == "ingest: 0 rows (0%)\n"


def test_draws_a_bar_on_a_terminal(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "PATIENCE", -1.0)
    with progress.progress("ingest") as report:
        report("9 rows", 0.5)
    assert "ingest: 9 rows" in terminal.getvalue()
