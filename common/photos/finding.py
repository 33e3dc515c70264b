"""Finds the file that a table's name means, where systems spell the same name differently.

A name as it is comes first. Else the one file counts that differs from it in the composition of
accents (macOS takes them apart), in percent-encoding, or in letter case, in this order.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

from common.errors import PhotoError
from common.photos import reading
from common.photos.stored_names import (
    SPELLINGS,
    StoredNames,
    key_of,
    key_of_parts,
    names_of_archive,
    names_of_folder,
)

MAX_PARTS = 8
"""Parts that one name may have been cut into."""


def find(root: str, name: str) -> str:
    """Return the path of a name below a root; of the name as it is where there is no such file.

    Raises ``PhotoError`` when several files may be meant.
    """
    exact = f"{root}/{name}"
    if reading.exists(exact):
        return exact

    place = _place_in_archive(root, name)
    if place is None:
        return _find_in_folders(root, name) or exact
    found = _pick(place.name, names_of_archive(place.archive, place.prefix))
    return exact if found is None else f"{place.archive}/{found}"


def join_parts(root: str, parts: Sequence[str]) -> list[str]:
    """Return names, with those put together that a cell was cut into at their own separators.

    Files decide: ``["set 1", "front.jpg"]`` is one name where there is ``set 1; front.jpg``.
    """
    names: list[str] = []
    start = 0
    while start < len(parts):
        for n_parts in range(min(MAX_PARTS, len(parts) - start), 0, -1):
            group = parts[start : start + n_parts]
            name = group[0] if n_parts == 1 else _whole_name(root, group)
            if name is not None:
                break
        assert name is not None  # one part is a name
        names.append(name)
        start += n_parts
    return names


def _whole_name(root: str, parts: Sequence[str]) -> str | None:
    """Return the name of the one file that would be cut into these parts."""
    first, *others = parts
    place = _place_in_archive(root, first)
    if place is None:
        folder, slash, base = first.rpartition("/")
        names = names_of_folder(f"{root}/{folder}")
        found = _only(names, base, others)
        return None if found is None else folder + slash + found

    names = names_of_archive(place.archive, place.prefix)
    found = _only(names, place.name, others)
    if found is None:
        return None
    above = first.removesuffix(place.name)
    return above + found.removeprefix(place.prefix)


def _only(names: StoredNames, first: str, others: Sequence[str]) -> str | None:
    """Return the stored name with these parts, where there is one and no other."""
    key = key_of_parts([first, *others])
    found = names.by_parts.get(key, frozenset())
    if len(found) != 1:
        return None
    (name,) = found
    return name


class _Place(NamedTuple):
    """A name in an archive, below a prefix of its members."""

    archive: str
    prefix: str
    name: str


def _place_in_archive(root: str, name: str) -> _Place | None:
    if inside := reading.split_archive(f"{root}/"):
        return _Place(*inside, name)
    if inside := reading.split_archive(f"{root}/{name}"):
        archive, member = inside
        return _Place(archive, "", member)
    return None


def _find_in_folders(root: str, name: str) -> str | None:
    place = root
    for part in name.split("/"):
        stored: str | None = part
        if not os.path.lexists(f"{place}/{part}"):
            stored = _pick(part, names_of_folder(place))
        if stored is None:
            return None
        place = f"{place}/{stored}"
    return place


def _pick(name: str, names: StoredNames) -> str | None:
    """Return the stored name that is nearest in spelling; raises ``PhotoError`` for several."""
    candidates = names.by_key.get(key_of(name), ())
    for spelling in SPELLINGS:
        wanted = spelling(name)
        found = {stored for shown, stored in candidates if spelling(shown) == wanted}
        if len(found) == 1:
            return found.pop()
        if found:
            raise PhotoError(
                "several files differ from the name in letter case or accents only: name one"
                " exactly"
            )
    return None
