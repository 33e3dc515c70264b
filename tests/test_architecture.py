"""docs/architecture.md walks through code that exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
STOPS = sorted(set(re.findall(r"`([\w/]+\.py):([\w.]+)`", TEXT)))
"""Where the walks stop: a file, and a function, a method, a class or a constant in it."""


def names_in(body: list[ast.stmt]) -> set[str]:
    """Names that statements define, those of classes with their methods: ``Head.scores``."""
    names = set()
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.add(name)
            case ast.ClassDef(name=name):
                names |= {name, *(f"{name}.{inner}" for inner in names_in(node.body))}
            case ast.Assign(targets=[ast.Name(id=name)]):
                names.add(name)
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
    return names


def test_there_are_three_walks() -> None:
    assert len(re.findall(r"^1\. ", TEXT.split("## Decisions")[0], re.MULTILINE)) == 3
    assert len(STOPS) > 40


@pytest.mark.parametrize(("file", "name"), STOPS)
def test_every_stop_of_a_walk_exists(file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert name in names_in(tree.body)


def test_every_room_is_described() -> None:
    rooms = {path.parent.relative_to(ROOT).parts[0] for path in ROOT.glob("*/__init__.py")}
    assert {room for room in rooms if f"| `{room}/`" not in TEXT} == set()
