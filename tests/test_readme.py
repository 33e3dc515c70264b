"""README.md, CONTRIBUTING.md and the pages for beginners state nothing that is not so."""

import csv
import re
import shlex
import shutil
from importlib import import_module
from pathlib import Path

import pytest
from PIL import Image

import models
from cli.main import COMMANDS, listrec, main
from common import errors
from common.settings import Settings
from simulator import source

ROOT = Path(__file__).parents[1]
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted(ROOT.glob("models/*/README.md")),
]
README, CONTRIBUTING, STARTING, CONFIGURATION = (
    (ROOT / name).read_text(encoding="utf-8")
    for name in (
        "README.md",
        "CONTRIBUTING.md",
        "docs/getting-started.md",
        "docs/configuration.md",
    )
)
TOO_LONG = ("train", "tune", "serve")
"""Commands that are only read here: running them is what other tests do."""


def examples(text):
    """Lines of the bash blocks, without comments."""
    blocks = re.findall(r"```bash\n(.*?)```", text, re.DOTALL)
    lines = [
        shlex.split(line, comments=True)
        for block in blocks
        for line in block.splitlines()
    ]
    return [line for line in lines if line]


@pytest.fixture
def shop(tmp_path, monkeypatch, released_home):
    """A folder with shop.csv and shoes.jpg, and a champion of its own."""
    shutil.copytree(released_home, tmp_path / "home")
    monkeypatch.setenv("LISTREC_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LISTREC_STORE", raising=False)
    monkeypatch.chdir(tmp_path)
    rows = [dict(row.values) for batch in source.read(300, seed=5) for row in batch]
    names = {"title": "Headline", "price": "Amount"}
    Image.new("RGB", (64, 48), "red").save("shoes.jpg")
    with open("shop.csv", "w", encoding="utf-8", newline="") as file:
        fields = sorted({name for row in rows for name in row})
        csv.writer(file).writerow([names.get(name, name) for name in fields])
        csv.DictWriter(file, fields).writerows(rows)


def test_the_python_of_the_readme_runs(shop, capsys):
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(code, {})

    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert names == list(models.NAMES)


def test_the_commands_for_beginners_run(shop):
    ran = []
    for program, *words in examples(STARTING):
        if (
            program == "listrec"
            and words[0] not in TOO_LONG
            and "--server" not in words
        ):
            # There was only one champion.
            expected = 4 if words == ["registry", "rollback"] else 0
            assert main(words) == expected, words
            ran.append(words[0])

    learning = {"profile", "ingest", "evaluate"}
    assert set(ran) == {*learning, "suggest", "suggest-table", "registry"}
    assert Path("answers.parquet").exists()


def test_every_command_that_is_named_is_understood(monkeypatch):
    # As CONTRIBUTING adds it.
    monkeypatch.setattr("models.NAMES", (*models.NAMES, "condition"))
    found = [
        words
        for program, *words in examples(STARTING + CONTRIBUTING)
        if program == "listrec"
    ]
    for words in found:
        listrec.make_context("listrec", words[:1])
        module, name = COMMANDS[words[0]].split(":")
        command = getattr(import_module(module), name)
        assert command.make_context(words[0], list(words[1:])), words

    assert len(found) > 8


def test_every_target_that_is_named_is_in_the_makefile():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(
        re.findall(
            r"(?:`|^)make ([a-z-]+)", README + STARTING + CONTRIBUTING, re.MULTILINE
        )
    )

    assert {"demo", "test", "check"} <= named
    assert named <= set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for link in re.findall(
        r"\]\((?!https?://)([^)#]+)", page.read_text(encoding="utf-8")
    ):
        assert (page.parent / link).exists(), link


def test_every_exit_code_is_explained():
    kinds = [each for each in vars(errors).values() if isinstance(each, type)]
    codes = {kind.exit_code for kind in kinds if issubclass(kind, errors.ListrecError)}

    assert codes | {0, 130} == {
        int(code) for code in re.findall(r"^\| (\d+) \|", STARTING, re.M)
    }


def test_defaults_are_as_documented():
    settings = Settings.from_environment({})

    assert settings.home == Path(".listrec").absolute()
    assert settings.store == str(settings.home / "store")
    assert settings.tracking_uri == f"sqlite:///{settings.home / 'mlflow.db'}"
    assert re.search(
        r"^\| `LISTREC_HOME` \| .* \| `\.listrec` \|$", CONFIGURATION, re.M
    )


def test_every_command_is_documented():
    for command in COMMANDS:
        assert re.search(
            rf"\b(listrec|make) {command}\b|\*\*{command}\*\*", README + STARTING
        ), command
