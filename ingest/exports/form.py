"""What is known of one form of export: its columns, and how its cells become ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Cells = dict[str, object]
"""Cells of one listing by field of ours, or by a name of ``ExportForm.extra``."""

Sample = Sequence[Mapping[str, object]]
"""The first records of a table by column, from which a form is told from others like it."""


PREVIOUS = "(previous)"
"""Stands for the listing before, where a record says that it belongs to that one."""


@dataclass(frozen=True, slots=True)
class Reference:
    """How records refer to each other, such as the variations of a product to their product.

    Attributes:
        names: Names under which later records may refer to this one.
        parent: Name of the listing that this record is a part of, if it is one; ``PREVIOUS`` is
            the one before. A record whose parent is not known is a listing of its own.
    """

    names: tuple[str, ...] = ()
    parent: str = ""


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
        group: Column whose equal values are one listing, such as the variants of a product.
        convert: Makes cells of a listing ours; returns them with a reason for each field whose
            cell is dropped. A reason under ``""`` rejects the whole row.
        currency: Of all prices; options and a column of currencies win.
        price_basis: What all prices are, one of ``PRICE_BASES``; empty where the form does not
            say it.
        language: Of all texts.
        notes: Sentences about the form for the profile.
        also_required: Other sets of columns by which the form is recognised: its older wordings.
        extra: Further columns that ``convert`` needs, by a name of their own.
        refer: Returns from the cells of a record what it belongs to, where no ``group`` tells.
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
    price_basis: str = ""
    language: str = ""
    notes: tuple[str, ...] = ()
    also_required: tuple[tuple[str, ...], ...] = ()
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    refer: Callable[[Cells], Reference] | None = None
    check: Callable[[ExportForm, Sequence[str], Sample], ExportForm | None] | None = (
        None
    )
