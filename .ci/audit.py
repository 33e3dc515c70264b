"""Looks for packages of constraints.txt with known holes, by pip-audit: ``make audit``.

Ends with 1 where there are some, and with 0 and SKIPPED where their list cannot be reached.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

CONSTRAINTS = Path(__file__).parents[1] / "constraints.txt"

COMMAND = (
    sys.executable, "-m", "pip_audit", "--requirement", str(CONSTRAINTS),
    "--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json",
)  # fmt: skip


def main() -> int:
    """Audit, print the result, return the exit code."""
    done = subprocess.run(COMMAND, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        reason = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        print(f"SKIPPED: pip-audit could not reach its list of holes: {reason}")
        return 0
    code, sentence = judge(packages)
    print(sentence)
    return code


def judge(packages: list[dict[str, Any]]) -> tuple[int, str]:
    """Return the exit code, and what is to be said, of what pip-audit found for each package."""
    unknown = [package for package in packages if "skip_reason" in package]
    holes = [
        f"{package['name']} {package['version']}: {hole['id']},"
        f" mended in {', '.join(hole['fix_versions']) or 'no version yet'}"
        for package in packages
        for hole in package.get("vulns", ())
    ]
    if holes:
        return 1, "\n".join(holes)
    if len(unknown) == len(packages):
        return 0, f"SKIPPED: no package is known: {unknown[0]['skip_reason']}"
    return (
        0,
        f"no known holes in {len(packages) - len(unknown)} packages, {len(unknown)} not known",
    )


if __name__ == "__main__":
    sys.exit(main())
