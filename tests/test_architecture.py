"""docs/architecture.md walks through code that exists; so do the other pages."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
ROOMS = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
PAGES = [
    path
    for pattern in ("*.md", "docs/**/*.md", "models/*/README.md")
    for path in sorted(ROOT.glob(pattern))
]
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
    assert [room for room in ROOMS if f"| `{room}/`" not in TEXT] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    named = re.findall(
        rf"`((?:{'|'.join(ROOMS)}|tests|docs)/[\w/.-]+)", page.read_text("utf-8")
    )
    assert [path for path in named if not (ROOT / path).exists()] == []
