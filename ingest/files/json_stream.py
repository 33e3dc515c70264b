"""A JSON document of any size, value by value: one value and a block of text are in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TextIO

from common.errors import InputError

BLOCK_CHARACTERS = 1 << 18
MAX_VALUE_CHARACTERS = 4_000_000
"""Characters of the longest record that is read."""

MAX_DEPTH = 4
"""Objects within each other in which lists of records are looked for."""

_BLANKS = " \t\r\n\ufeff"
_DECODER = json.JSONDecoder(parse_constant=lambda _: None)

Element = tuple[str, object, str]
"""Path of what holds a value, the value, and its text."""


def loads(text: str) -> object:
    """Return the value of a text; raises ``ValueError`` where it is not JSON.

    ``NaN`` and ``Infinity``, which Python writes and JSON does not know, are ``None``.
    """
    try:
        return json.loads(text, parse_constant=lambda _: None)
    except RecursionError:
        raise ValueError("objects are nested too deeply") from None


class JsonStream:
    """The values of a document; ``name`` is that of the file in messages."""

    def __init__(self, stream: TextIO, name: str) -> None:
        """Read a stream from where it stands."""
        self._stream = stream
        self._name = name
        self._text = ""
        self._position = 0
        self._n_dropped_lines = 0
        self._at_end = False

    def elements(self) -> Iterator[Element]:
        """Yield what may be records, by the path of what holds them.

        The path is empty for values at the top and ``[]`` for those of a list there. In a document
        of one object it is ``products[]`` for those of a list, and ``*`` for objects in it.
        """
        n_values = 0
        while character := self._peek():
            n_values += 1
            if character == "[":
                yield from self._list_elements("[]")
            elif character == "{" and n_values == 1 and not self._fits():
                yield from self._object_elements("", depth=1)
            else:
                value, text = self._value()
                yield "", value, text
                is_alone = n_values == 1 and not self._peek()
                if is_alone and isinstance(value, dict):
                    yield from _inner_elements(
                        "",
                        value,
                        depth=1,
                    )

    def _list_elements(self, path: str) -> Iterator[Element]:
        self._position += 1
        while (character := self._peek()) != "]":
            if not character:
                raise self._damage("its list is not closed")
            value, text = self._value()
            yield path, value, text
        self._position += 1

    def _object_elements(self, prefix: str, depth: int) -> Iterator[Element]:
        """Yield the elements of an object that is too large to be one value."""
        self._position += 1
        while self._peek() != "}":
            path = prefix + self._key()
            character = self._peek()
            if character == "[":
                yield from self._list_elements(path + "[]")
            elif character == "{" and not self._fits() and depth < MAX_DEPTH:
                yield from self._object_elements(path + ".", depth + 1)
            else:
                value, text = self._value()
                if isinstance(value, dict):
                    yield prefix + "*", value, text
                    yield from _inner_elements(
                        path + ".",
                        value,
                        depth + 1,
                    )

        self._position += 1

    def _key(self) -> str:
        """Return the next key of an object, and pass the colon after it."""
        if self._peek() != '"':
            raise self._damage("a key is expected")

        key, _ = self._value()

        if self._peek(":") != ":":
            raise self._damage("a colon is expected")

        self._position += 1
        return str(key)

    def _peek(self, but: str = "") -> str:
        """Return the next character after blanks and separators, or nothing at the end."""
        skipped = _BLANKS + ("," if not but else "")
        while True:
            while self._position < len(self._text):
                character = self._text[self._position]
                if character not in skipped:
                    return character
                self._position += 1
            if not self._fill():
                return ""

    def _fits(self) -> bool:
        """Whether the next value can be read as one."""
        try:
            self._decode()
        except (ValueError, RecursionError):
            return False
        return True

    def _value(self) -> tuple[object, str]:
        """Return the next value and its text."""
        try:
            value, end = self._decode()
        except RecursionError:
            raise self._damage("objects are nested too deeply") from None
        except ValueError as error:
            if len(self._text) - self._position >= MAX_VALUE_CHARACTERS:
                raise self._damage(
                    f"a record is longer than {MAX_VALUE_CHARACTERS:,} characters, or not closed"
                ) from None
            raise self._damage(str(error).split(":")[0]) from None

        text = self._text[self._position : end]
        self._position = end
        return value, text

    def _decode(self) -> tuple[object, int]:
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._position)
            except ValueError:
                too_long = len(self._text) - self._position >= MAX_VALUE_CHARACTERS
                if too_long or not self._fill():
                    raise
                continue
            # A number at the end of the block may go on in the next one.
            if end == len(self._text) and self._text[-1].isalnum() and self._fill():
                continue
            return value, end

    def _fill(self) -> bool:
        """Append at least as much text as there is, so that a long value is not parsed often."""
        if self._at_end:
            return False

        size = max(BLOCK_CHARACTERS, len(self._text) - self._position)
        block = self._stream.read(size)
        self._at_end = not block
        self._n_dropped_lines += self._text.count("\n", 0, self._position)
        self._text = self._text[self._position :] + block
        self._position = 0
        return bool(block)

    def _damage(self, reason: str) -> InputError:
        line = 1 + self._n_dropped_lines + self._text.count("\n", 0, self._position)
        return InputError(
            f"{self._name} is damaged JSON at line {line:,}: {reason}; write or copy it again"
        )


def _inner_elements(
    prefix: str, value: Mapping[str, object], depth: int
) -> Iterator[Element]:
    """Yield the elements of an object in memory."""
    for key, inner in value.items():
        path = f"{prefix}{key}"
        if isinstance(inner, list):
            for each in inner:
                yield path + "[]", each, json.dumps(each, ensure_ascii=False)
        elif isinstance(inner, dict):
            yield prefix + "*", inner, json.dumps(inner, ensure_ascii=False)
            if depth < MAX_DEPTH:
                yield from _inner_elements(
                    path + ".",
                    inner,
                    depth + 1,
                )
