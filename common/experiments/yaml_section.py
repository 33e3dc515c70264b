"""Mappings of a YAML file whose values are read with checks, and errors that name the line."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from common.errors import InputError


@dataclass(frozen=True, slots=True)
class Section:
    """One mapping of a YAML file.

    Each method that reads a value raises ``InputError`` with the file, the line and an example of a
    legal value.
    """

    path: str
    line: int
    nodes: Mapping[str, yaml.Node]
    lines: Mapping[str, int]

    @classmethod
    def parse(cls, text: str, path: str, names: Sequence[str]) -> Section:
        """Read the text of a file that maps some of ``names`` to values."""
        try:
            node = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise InputError(f"{path}, line {line}: {error.problem}") from None
        except yaml.YAMLError as error:
            raise InputError(f"{path} is not YAML: {error}") from None
        return cls._of_node(node, path, names)

    @classmethod
    def _of_node(
        cls, node: yaml.Node | None, path: str, names: Sequence[str]
    ) -> Section:
        line = node.start_mark.line + 1 if node else 1
        if not isinstance(node, yaml.MappingNode):
            raise InputError(
                f"{path}, line {line}: there should be names and values here, such as "
                f"'{names[0]}: ...'"
            )
        nodes: dict[str, yaml.Node] = {}
        lines: dict[str, int] = {}
        for name_node, value in node.value:
            name, name_line = str(name_node.value), name_node.start_mark.line + 1
            if name not in names:
                known = ", ".join(names)
                raise InputError(
                    f"{path}, line {name_line}: there is no {name!r} here; there are {known}"
                )
            if name in nodes:
                raise InputError(
                    f"{path}, line {name_line}: {name!r} stands in line {lines[name]} already"
                )
            nodes[name], lines[name] = value, name_line
        return cls(path, line, nodes, lines)

    def error(self, name: str, message: str) -> InputError:
        """Return an error with the line of a name, or with that of the section without it."""
        return InputError(
            f"{self.path}, line {self.lines.get(name, self.line)}: {message}"
        )

    def check(self, name: str, is_legal: bool, legal: str) -> None:
        """Raise the error of a name unless its value is legal; ``legal`` says what is."""
        if not is_legal:
            raise self.error(name, f"{name} should be {legal}")

    def text(self, name: str, example: str, default: str | None = None) -> str:
        """Return a text that is not blank, or the default where the name is absent."""
        if name not in self.nodes and default is not None:
            return default
        legal = f"a text, such as {example}"
        value = self._scalar(name, legal)
        if is_number(value):
            given = self.nodes[name].value
            legal = f"a text, and {given} is a number in YAML: put it into quotes, '{given}'"
        self.check(name, isinstance(value, str) and value.strip() != "", legal)
        return str(value).strip()

    def number(
        self,
        name: str,
        low: float,
        high: float,
        legal: str,
        default: float | None = None,
    ) -> float:
        """Return a number from ``low`` to ``high``, both included; ``legal`` describes it."""
        if name not in self.nodes and default is not None:
            return default
        value = self._scalar(name, legal)
        self.check(name, is_number(value) and low <= value <= high, legal)
        return float(value)

    def flag(self, name: str) -> bool:
        """Return a truth value; ``False`` where the name is absent."""
        value = self._scalar(name, "true or false") if name in self.nodes else False
        self.check(name, isinstance(value, bool), "true or false")
        return bool(value)

    def day(self, name: str) -> date:
        """Return a day."""
        value = self._scalar(name, "a day, such as 2026-12-01")
        # A time of day is a date too, by inheritance.
        self.check(name, type(value) is date, "a day, such as 2026-12-01")
        assert isinstance(value, date)
        return value

    def values(self, name: str, legal: str) -> tuple[Any, ...]:
        """Return the values of a list that has neither lists nor mappings in it."""
        node = self._node(name, legal)
        items = node.value if isinstance(node, yaml.SequenceNode) else ()
        is_flat = all(isinstance(item, yaml.ScalarNode) for item in items)
        self.check(name, len(items) > 0 and is_flat, legal)
        return tuple(self._construct(name, item, legal) for item in items)

    def section(self, name: str, names: Sequence[str]) -> Section:
        """Return the mapping of a name; an empty one where the name is absent."""
        if name not in self.nodes:
            return Section(self.path, self.line, {}, {})
        return self._of_node(self.nodes[name], self.path, names)

    def sections(self, name: str, names: Sequence[str]) -> Iterator[Section]:
        """Yield the mappings of a list; none where the name is absent."""
        if name not in self.nodes:
            return
        node = self.nodes[name]
        is_list = isinstance(node, yaml.SequenceNode)
        self.check(
            name, is_list, f"a list, each part of which begins with '- {names[0]}:'"
        )
        for item in node.value:
            yield self._of_node(item, self.path, names)

    def _scalar(self, name: str, legal: str) -> Any:
        node = self._node(name, legal)
        self.check(name, isinstance(node, yaml.ScalarNode), legal)
        return self._construct(name, node, legal)

    def _node(self, name: str, legal: str) -> yaml.Node:
        if name not in self.nodes:
            raise self.error(name, f"{name} is missing; it is {legal}")
        return self.nodes[name]

    def _construct(self, name: str, node: yaml.Node, legal: str) -> Any:
        # Scalars alone are made, so that a file of a few lines cannot unfold into millions.
        try:
            return yaml.SafeLoader("").construct_object(node)
        except (ValueError, yaml.YAMLError):
            raise self.error(name, f"{name} should be {legal}") from None


def is_number(value: object) -> bool:
    """Return whether a value of a file is a finite number; YAML has ``.nan`` and ``.inf`` too."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return math.isfinite(value)
