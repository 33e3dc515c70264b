"""Which elements of a feed are its records, and the fields of one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

# Types alone: defusedxml parses.
from xml.etree.ElementTree import Element  # nosec B405

MAX_EVENTS = 200_000
"""Events of the parser from which the elements that are records are recognised."""

_USUAL_TAGS = frozenset(
    ("item", "entry", "product", "offer", "listing", "row", "record", "article")
)
_NAMED_FIELDS = frozenset(["field", "column", "property", "attribute", "param"])
"""Elements that say in an attribute which field they hold, as databases export them."""

_MARKUP = frozenset(
    ("p", "br", "b", "i", "u", "a", "div", "span", "ul", "ol", "li", "strong", "em")
    + ("img", "h1", "h2", "h3", "table", "font")
)
"""Tags of HTML that stand in descriptions without being escaped."""

Events = Iterator[tuple[str, Element]]


@dataclass(slots=True)
class _OpenElement:
    """An element that has begun and not ended, with the number of its children so far."""

    tag: str
    element: Element
    n_children: int = 0


def find_record_path(events: Events) -> tuple[str, ...]:
    """Return the tags from the root to the records; empty where nothing repeats.

    Records are the elements with fields that are met most often at the least depth.
    """
    counts = Counter(_paths_with_fields(events))
    return _choose(counts)


def _paths_with_fields(events: Events) -> Iterator[tuple[str, ...]]:
    """Yield the path of each element that has two fields or more, as it ends."""
    opened: list[_OpenElement] = []
    for n_events, (event, element) in enumerate(events):
        if event == "start":
            if opened:
                opened[-1].n_children += 1
            opened.append(_OpenElement(local_name(element.tag), element))
            continue

        ended = opened.pop()
        if ended.n_children + len(element.attrib) >= 2:
            tags = [parent.tag for parent in opened]
            yield (*tags, ended.tag)
        # What has been counted is let go, so that memory does not grow.
        if opened:
            opened[-1].element.remove(element)
        if n_events > MAX_EVENTS:
            return


def iterate_records(events: Events, path: tuple[str, ...]) -> Iterator[Element]:
    """Yield the elements at a path; each is let go when the next one is asked for."""
    stack: list[str] = []
    parents: list[Element] = []
    for event, element in events:
        if event == "start":
            stack.append(local_name(element.tag))
            parents.append(element)
            continue

        depth = len(stack)
        if depth == len(path) and tuple(stack) == path:
            yield element
        stack.pop()
        parents.pop()
        if depth <= len(path) and parents:
            parents[-1].remove(element)


def read_fields(record: Element) -> dict[str, object]:
    """Return the fields of a record: texts, or lists of them where a tag is repeated.

    Fields of nested elements are ``tag.inner``, attributes ``tag.attribute``; those of the record
    itself have their own names.
    """
    fields: dict[str, object] = {}
    origins: dict[str, str] = {}
    for name, origin, value in _iterate_fields(record):
        if value == "" and name in fields:
            continue
        if name not in fields or fields[name] == "":
            fields[name] = value
            origins[name] = origin
        elif origins[name] == origin:
            before = fields[name]
            fields[name] = (
                [*before, value] if isinstance(before, list) else [before, value]
            )

        # Another namespace says the same thing again, as <title> beside <g:title>.
    return fields


def local_name(tag: object) -> str:
    """Return a tag without its namespace."""
    return str(tag).rpartition("}")[2]


def _iterate_fields(record: Element) -> Iterator[tuple[str, str, str]]:
    """Yield name, tag with its namespace, and text of every field."""
    for key, value in record.attrib.items():
        yield local_name(key), key, value

    for child in record:
        tag = str(child.tag)
        is_named = local_name(tag).casefold() in _NAMED_FIELDS
        given = child.get("name") if is_named else None
        if given:
            yield given, tag + given, _text(child)
        else:
            yield from _iterate_inner(child, tag)


def _iterate_inner(child: Element, tag: str) -> Iterator[tuple[str, str, str]]:
    """Yield the fields of an element within a record: of its own, and of its attributes."""
    name = local_name(tag)
    if len(child) and not _has_markup(child):
        for inner in child:
            inner_tag = str(inner.tag)
            inner_name = f"{name}.{local_name(inner_tag)}"
            yield inner_name, inner_tag, _text(inner)
    else:
        yield name, tag, _text(child)

    for key, value in child.attrib.items():
        yield f"{name}.{local_name(key)}", tag + key, value


def _has_markup(element: Element) -> bool:
    """Whether the children are HTML within a text, and no fields."""
    is_mixed = bool((element.text or "").strip())
    return is_mixed or any(
        local_name(child.tag).casefold() in _MARKUP for child in element
    )


def _text(element: Element) -> str:
    return "".join(map(str, element.itertext())).strip()


def _choose(counts: Counter[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the likeliest path of records: by a usual tag, by repetition, or any."""
    usual = [path for path in counts if path[-1].casefold() in _USUAL_TAGS]
    repeated = [path for path, count in counts.items() if count >= 2]
    for paths in (usual, repeated, list(counts)):
        # The root holds the records, and is none itself.
        inner = [path for path in paths if len(path) > 1]
        if inner:
            return min(inner, key=lambda path: (len(path), -counts[path]))

    return ()
