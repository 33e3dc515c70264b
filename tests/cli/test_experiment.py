"""``listrec experiment`` checks files, tells who gets what, publishes and stops."""

import json

import pytest

from cli.main import main
from common.experiments import published
from common.experiments.published import Published, Stop
from common.store.storage import Storage
from tests.common.experiments.files import TOP_3

ALL = TOP_3.replace("[0, 0.5]", "[0, 1]").replace("coverage: 0.2", "coverage: 1")
LATER = ALL.replace(": 2026", ": 2126")
ASSIGN = ["--day", "2026-12-03", "--language", "en"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("LISTREC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LISTREC_USER", "ann@desk")
    folder = tmp_path / "experiments"
    folder.mkdir()
    (folder / "top-3.yaml").write_text(ALL, encoding="utf-8")
    return folder


def test_experiments_are_described(folder, capsys):
    assert main(["experiment", "validate", str(folder)]) == 0
    assert capsys.readouterr().out == (
        "top-3: layer category, 100.0% of the sellers from 2026-12-01 to 2026-12-14; "
        "control 50%, three 50%\n"
    )


def test_what_is_wrong_is_told_with_its_line(folder, capsys):
    (folder / "top-3.yaml").write_text(ALL.replace("top_k: 3", "top_k: few"))
    assert main(["experiment", "validate", str(folder)]) == 2
    assert "top-3.yaml, line 15: top_k should be a whole" in capsys.readouterr().err


def test_experiments_that_share_sellers_of_a_layer_are_refused(folder, capsys):
    (folder / "top-4.yaml").write_text(ALL)
    for command in (["validate", str(folder)], ["assign", str(folder), "u-1"]):
        assert main(["experiment", *command]) == 2
        assert "share sellers of the layer 'category'" in capsys.readouterr().err


def test_a_changed_split_of_a_running_experiment_is_refused(folder, tmp_path, capsys):
    started = ALL.replace("start: 2026-12-01", "start: 2020-12-01")
    accepted = tmp_path / "accepted"
    accepted.mkdir()
    (accepted / "top-3.yaml").write_text(started)
    (folder / "top-3.yaml").write_text(started.replace("[0, 1]", "[0, 0.9]"))

    command = ["experiment", "validate", str(folder), "--accepted", str(accepted)]

    assert main(command) == 2
    assert "line 8: namespace of top-3 may not change" in capsys.readouterr().err


def test_sellers_are_told_their_variants(folder, capsys):
    sellers = [f"u-{number}" for number in range(20)]
    assert main(["experiment", "assign", str(folder), *sellers, *ASSIGN]) == 0

    lines = capsys.readouterr().out.splitlines()
    variants = {line.partition(": ")[2] for line in lines}
    assert [line.partition(": ")[0] for line in lines] == sellers
    assert variants == {"control of top-3 (category)", "three of top-3 (category)"}


def test_assignments_are_told_to_programs(folder, capsys):
    assert main(["experiment", "assign", str(folder), "u-1", *ASSIGN, "--json"]) == 0
    assignments = json.loads(capsys.readouterr().out)["u-1"]
    assert assignments["category"]["experiment"] == "top-3"


def test_a_seller_who_is_not_targeted_is_in_no_experiment(folder, capsys):
    command = ["experiment", "assign", str(folder), "u-1", "--day", "2026-12-03"]
    assert main(command) == 0
    assert capsys.readouterr().out == "u-1: no experiment\n"


def test_a_publication_says_what_it_changes(folder, capsys):
    (folder / "top-3.yaml").write_text(LATER)
    assert run("publish", str(folder)) == 0
    assert capsys.readouterr().out == (
        "top-3: new\nPublication 1: servers follow within seconds.\n"
    )
    (folder / "top-3.yaml").write_text(LATER.replace("owner: search", "owner: other"))
    (folder / "top-4.yaml").write_text(LATER.replace("layer: category", "layer: brand"))

    assert run("publish", str(folder), "--dry-run") == 0
    assert run("publish", str(folder)) == 0

    changes = "top-3: changed\ntop-4: new\n"
    assert capsys.readouterr().out == (
        f"{changes}Nothing was published.\n"
        f"{changes}Publication 2: servers follow within seconds.\n"
    )


def test_a_wider_and_a_removed_experiment_are_told(folder, capsys):
    (folder / "top-3.yaml").write_text(ALL.replace("coverage: 1", "coverage: 0.1"))
    (folder / "top-4.yaml").write_text(LATER.replace("layer: category", "layer: brand"))
    run("publish", str(folder))
    (folder / "top-3.yaml").write_text(ALL)
    (folder / "top-4.yaml").unlink()
    capsys.readouterr()

    assert run("publish", str(folder)) == 0

    out = capsys.readouterr().out
    assert out.startswith("top-3: wider, coverage 0.1 -> 1\ntop-4: removed\n")


def test_publishing_the_same_again_changes_nothing(folder, capsys):
    run("publish", str(folder))
    assert run("publish", str(folder)) == 0
    assert "Nothing changes: publication 1 has" in capsys.readouterr().out


def test_a_release_that_is_not_there_is_refused(folder, capsys):
    (folder / "top-3.yaml").write_text(
        ALL.replace("end: 2026", "end: 2126").replace(
            "parameters: {top_k: 3}", "release: 0123456789abcdef"
        )
    )
    assert run("publish", str(folder)) == 2
    message = capsys.readouterr().err
    assert "top-3.yaml, line 10: the release of the variant three cannot be" in message
    assert "there is no release 0123456789abcdef in the store" in message


def test_the_release_of_a_stopped_variant_may_be_removed(folder, tmp_path, capsys):
    text = ALL.replace("end: 2026", "end: 2126").replace(
        "share: 0.5\n  -", "share: 0.4\n  -"
    )
    text = text.replace(
        "targeting", "  - {name: old, share: 0.1, release: 0123456789abcdef}\ntargeting"
    )
    stop = Stop("top-3", "old", "it is old", "ann@desk", "2026-12-03T09:00:00+00:00")
    storage = Storage(str(tmp_path / "home" / "store"))
    published.write(storage, Published(), Published(1, {"top-3": text}, {}, (stop,)))
    (folder / "top-3.yaml").write_text(text.replace("search-team", "other-team"))
    assert run("publish", str(folder)) == 0
    assert "top-3: changed" in capsys.readouterr().out


def test_what_is_published_is_compared_with_by_default(folder, capsys):
    started = ALL.replace("start: 2026-12-01", "start: 2020-12-01")
    (folder / "top-3.yaml").write_text(started)
    run("publish", str(folder))
    (folder / "top-3.yaml").write_text(started.replace("[0, 1]", "[0, 0.9]"))

    for command in ("validate", "publish"):
        assert run(command, str(folder)) == 2
        assert "line 8: namespace of top-3 may not change" in capsys.readouterr().err


def test_another_experiment_gets_the_sellers_of_one_that_was_stopped(folder, capsys):
    run("publish", str(folder))
    run("stop", "top-3", "--variant", "three")
    (folder / "top-4.yaml").write_text(ALL)

    for command in ("validate", "publish"):
        assert run(command, str(folder)) == 0
    capsys.readouterr()
    assert run("assign", str(folder), "u-1", *ASSIGN) == 0

    assert capsys.readouterr().out.rstrip().endswith(" of top-4 (category)")


def test_what_is_published_and_stopped_is_listed(folder, capsys):
    assert run("list") == 0
    assert "Nothing is published" in capsys.readouterr().out
    (folder / "top-3.yaml").write_text(ALL.replace("end: 2026", "end: 2126"))
    run("publish", str(folder))
    run("stop", "top-3", "--variant", "three", "--reason", "sellers list less")
    capsys.readouterr()

    assert run("list") == 0

    first, line, stop = capsys.readouterr().out.splitlines()
    assert first.startswith("publication 2 of 20")
    assert first.endswith(" by ann@desk")
    assert line.endswith("control 50%, three 50%, stopped")
    assert stop.endswith("three of top-3 was stopped by ann@desk  sellers list less")


def test_programs_are_told_which_experiments_run(folder, capsys):
    run("publish", str(folder))
    run("stop", "top-3", "--reason", "sellers list less")
    capsys.readouterr()

    assert run("list", "--json") == 0

    listed = json.loads(capsys.readouterr().out)
    assert (listed["number"], listed["experiments"]) == (2, {"top-3": "stopped"})
    assert listed["stops"][0]["reason"] == "sellers list less"


def test_a_file_that_is_deleted_does_not_end_an_experiment_before_its_stop(
    folder, capsys
):
    (folder / "top-3.yaml").write_text(
        ALL.replace(": 2026-12-01", ": 2020-12-01").replace("end: 2026", "end: 2126")
    )
    run("publish", str(folder))
    (folder / "top-3.yaml").unlink()
    assert run("publish", str(folder)) == 2
    assert "run 'listrec experiment stop top-3'" in capsys.readouterr().err
    run("stop", "top-3")
    assert run("publish", str(folder)) == 0


def test_a_published_file_that_cannot_be_read_is_listed(folder, tmp_path, capsys):
    (folder / "top-4.yaml").write_text(LATER.replace("layer: category", "layer: brand"))
    run("publish", str(folder))
    path = tmp_path / "home" / "store" / "experiments" / "published.json"
    path.write_text(path.read_text().replace("layer: category", "layer: shoes"))
    capsys.readouterr()

    assert run("list") == 0

    _, unreadable, planned = capsys.readouterr().out.splitlines()
    assert unreadable == "  unreadable top-3: publish its file again, or stop it"
    assert planned.startswith("  planned  top-4")


def test_what_is_not_published_cannot_be_stopped(folder, capsys):
    run("publish", str(folder))
    assert run("stop", "top-5") == 2
    assert (
        "no experiment 'top-5' is published; there are: top" in capsys.readouterr().err
    )


def test_a_damaged_publication_is_an_error_with_a_remedy(folder, tmp_path, capsys):
    path = tmp_path / "home" / "store" / "experiments" / "published.json"
    path.parent.mkdir(parents=True)
    path.write_text("{")
    for command in (["list"], ["stop", "top-3"], ["publish", str(folder)]):
        assert run(*command) == 4
        assert "publish FOLDER --replace-damaged" in capsys.readouterr().err


@pytest.mark.parametrize("data", [b'{"schema": 1, "num', b"\xff", b"{}"])
def test_a_damaged_publication_is_replaced_and_kept(folder, tmp_path, capsys, data):
    path = tmp_path / "home" / "store" / "experiments" / "published.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    command = ["publish", str(folder), "--replace-damaged"]

    assert run(*command, "--dry-run") == 0
    assert path.read_bytes() == data
    assert run(*command) == 0

    assert "stop again what was stopped" in capsys.readouterr().err
    [kept] = path.parent.glob("damaged-*.json")
    assert kept.read_bytes() == data
    assert run("list") == 0
    assert run(*command) == 0
    assert "Nothing changes" in capsys.readouterr().out


def test_a_publication_of_a_newer_version_is_not_damaged(folder, tmp_path, capsys):
    path = tmp_path / "home" / "store" / "experiments" / "published.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"schema": 99}')
    assert run("publish", str(folder), "--replace-damaged") == 4
    assert path.read_text() == '{"schema": 99}'


def run(*words):
    return main(["experiment", *words])
