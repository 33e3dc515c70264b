from benchmarks.shared.markdown import (
    bullets,
    describe_run,
    format_values,
    replace_section,
    table,
    with_section,
)
from benchmarks.shared.results import Run


def test_a_table_has_a_head_a_rule_and_its_rows():
    assert table(["a", "b"], [["1", ""]]) == ["| a | b |", "|---|---|", "| 1 |  |"]
    assert table(["a"], []) == []


def test_a_run_is_described_with_what_is_needed_to_repeat_it():
    run = Run(
        "scale",
        "synthetic",
        "2026-11-26",
        "abc",
        "3.11.7",
        "make x",
        "2 cores",
        "Quiet.",
    )
    assert describe_run(run) == (
        "Measured on 2026-11-26 at commit abc with Python 3.11.7 on 2 cores: `make x`. Quiet."
    )


def test_a_section_is_replaced_and_the_rest_of_the_page_stays(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- a -->\nold\n<!-- end of a -->\nafter\n")
    replace_section(page, "a", "new \\1")
    assert page.read_text() == "before\n<!-- a -->\nnew \\1\n<!-- end of a -->\nafter\n"


def test_a_new_section_is_appended():
    assert with_section("", "a", "text") == "<!-- a -->\ntext\n<!-- end of a -->\n"
    assert with_section("page\n", "a", "text").startswith("page\n\n<!-- a -->")


def test_lists_and_values_are_formatted():
    assert bullets(["one", "two"]) == ["- one", "- two"]
    assert format_values([]) == ""
    assert format_values([1.0, 3.0], 1) == "2.0 ± 1.0"
