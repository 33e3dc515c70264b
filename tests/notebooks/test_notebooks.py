"""The notebooks run from their first cell to their last, on a home with two releases."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from common.store.release import ReleaseStore
from pipelines.tracking import registry

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture
def run(rivals, monkeypatch):
    """Run a notebook at home; return what its cells showed, as one text."""
    settings, _ = rivals
    # A notebook may load the champion's models from mlflow.
    registry.reconcile(settings, ReleaseStore(settings.store))
    for name in ("LISTREC_STORE", "LISTREC_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LISTREC_HOME", str(settings.home))
    monkeypatch.setenv("LISTREC_SNAPSHOT", str(settings.home / "snapshot"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    # Of tqdm, which mlflow imports, where there is no package for progress bars in notebooks.
    monkeypatch.setenv("PYTHONWARNINGS", "ignore:IProgress not found")

    def start(path):
        notebook = nbformat.read(path, as_version=4)
        NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
        outputs = [each for cell in notebook.cells for each in cell.get("outputs", ())]
        said = [each["text"] for each in outputs if each.get("name") == "stderr"]
        # Progress.
        assert [text for text in said if not text.startswith("evaluate ")] == []
        return "\n".join(map(str, outputs))

    return start


def test_it_runs_and_shows_figures_plots_and_mistakes(run, path):
    shown = run(path)

    assert shown.count("image/svg+xml") == 2
    assert "seller chose" in shown
    if path.stem == "look_at_one_model":
        assert "price_median" in shown
    if path.stem == "compare_releases":
        assert "A is better than B: category top1" in shown


def test_its_outputs_are_cleared(path):
    cells = nbformat.read(path, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]

    assert len(code) >= 5
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)


def test_it_has_no_logic_of_its_own(path):
    source = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)

    assert "def " not in source
    assert "import numpy" not in source
