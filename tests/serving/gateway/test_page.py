"""The gateway sends the files of the page."""

from serving.web.files import CONTENT_SECURITY_POLICY, load_files


def test_every_file_of_the_page_is_sent(address, browser):
    client = browser(address)

    for path, file in load_files().items():
        answer = client.get(path)
        assert (answer.status_code, answer.content) == (200, file.content)
        assert answer.headers["content-type"] == file.media_type
        assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


def test_a_file_that_the_browser_has_is_not_sent_again(address, browser):
    client = browser(address)
    etag = client.get("/page.js").headers["etag"]

    again = client.get("/page.js", headers={"if-none-match": etag})

    assert (again.status_code, again.content) == (304, b"")
