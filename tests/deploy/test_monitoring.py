"""What is rendered for a deployment is current, and means what it should to the real tools."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from deploy.monitoring.__main__ import main, render
from deploy.monitoring.alerts import alerts
from deploy.monitoring.queries import Queries

ROOT = Path(__file__).parents[2]
RENDERED = ROOT / "deploy" / "monitoring" / "rendered"
RULE_TESTS = sorted(Path(__file__).parent.glob("*.test.yml"))
ALERTS = [alert.name for alert in alerts(Queries("listrec"))]


def _run(tool, *words):
    """Run a tool of Prometheus; return its output."""
    if not shutil.which(tool):
        pytest.skip(
            f"{tool} is not installed: apt-get install prometheus prometheus-alertmanager"
        )
    done = subprocess.run([tool, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_rendered_files_are_those_of_the_code(tmp_path):
    main(["--out", str(tmp_path)])

    written = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
    assert written == {
        path.name: path.read_text("utf-8") for path in RENDERED.iterdir()
    }


def test_a_deployment_has_files_and_series_of_its_own():
    files = render("shop-eu", ["10.0.0.1:9464"], "https://docs.shop")

    assert "listrec.rules.yml" not in files
    assert 'job="listrec"' not in "".join(files.values())
    assert "10.0.0.1:9464" in files["prometheus.yml"]


def test_a_name_that_would_break_a_query_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["--name", 'a"b', "--out", str(tmp_path)])

    assert (
        "small letters, digits and hyphens, such as shop-eu" in capsys.readouterr().err
    )


@pytest.mark.parametrize("name", ALERTS)
def test_every_alert_has_a_paragraph_that_its_runbook_links(name):
    page = (ROOT / "docs" / "monitoring.md").read_text("utf-8")

    assert f"\n### {name}\n" in page


@pytest.mark.parametrize("name", ALERTS)
def test_every_alert_says_what_sellers_see_what_to_look_at_and_what_to_do(name):
    page = (ROOT / "docs" / "night-shift.md").read_text("utf-8")

    section = page.split(f"\n### {name}\n")[1].split("\n##")[0]
    for part in ("Sellers see", "Look at", "Do"):
        assert f"- **{part}** " in section


@pytest.mark.parametrize("name", ALERTS)
def test_every_alert_is_tested_to_fire_and_not_to(name):
    files = [yaml.safe_load(path.read_text("utf-8")) for path in RULE_TESTS]
    tests = [each for file in files for each in file["tests"]]
    expected = [
        bool(each["exp_alerts"])
        for test in tests
        for each in test["alert_rule_test"]
        if each["alertname"] == name
    ]

    assert set(expected) == {True, False}


def test_the_alerts_fire_when_they_should():
    _run("promtool", "check", "rules", str(RENDERED / "listrec.rules.yml"))
    _run("promtool", "test", "rules", *map(str, RULE_TESTS))


def test_prometheus_accepts_its_configuration():
    _run("promtool", "check", "config", str(RENDERED / "prometheus.yml"))


@pytest.mark.parametrize(
    ("severity", "receivers"), [("page", "pagerduty,slack"), ("ticket", "slack")]
)
def test_pages_call_somebody_and_tickets_are_written(severity, receivers):
    file = str(RENDERED / "alertmanager.yml")
    _run("amtool", "check-config", file)
    route = ("config", "routes", "test", f"--config.file={file}")

    assert _run("amtool", *route, f"severity={severity}").strip() == receivers


def test_no_configuration_has_a_secret_in_its_text():
    text = (RENDERED / "alertmanager.yml").read_text("utf-8")

    keys = re.findall(r"(\w*(?:url|key)\w*):", text)
    assert sorted(keys) == ["api_url_file", "routing_key_file"]
