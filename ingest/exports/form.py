"""What is known of one form of export: its columns, and how its cells become ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Cells = dict[str, object]
"""Cells of one listing by field of ours, or by a name of ``ExportForm.extra``."""

Sample = Sequence[Mapping[str, object]]
"""The first records of a table by column, from which a form is told from others like it."""


@dataclass(frozen=True, slots=True)
class ExportForm:
    """A form in which a shop's or a marketplace's system exports listings.

    Columns are compared by ``headers.normalise``. ``exports.recognise`` returns a form whose
    columns are those that the table has, in the table's spelling.

    Attributes:
        name: As it is typed after ``--form``.
        title: For people, such as "Shopify's product export".
        columns: For a field, the columns of the form; the first one that is filled in a row
            counts, and of photos all of them.
        required: Columns by which the form is recognised: all of them must be there.
        group: Column whose equal values in consecutive records are one listing, such as the
            variants of a product.
        convert: Makes cells of a listing ours; returns them with a reason for each field whose
            cell is dropped. A reason under ``""`` rejects the whole row.
        currency: Of all prices; options and a column of currencies win.
        language: Of all texts.
        notes: Sentences about the form for the profile.
        also_required: Other sets of columns by which the form is recognised: its older wordings.
        extra: Further columns that ``convert`` needs, by a name of their own.
        continues: Tells from the cells of a listing's first record and those of a later one
            whether they are one listing, where equal values of ``group`` do not tell it.
        check: Looks at the columns and the sample where a header alone proves nothing. Returns
            the form, adapted to the table, or ``None`` when the table has another form.
    """

    name: str
    title: str
    columns: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    group: str = ""
    convert: Callable[[Cells], tuple[Cells, dict[str, str]]] | None = None
    currency: str = ""
    language: str = ""
    notes: tuple[str, ...] = ()
    also_required: tuple[tuple[str, ...], ...] = ()
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    continues: Callable[[Cells, Cells], bool] | None = None
    check: Callable[[ExportForm, Sequence[str], Sample], ExportForm | None] | None = (
        None
    )
