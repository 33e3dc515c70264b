"""The files of the page are few, and need nothing from elsewhere."""

import re

import pytest

from serving.web.files import load_files

FILES = load_files()
MAX_BYTES = 60 * 1024
"""The page is for phones: a limit of what is loaded before photos."""


def test_all_files_together_are_small():
    assert sum(len(file.content) for file in FILES.values()) <= MAX_BYTES


@pytest.mark.parametrize("path", sorted(FILES))
def test_a_file_refers_to_files_of_the_page_only(path):
    text = FILES[path].content.decode("utf-8")
    elsewhere = re.findall(r"(?:https?:)?//[\w.]+\.\w+", text)

    assert [each for each in elsewhere if "www.w3.org" not in each] == []


@pytest.mark.parametrize("path", [each for each in FILES if each.endswith(".js")])
def test_every_module_that_is_imported_is_there(path):
    text = FILES[path].content.decode("utf-8")
    imported = re.findall(r'from "\.(/\w+\.js)"', text)

    assert [each for each in imported if each not in FILES] == []


def test_nothing_is_inline():
    text = FILES["/"].content.decode("utf-8")

    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", text) == []


def test_every_text_that_the_page_names_is_there():
    text = FILES["/"].content.decode("utf-8")
    keys = set(re.findall(r'data-text="(\w+)"', text))
    english = FILES["/texts.js"].content.decode("utf-8").split("JAPANESE = {")[0]

    assert [key for key in keys if f"{key}: " not in english] == []
