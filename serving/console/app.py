"""The console as an application of ASGI: its page, and what the page shows as JSON."""

from __future__ import annotations

from fastapi import Depends, FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.types import ASGIApp

from serving.console.access import Access
from serving.console.report import Report, Reporter
from serving.gateway.boundary import Boundary
from serving.gateway.page import answer_file
from serving.gateway.problems import answer_problems
from serving.web.files import WebFile, load_files

ROOT = "/console/"
DATA = f"{ROOT}data"

SHARED = ("elements.js", "icon.svg", "language.js")
"""Files of the seller's page that the console uses as well."""


def make_app(access: Access, reporter: Reporter) -> ASGIApp:
    """Return the application that shows reports to those who have access."""
    app = FastAPI(
        title="listing-recommender console",
        version="1",
        docs_url=None,  # they load scripts of other sites
        redoc_url=None,
        openapi_url=f"{ROOT}openapi.json",
        dependencies=[Depends(access.check)],
    )
    files = console_files()

    async def report() -> Report:
        """Return all that the console shows."""
        return await reporter.report()

    async def file(request: Request) -> Response:
        """Answer with a file of the page."""
        return answer_file(files[request.url.path], request)

    async def home() -> Response:
        """Lead to the page."""
        return RedirectResponse(ROOT)

    app.add_api_route(DATA, report, methods=["GET"], response_model=Report)
    for path in files:
        app.add_api_route(path, file, methods=["GET"], include_in_schema=False)
    app.add_api_route("/", home, methods=["GET"], include_in_schema=False)
    answer_problems(app)
    return Boundary(app)


def console_files() -> dict[str, WebFile]:
    """Return the files of the console, by the path of their address."""
    page = load_files()
    shared = {f"{ROOT}{name}": page[f"/{name}"] for name in SHARED}
    return shared | load_files("serving.console.page", ROOT)
