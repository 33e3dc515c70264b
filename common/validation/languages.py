"""Codes of languages that listings can have."""

from __future__ import annotations

_CODES = """
aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy
da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy
hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li
ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa
pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th
ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu ceb fil yue
"""

LANGUAGES = frozenset(_CODES.split())
"""ISO 639-1, and the languages of marketplaces that have a code in ISO 639-3 only."""


def is_language(code: str) -> bool:
    """Return whether a code, such as ``en`` or ``pt-br``, names a language that is known.

    What follows the language is not checked.
    """
    return code.partition("-")[0] in LANGUAGES and code == code.lower()
