from pathlib import Path
from shutil import copytree

from serving.protos import generate


def test_the_committed_code_is_what_the_proto_file_gives():
    assert generate.stale() == []


def test_an_edited_module_is_stale(tmp_path):
    copytree(Path(generate.__file__).parent, tmp_path / "serving" / "protos")
    module = tmp_path / "serving" / "protos" / "listing_pb2.py"
    module.write_text(module.read_text() + "# edited\n")

    assert generate.stale(tmp_path) == ["serving/protos/listing_pb2.py"]


def test_the_check_fails_when_code_is_not_current(capsys, monkeypatch):
    monkeypatch.setattr(generate, "stale", lambda: ["listing_pb2.py"])

    assert generate.main(["--check"]) == 1
    assert "run 'python -m serving.protos.generate'" in capsys.readouterr().err
