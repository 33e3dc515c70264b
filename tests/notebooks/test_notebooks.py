"""The notebooks run from their first cell to their last, on a home with two releases."""

from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient

from common.runs.records import DONE, Request, RunRecords, StepRecord
from common.store.release import ReleaseStore
from common.store.storage import Storage
from pipelines.tracking import registry

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
RUN = "20261129-020000-000000-all"

SHOWN = {
    "explore_a_snapshot": ("Fields: rows that have one", "nothing differs more than"),
    "look_at_one_model": ("price_median", "seller chose", "coverage"),
    "compare_releases": (
        "seller chose",
        "A is better than B: category top1",
        "refused",
        "worse than the champion",
    ),
    "runs_and_costs": (RUN, "cost in USD", "promoted"),
}
"""What each notebook says among its outputs."""

PLOTS = {"explore_a_snapshot": 3, "runs_and_costs": 3}

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def kernel(rivals):
    """One kernel for all notebooks, because importing torch and mlflow takes seconds."""
    settings, _ = rivals
    # A notebook may load the champion's models from mlflow.
    registry.reconcile(settings, ReleaseStore(settings.store))
    _keep_run(settings.store)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("LISTREC_STORE", "LISTREC_MODEL", "LISTREC_MACHINE_PRICES"):
            patch.delenv(name, raising=False)
        patch.setenv("LISTREC_HOME", str(settings.home))
        patch.setenv("LISTREC_SNAPSHOT", str(settings.home / "snapshot"))
        patch.setenv("PYTHONPATH", str(ROOT))
        # Of tqdm, which mlflow imports, where there is no package for progress bars in notebooks.
        patch.setenv("PYTHONWARNINGS", "ignore:IProgress not found")
        manager, client = start_new_kernel(kernel_name="python3")
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def _keep_run(store):
    """Keep the records of a run, as its steps do."""
    records = RunRecords(Storage(store), RUN)
    started_at = datetime(2026, 11, 29, 2, tzinfo=UTC).isoformat()
    records.write_request(Request(RUN, ("price",), {}, started_at))
    result = {"target": "price", "artifact": "a", "metrics": {"rmsle": 0.6}}
    for step in ("train_model", "evaluate"):
        records.write_step(
            StepRecord(step, "price", DONE, started_at, 60, 110, 900, result=result)
        )
    records.write_outcome({"state": "promoted", "release": "r", "seconds": 130})


def run(path, kernel):
    """Run a notebook in a kernel that forgets all others; return its outputs as one text."""
    manager, client = kernel
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell("%reset -f"))
    runner = NotebookClient(notebook, km=manager, timeout=120)
    runner.kc = client
    runner.execute(cleanup_kc=False)

    outputs = [each for cell in notebook.cells for each in cell.get("outputs", ())]
    said = [each["text"] for each in outputs if each.get("name") == "stderr"]
    # Progress.
    assert [text for text in said if not text.startswith("evaluate ")] == []
    return "\n".join(map(str, outputs))


@each_notebook
def test_it_runs_and_shows_figures_and_plots(kernel, path):
    shown = run(path, kernel)

    assert shown.count("image/svg+xml") == PLOTS.get(path.stem, 2)
    assert [text for text in SHOWN[path.stem] if text not in shown] == []


@each_notebook
def test_its_outputs_are_cleared(path):
    cells = nbformat.read(path, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]

    assert len(code) >= 5
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)


@each_notebook
def test_it_has_no_logic_of_its_own(path):
    source = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)

    assert "def " not in source
    assert "import numpy" not in source


@each_notebook
def test_its_headings_are_questions(path):
    cells = nbformat.read(path, as_version=4).cells
    headings = [cell.source.splitlines()[0] for cell in cells if cell.source[:1] == "#"]

    assert len(headings) >= 5
    assert [text for text in headings if text[-1] != "?"] in (
        [],
        ["## Save the report"],
    )
