"""The files of the seller's page, over HTTP."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from serving.web.files import WebFile


def answer_file(file: WebFile, request: Request) -> Response:
    """Answer with a file, or that the browser has it already."""
    # A browser asks each time, so that a new version is seen at once.
    headers = {"ETag": file.etag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == file.etag:
        return Response(status_code=304, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)
