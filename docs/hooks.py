"""Hooks of mkdocs: pages that live outside docs/, the API reference, and links between them."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from posixpath import normpath, relpath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

import models

ROOT = Path(__file__).parents[1]
PACKAGES = ("common", "models", "ingest", "simulator", "pipelines", "serving", "cli")
# These stay where readers of a checkout, and code hosts, look for them.
ROOT_PAGES = (
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "models/ensemble/README.md",
    *(f"models/{name}/README.md" for name in models.NAMES),
)
PICTURES = ("models/ensemble/head.svg",)
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the card of every model and a page for every package folder into the navigation."""
    for entry in config.nav or []:
        if "Model cards" in entry:
            entry["Model cards"] = [
                {name.capitalize(): f"models/{name}/README.md"} for name in models.NAMES
            ]
        if "API reference" in entry:
            entry["API reference"] = [{_room(page): page} for page in _api_pages()]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are outside docs/ and those that are generated."""
    for name in (*ROOT_PAGES, *PICTURES):
        path = str(ROOT / name)
        file = File.generated(config, name, abs_src_path=path)
        files.append(file)

    for page, modules in _api_pages().items():
        references = "\n".join(f"::: {module}\n" for module in modules)
        text = f"# {_room(page)}\n\n{references}"
        file = File.generated(config, page, content=text)
        files.append(file)
    return files


def on_page_markdown(
    markdown: str, page: Page, config: MkDocsConfig, files: Files
) -> str:
    """Make links lead to pages of the site; a link to any other file becomes its text."""
    return LINK.sub(partial(_rewrite, page.file.src_uri, files), markdown)


def _rewrite(source: str, files: Files, link: re.Match[str]) -> str:
    """Return a link of the page ``source`` as it is written in the site."""
    image, text, target = link.groups()
    path, _, anchor = target.partition("#")
    if "://" in target or not path:
        return link[0]

    in_checkout = normpath(f"{_folder_in_checkout(source)}/{path}")
    in_site = in_checkout.removeprefix("docs/")
    if files.get_file_from_path(in_site) is None:
        # Only a file that exists loses its link: a wrong link stays, and fails the build.
        is_known = (ROOT / in_checkout).exists()
        return text if is_known and not image else link[0]

    page_folder = str(Path(source).parent)
    address = relpath(in_site, page_folder)
    fragment = f"#{anchor}" if anchor else ""
    return f"{image}[{text}]({address}{fragment})"


def _folder_in_checkout(source: str) -> Path:
    """Return the folder of a page in a checkout, by which its links are written."""
    path = source if source in ROOT_PAGES else f"docs/{source}"
    return Path(path).parent


def _api_pages() -> dict[str, list[str]]:
    """Map each page of the reference to its modules: one page a folder of a package."""
    pages: dict[str, list[str]] = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            folder = path.parent.relative_to(ROOT)
            # What protoc has generated documents nothing.
            if folder.name == "protos":
                continue

            package_name = ".".join(folder.parts)
            module = f"{package_name}.{path.stem}".removesuffix(".__init__")
            modules = pages.setdefault(f"api/{package_name}.md", [])
            modules.append(module)
    return pages


def _room(page: str) -> str:
    return page.removeprefix("api/").removesuffix(".md")
