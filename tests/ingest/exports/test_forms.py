"""What holds for every form: a page, a name, columns of our fields, and its own header."""

from pathlib import Path

import pytest

from ingest.exports import FORMS, NAMES, recognise
from ingest.exports.headers import normalise
from ingest.source import FIELDS

PAGES = Path(__file__).parents[3] / "docs" / "exports"


def name_of(form):
    return form.name


@pytest.mark.parametrize("form", FORMS, ids=name_of)
def test_every_form_has_a_page_with_its_columns_and_the_two_commands(form):
    page = (PAGES / f"{form.name.replace(' ', '-')}.md").read_text("utf-8")
    for columns in (form.required, *form.columns.values()):
        assert f"`{columns[0]}`" in page
    assert "listrec ingest" in page
    assert "listrec train all" in page


@pytest.mark.parametrize("form", FORMS, ids=name_of)
def test_columns_are_those_of_our_fields_and_names_beside_them_are_others(form):
    assert set(form.columns) <= set(FIELDS)
    assert not set(form.extra) & {*FIELDS, "group"}


@pytest.mark.parametrize("form", FORMS, ids=name_of)
def test_a_header_with_all_columns_is_recognised_and_spelled_as_in_the_table(form):
    names = [name for names in form.columns.values() for name in names]
    names += [name for names in form.extra.values() for name in names]
    header = list(
        {normalise(name): name.upper() for name in names + [*form.required]}.values()
    )
    sample = [dict.fromkeys(header, "日本")] if form.language == "ja" else []
    found = recognise(header, sample, form.name)
    spelled = {name for names in found.columns.values() for name in names}
    assert spelled <= set(header)
    assert set(found.columns) == set(form.columns)


@pytest.mark.parametrize("form", FORMS, ids=name_of)
@pytest.mark.parametrize("which", [0, -1])
def test_each_set_of_columns_recognises_its_form_and_no_other(form, which):
    header = (form.required, *form.also_required)[which]
    columns = ["*Action(SiteID=US)" if name == "Action" else name for name in header]
    sample = [dict.fromkeys(columns, "日本")] if form.language == "ja" else []
    assert recognise(columns, sample).name == form.name


def test_names_can_be_typed_with_dashes():
    assert len(set(NAMES)) == len(FORMS)
    header = [name for names in FORMS[0].columns.values() for name in names]
    assert recognise(header, [], "Kaggle-Mercari").name == "kaggle mercari"
