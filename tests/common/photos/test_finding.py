"""A table's name finds the file it means, however systems between them spell it."""

import unicodedata
import zipfile

import pytest

from common.errors import PhotoError
from common.listing import Photo
from common.photos import reading
from common.photos.photo_root import PhotoRoot

PAIRS = [
    ("gilet-é.jpg", unicodedata.normalize("NFD", "gilet-é.jpg")),
    (unicodedata.normalize("NFD", "ガラス.jpg"), "ガラス.jpg"),
    ("IMG_0001.jpg", "IMG_0001.JPG"),
    ("img_0001.JPEG", "IMG_0001.jpeg"),
    ("a%20b.jpg", "a b.jpg"),
    ("a b.jpg", "a%20b.jpg"),
    ("%E5%86%99%E7%9C%9F.jpg", "写真.jpg"),
    ("Screenshot 10.00 PM.png", "Screenshot 10.00\u202fPM.png"),
    ("Photos\\Men\\a.jpg", "photos/men/A.jpg"),
    ("dress.jpg (1).jpg", "dress.jpg (1).jpg"),
    ("100%.jpg", "100%.JPG"),
]


@pytest.fixture(params=["folder", "archive", "folder in an archive"])
def shop(request, tmp_path):
    """Builds a root with files, each holding its own name: ``shop(["a.jpg"])``."""

    def build(names):
        if request.param == "folder":
            for name in names:
                (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / name).write_text(name)
            return PhotoRoot(str(tmp_path))

        prefix = "" if request.param == "archive" else "my shop/"
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr("t.csv", "")
            for name in names:
                archive.writestr(prefix + name, name)
        return PhotoRoot(f"{tmp_path}/a.zip/{prefix}".rstrip("/"))

    return build


def content(root, name):
    return reading.read_bytes(root.photo(name)).decode()


@pytest.mark.parametrize(("written", "stored"), PAIRS)
def test_a_name_finds_the_file_it_means(written, stored, shop):
    assert content(shop([stored, "other.jpg"]), written) == stored


def test_the_exact_name_comes_first_then_the_nearest(shop):
    root = shop(["a b.jpg", "A b.jpg", "a%20b.jpg", "c.JPG", "C.JPG"])
    for name in ("a b.jpg", "A b.jpg", "a%20b.jpg"):
        assert content(root, name) == name
    assert content(root, "A%20b.jpg") == "A b.jpg"


def test_a_name_that_may_mean_several_files_is_a_sentence(shop):
    with pytest.raises(PhotoError, match="several files differ from the name"):
        shop(["a.JPG", "A.jpg"]).photo("a.jpg")


@pytest.mark.parametrize("name", ["none.jpg", "none/a.jpg", "a.jpg/b.jpg", "x\0y", ""])
def test_a_name_of_no_file_is_missing(name, shop):
    with pytest.raises(PhotoError, match="there is no such file"):
        content(shop(["a.jpg"]), name)


def test_no_spelling_leads_out_of_the_folder(tmp_path):
    (tmp_path / "secret.jpg").write_text("secret")
    (tmp_path / "shop").mkdir()
    for name in ("%2e%2e/secret.jpg", "..%2fsecret.jpg", "．．/secret.jpg"):
        with pytest.raises(PhotoError, match="there is no such file"):
            content(PhotoRoot(f"{tmp_path}/shop"), name)


@pytest.mark.parametrize("code", ["cp932", "utf-8", "cp437", "cp850"])
def test_names_in_an_archive_may_be_in_another_code(code, tmp_path):
    name = "表紙 写真.jpg" if code in ("cp932", "utf-8") else "Kühl-é.jpg"
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("X" * len(name.encode(code)), "it")
    data = (tmp_path / "a.zip").read_bytes()
    unmarked = data.replace(b"X" * len(name.encode(code)), name.encode(code))
    (tmp_path / "a.zip").write_bytes(unmarked)
    assert content(PhotoRoot(f"{tmp_path}/a.zip"), name) == "it"


def test_a_folder_of_an_archive_need_not_be_named_where_all_is_in_it(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("photos\\men\\a.jpg", "it")
        archive.writestr("__MACOSX/photos/men/._a.jpg", "")
    root = PhotoRoot(f"{tmp_path}/a.zip")
    assert content(root, "photos/men/a.jpg") == content(root, "men\\a.jpg") == "it"


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        (["set 1", "front.jpg"], "set 1; front.jpg"),
        (["a.jpg", "b.jpg"], "a.jpg, b.jpg"),
        (["p/dress.jpg", "copy 2.jpg"], "p/dress.jpg copy 2.jpg"),
        (["Set 1", "FRONT.jpg"], "set 1; front.jpg"),
        (["one", "two", "three.jpg"], "one; two|three.jpg"),
    ],
)
def test_a_file_whose_name_has_separators_wins_over_its_parts(parts, whole, shop):
    root = shop([whole, "front.jpg", "c.jpg", "d.jpg"])
    photos = [Photo(path=name) for name in ("c.jpg", *parts, "d.jpg")]
    joined = root.join(photos)
    assert [content(root, photo.path) for photo in joined] == ["c.jpg", whole, "d.jpg"]


def test_names_without_such_a_file_stay_as_they_are(shop):
    root = shop(["a.jpg", "b.jpg"])
    for names in (["a.jpg", "b.jpg"], ["../a", "b.jpg"], ["//a.b/c.jpg", "x"], ["a"]):
        photos = tuple(Photo(path=name) for name in names)
        assert root.join(photos) == photos
    both = (Photo(b"bytes"), Photo(path="b.jpg"))
    assert root.join(both) == both
