import pytest

from cli.main import main

IMAGE = "registry.example/listrec@sha256:" + "0" * 64


def test_compile_writes_a_file_for_each_target_asked_for(tmp_path, capsys):
    words = ["price", "all", "--image", IMAGE, "--out", str(tmp_path)]

    assert main(["pipelines", "compile", *words]) == 0

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "train-all.yaml",
        "train-price.yaml",
    ]
    assert "train-all.yaml" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [["prize"], ["--env", "LISTREC_STORE"], ["--image", "listrec:latest"]]
)
def test_compile_refuses_what_it_does_not_know(tmp_path, words):
    options = ["--image", IMAGE, "--out", str(tmp_path)]

    assert main(["pipelines", "compile", *options, *words]) == 2

    assert list(tmp_path.iterdir()) == []


def test_compile_asks_for_the_image(tmp_path, capsys):
    assert main(["pipelines", "compile", "--out", str(tmp_path)]) == 2

    assert "--image NAME@sha256:DIGEST" in capsys.readouterr().err
