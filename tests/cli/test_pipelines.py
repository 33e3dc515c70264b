import pytest

from cli.main import main


def test_compile_writes_a_file_for_each_target_asked_for(tmp_path, capsys):
    assert main(["pipelines", "compile", "price", "all", "--out", str(tmp_path)]) == 0

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "train-all.yaml",
        "train-price.yaml",
    ]
    assert "train-all.yaml" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["prize"], ["--env", "LISTREC_STORE"]])
def test_compile_refuses_what_it_does_not_know(tmp_path, words):
    assert main(["pipelines", "compile", *words, "--out", str(tmp_path)]) == 2

    assert list(tmp_path.iterdir()) == []
