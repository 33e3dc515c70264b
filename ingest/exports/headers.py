"""Names of columns, compared as people write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

_BETWEEN_WORDS = re.compile(r"[\W_]+")
_NAMESPACE = re.compile(r"^\s*g\s*:\s*")
_PARAMETERS = re.compile(r"\(\s*siteid.*", re.DOTALL)


@lru_cache(maxsize=4096)
def normalise(column: str) -> str:
    """Return a column's name in lower case and half width, its words joined by ``_``.

    Marks are ignored: ``*Title``, ``"title"`` and ``Title`` are one name. So are the namespace
    of Google's attributes (``g:title``) and the parameters in eBay's ``*Action(SiteID=US|...)``.
    """
    folded = unicodedata.normalize("NFKC", column).casefold()
    without_namespace = _NAMESPACE.sub("", folded)
    name = _PARAMETERS.sub("", without_namespace)
    joined = _BETWEEN_WORDS.sub("_", name)
    return joined.strip("_")


def by_name(columns: Iterable[str]) -> Mapping[str, str]:
    """Return the columns of a table by their normalised names; of equal ones the first."""
    named: dict[str, str] = {}
    for column in columns:
        named.setdefault(normalise(column), column)
    return named
