"""A bucket of Google compares generations: tried on a small server that does the same."""

import pytest

from common.errors import InputError
from common.store.storage import Storage


@pytest.fixture
def storage(google_url):
    return Storage(google_url)


def test_a_text_that_was_replaced_between_reading_and_writing_stays(
    storage, monkeypatch
):
    storage.write_text("champion", "r1")
    get = storage._objects._get

    def get_then_write(key):
        found = get(key)
        storage.write_text("champion", "r2")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(storage._objects, "_get", get_then_write)
        assert not storage.replace_text("champion", "r1", "r3")
    assert storage.read_text("champion") == "r2"


def test_a_request_that_is_refused_is_a_sentence_with_the_reason(storage):
    with pytest.raises(InputError, match="gs://shop/listrec refuses a request: .* 400"):
        storage.write_text("refused", "r1")
