"""Hooks of mkdocs: pages that live outside docs/, the API reference, and links between them."""

from __future__ import annotations

import re
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
    *(f"models/{name}/README.md" for name in models.NAMES),
)
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
    for name in ROOT_PAGES:
        files.append(File.generated(config, name, abs_src_path=str(ROOT / name)))
    for page, modules in _api_pages().items():
        references = "\n".join(f"::: {module}\n" for module in modules)
        text = f"# {_room(page)}\n\n{references}"
        files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(
    markdown: str, page: Page, config: MkDocsConfig, files: Files
) -> str:
    """Make links lead to pages of the site; a link to any other file becomes its text."""
    source = page.file.src_uri
    # Links are written for a checkout, where pages of docs/ are one folder further down.
    folder = str(Path(source if source in ROOT_PAGES else f"docs/{source}").parent)

    def rewrite(link: re.Match[str]) -> str:
        image, text, target = link.groups()
        path, _, anchor = target.partition("#")
        if "://" in target or not path:
            return link[0]

        in_checkout = normpath(f"{folder}/{path}")
        in_site = in_checkout.removeprefix("docs/")
        if files.get_file_from_path(in_site) is None:
            # Only a file that exists loses its link: a wrong link stays, and fails the build.
            return text if (ROOT / in_checkout).exists() and not image else link[0]
        address = relpath(in_site, str(Path(source).parent))
        return f"{image}[{text}]({address}{'#' if anchor else ''}{anchor})"

    return LINK.sub(rewrite, markdown)


def _api_pages() -> dict[str, list[str]]:
    """Map each page of the reference to its modules: one page a folder of a package."""
    pages: dict[str, list[str]] = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            folder = path.parent.relative_to(ROOT)
            if folder.name == "protos":
                continue  # generated code
            parts = (
                folder.parts if path.stem == "__init__" else (*folder.parts, path.stem)
            )
            pages.setdefault(f"api/{'.'.join(folder.parts)}.md", []).append(
                ".".join(parts)
            )
    return pages


def _room(page: str) -> str:
    return page.removeprefix("api/").removesuffix(".md")
