"""The files of the console are few, are sent as they are, and need nothing from elsewhere."""

import re
from typing import get_args

import httpx
import pytest

from common.experiments.analysis_record import Verdict
from common.experiments.definition import ExperimentState
from common.runs.outcome import AWAITING, FAILURE, ON_HOLD, PROMOTED, REFUSED, TRAINED
from common.runs.run_list import LOST, RUNNING
from serving.console.app import ROOT, console_files
from serving.console.findings import Kind
from serving.console.training import ReleaseState
from serving.web.files import CONTENT_SECURITY_POLICY
from tests.serving.console.shop import Shop

FILES = console_files()
MAX_BYTES = 56 * 1024
WORDS = {
    *(f"found {kind}" for kind in get_args(Kind)),
    *(f"verdict {verdict}" for verdict in get_args(Verdict)),
    *get_args(ExperimentState),
    *get_args(ReleaseState),
    *(PROMOTED, REFUSED, FAILURE, TRAINED, ON_HOLD, AWAITING, RUNNING, LOST),
}
"""Texts that are chosen by what the service says."""


def text_of(name):
    return FILES[f"{ROOT}{name}"].content.decode("utf-8")


def test_every_file_is_sent_under_the_policy_of_the_sellers_page(
    start_console, tmp_path, now
):
    address = start_console(Shop(tmp_path, now))
    for path, file in FILES.items():
        answer = httpx.get(address + path.removeprefix(ROOT), trust_env=False)
        assert (answer.status_code, answer.content) == (200, file.content)
        assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


def test_the_address_alone_leads_to_the_page(start_console, tmp_path, now):
    address = start_console(Shop(tmp_path, now))
    answer = httpx.get(address.removesuffix(ROOT[1:]), trust_env=False)
    assert (answer.status_code, answer.headers["location"]) == (307, ROOT)


def test_the_data_are_described(start_console, tmp_path, now):
    address = start_console(Shop(tmp_path, now))
    described = httpx.get(f"{address}openapi.json", trust_env=False).json()
    assert list(described["paths"]) == [f"{ROOT}data"]
    assert {"Report", "Finding", "ReleaseView", "RunView"} <= set(
        described["components"]["schemas"]
    )


def test_nothing_can_be_changed(start_console, tmp_path, now):
    address = start_console(Shop(tmp_path, now))
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = httpx.request(method, f"{address}data", trust_env=False)
        assert answer.status_code == 405


def test_all_files_together_are_small():
    assert sum(len(file.content) for file in FILES.values()) <= MAX_BYTES


@pytest.mark.parametrize("path", sorted(FILES))
def test_a_file_refers_to_files_of_the_console_only(path):
    text = FILES[path].content.decode("utf-8")
    elsewhere = re.findall(r"(?:https?:)?//[\w.]+\.\w+", text)
    imported = re.findall(r'from "\./(\w+\.js)"', text)

    assert [each for each in elsewhere if "www.w3.org" not in each] == []
    assert [each for each in imported if f"{ROOT}{each}" not in FILES] == []


def test_nothing_is_inline():
    inline = r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)"
    assert re.findall(inline, text_of("")) == []


def test_both_languages_have_every_text_that_is_asked_for():
    english, japanese = text_of("texts.js").split("JAPANESE = {")
    sources = " ".join(file.content.decode() for file in FILES.values())
    asked = set(re.findall(r'(?:data-text="|\btext\(")([\w ]+)"', sources))
    for key in asked | WORDS:
        pattern = rf'(?:^|[\s{{,])"?{key}"?: '
        assert re.search(pattern, english), key
        assert re.search(pattern, japanese), key
