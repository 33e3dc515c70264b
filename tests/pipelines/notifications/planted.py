"""A secret for every setting that holds one, found in the settings themselves."""

from common.secrets import looks_secret
from common.settings import Settings
from serving.channels import ClientCredentials
from serving.settings import ServingSettings

OF_LIBRARIES = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "MLFLOW_TRACKING_PASSWORD",
    "MLFLOW_TRACKING_TOKEN",
)
"""Variables that libraries read for us."""

PASSWORD = "planted-password"


class _Asked(dict):
    """An empty environment that keeps the names that it is asked for."""

    def __init__(self):
        super().__init__()
        self.names = set()

    def get(self, name, default=None):
        self.names.add(name)
        return default


def secret_names():
    """Names of all variables with secrets: a new setting is among them by its name."""
    asked = _Asked()
    for settings in (Settings, ServingSettings, ClientCredentials):
        settings.from_environment(asked)
    return sorted(
        {name for name in asked.names if looks_secret(name)} | {*OF_LIBRARIES}
    )


def secrets():
    """A value for each of these variables, and for an address with a password."""
    values = {name: f"planted-{name.lower()}" for name in secret_names()}
    return values | {"LISTREC_STUDIES": f"postgresql://me:{PASSWORD}@db/studies"}


def with_password(address):
    """The address of a server with a user's name and a password."""
    return address.replace("://", f"://me:{PASSWORD}@")


def files_with_secrets(*folders):
    """The files below some folders that have a secret in them."""
    files = [path for each in folders for path in each.rglob("*") if path.is_file()]
    assert len(files) > 5
    return [path for path in files if b"planted" in path.read_bytes()]
