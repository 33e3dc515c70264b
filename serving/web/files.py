"""The files of the seller's page, as a server sends them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import resources

MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""Media type of a file by its suffix; files with other suffixes are not sent."""

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'; object-src 'none'"
)
"""The policy under which the page works: all comes from its own address, nothing is inline."""


@dataclass(frozen=True, slots=True)
class WebFile:
    """One file of the page.

    Attributes:
        content: its bytes.
        media_type: value of the header ``Content-Type``.
        etag: value of the header ``ETag``, which changes with the content.
    """

    content: bytes
    media_type: str
    etag: str


def load_files(package: str = __package__, root: str = "/") -> dict[str, WebFile]:
    """Read all files of a page, by the path of their address; ``root`` is the page itself.

    Without a package they are those of the seller's page.
    """
    files = {}
    for entry in resources.files(package).iterdir():
        suffix = "." + entry.name.rpartition(".")[2]
        if suffix not in MEDIA_TYPES:
            continue
        content = entry.read_bytes()
        digest = hashlib.sha256(content).hexdigest()[:16]
        path = root if entry.name == "index.html" else f"{root}{entry.name}"
        files[path] = WebFile(content, MEDIA_TYPES[suffix], f'"{digest}"')
    return files
