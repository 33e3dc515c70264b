import re
from dataclasses import fields
from pathlib import Path

from serving.protos import listing_pb2 as pb
from serving.settings import ServingSettings

TEXT = (Path(__file__).parents[2] / "docs" / "serving.md").read_text(encoding="utf-8")


def test_the_python_example_runs(running, loaded, predictor, capsys):
    address = running(loaded(predictor("category"), predictor("price")))
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)

    exec(code.replace("localhost:50051", address), {})

    assert capsys.readouterr().out.splitlines()[-1] == "{} r1"


OTHER_NAMES = {"traces": "OTEL_EXPORTER_OTLP_ENDPOINT"}
"""Settings that a variable of another program decides."""


def test_every_setting_is_explained():
    for field in fields(ServingSettings):
        variable = OTHER_NAMES.get(field.name, f"LISTREC_{field.name.upper()}")
        assert f"`{variable}`" in TEXT


def test_every_service_that_is_asked_exists():
    asked = set(re.findall(r"listing\.v1\.(\w+)/(\w+)", TEXT))
    services = pb.DESCRIPTOR.services_by_name.items()

    assert asked == {
        (name, method.name) for name, each in services for method in each.methods
    }
