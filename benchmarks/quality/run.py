"""Our models beside well-known ones, on the same rows in the same run.

  make bench-quality LISTREC_DATA=data [PRETRAINED_TEXT=FOLDER PRETRAINED=FOLDER]
  python -m benchmarks.quality.run TABLE [--extra TABLE] [--sections quality extra market]
  python -m benchmarks.quality.run synthetic --rows 2000 --folds 3 --only-fold 0

Cross-validation is grouped (by seller, else title): every row is once a test row, and all, encoders
included, is fitted afresh without its group. A tenth of the other rows is held out to choose
settings and to calibrate by; everybody is fitted on these too in the end. Prices below 3 are left
out. Cold rows show title, description and condition; warm rows everything but the answer. Ours
answer as they are served. Peers are tf-idf with a linear support vector machine, ridge or logistic
regression; the mean of four networks of the kind that won on Kaggle; fastText; LightGBM over tf-idf
and categories; CatBoost with text and categories; and vectors of a frozen sentence model beside
tf-idf, with the same linear models. Figures are means over the folds with the standard error,
"better by" the mean of paired differences; times are medians, of one thread while another job runs
beside it. Nothing is measured again while its code and the rows stay as they were. The second
table's rows are added to training without those that have kin among the test rows. The market is
the synthetic one, drawn and split anew for each seed; "short by" compares answers by the odds of
its rules.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmarks.quality.goal_table import goal_lines
from benchmarks.quality.goals import table
from benchmarks.quality.jobs import PEERS, Setting
from benchmarks.quality.learning_curves import plot
from benchmarks.quality.photo_goals import photo_lines
from benchmarks.quality.plan import SECTIONS, Plan, measure_all
from benchmarks.quality.report import tables
from benchmarks.shared.cache import fingerprint
from benchmarks.shared.markdown import explanation, measured, replace_section
from common.errors import ListrecError

SCRATCH = Path("build") / "quality"
SYNTHETIC_ROWS = 8000

PEER_CODE = (
    *(f"benchmarks/{name}.py" for name in (
        "boosting", "contest", "folds", "foreign", "foreign_peers", "jobs", "peers",
        "price_peers", "sentences", "sparse_table",
    )),
    "benchmarks/peers/requirements.txt",
    "models/evaluation",
    "common/listing.py",
    "common/metrics.py",
    "common/snapshot.py",
    "ingest",
    "constraints.txt",
)  # fmt: skip
"""What answers of peers depend on: they are measured again where any of it has changed."""

OUR_CODE = (
    *(f"benchmarks/{name}.py" for name in (
        "calibration", "contest", "folds", "intervals", "jobs", "market", "ours",
    )),
    "common",
    "constraints.txt",
    "models",
)  # fmt: skip
"""What ours depend on."""


def main() -> int:
    """Measure, print the tables, and put them into a document where one is named."""
    given = _arguments()
    heading = _heading(given)  # names the commit that is measured, so before anything runs
    folds = range(given.folds) if given.only_fold is None else (given.only_fold,)
    plan = Plan(given.sections, folds, given.peers, given.seeds, given.workers)
    try:
        found = measure_all(plan, _setting(given))
    except ListrecError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("stopped; the same command goes on from here", file=sys.stderr)
        return 130
    lines = goal_lines(found, photo_lines(given.out))
    text = "\n".join([*heading, *table(lines), *tables(found)])
    print(text)
    if given.out:
        if plot(found, given.out.with_name(f"{given.out.stem}-learning.svg")):
            text += f"\n\n### Learning curves\n\n![Learning curves]({given.out.stem}-learning.svg)"
        replace_section(given.out, "quality", text)
        figures = json.dumps(found.raw(), indent=1)
        given.out.with_suffix(".json").write_text(figures + "\n", encoding="utf-8")
    return 1 if any(line.met is False for line in lines) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("source", help="a table, or 'synthetic'")
    add("--extra", default="", help="a second table, whose labels are learned from as well")
    add("--rows", type=int, default=0, help="use no more rows of a table than these")
    add("--folds", type=int, default=5, help="how many folds, 3 or more")
    add("--only-fold", type=int, help="measure this fold only, counted from 0")
    add("--seeds", type=int, default=5, help="how many markets to draw")
    add("--market-rows", type=int, default=12_000, help="listings of each market")
    add("--sections", nargs="+", default=list(SECTIONS), choices=SECTIONS)
    add("--peers", nargs="*", default=list(PEERS), choices=list(PEERS))
    add("--pretrained-text", default="", help="folder of a sentence model")
    add("--peers-python", default="", help="python of fastText and CatBoost")
    add("--workers", type=int, default=2, help="jobs at a time, each on one core")
    add("--scratch", type=Path, default=SCRATCH, help="where results are kept")
    add("--out", type=Path, help="write the tables as Markdown, SVG and JSON")
    return parser.parse_args()


def _setting(given: argparse.Namespace) -> Setting:
    """Results are kept under what they depend on: the code and the rows."""
    rows = given.rows or (SYNTHETIC_ROWS if given.source == "synthetic" else 0)
    named = (given.source, given.extra, given.pretrained_text)
    data = [Path(name) for name in named if name not in ("", "synthetic")]
    ours = fingerprint(OUR_CODE, data, rows, given.folds, given.market_rows)
    theirs = fingerprint(PEER_CODE, data, rows, given.folds)
    return Setting(
        source=given.source,
        scratch=given.scratch / f"ours-{ours}",
        peers=given.scratch / f"peers-{theirs}",
        rows=rows,
        folds=given.folds,
        extra=given.extra,
        text=given.pretrained_text,
        python=given.peers_python,
        market_rows=given.market_rows,
    )


def _heading(given: argparse.Namespace) -> list[str]:
    """Say what was run, with folders by their names alone and without what is kept where."""
    name = "synthetic" if given.source == "synthetic" else Path(given.source).name
    said = {
        "--extra": Path(given.extra).name,
        "--rows": given.rows,
        "--folds": given.folds,
        "--only-fold": given.only_fold if given.only_fold is None else str(given.only_fold),
        "--seeds": given.seeds,
        "--market-rows": given.market_rows,
        "--pretrained-text": Path(given.pretrained_text).name,
    }
    words = [f"{flag} {value}" for flag, value in said.items() if value not in ("", None, 0)]
    if set(given.sections) != set(SECTIONS):
        words.append(f"--sections {' '.join(given.sections)}")
    command = " ".join(["python -m benchmarks.quality.run", name, *words])
    return [f"# Quality on {name}", "", f"{measured(command)} {explanation(__doc__)}", ""]


if __name__ == "__main__":
    sys.exit(main())
