"""Settings of a server process, read from the environment once, in ``main()``."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from common.addresses import MAX_PORT, check_address, check_host, is_loopback
from common.earnings import VARIABLE as COMMISSION
from common.earnings import Commission, parse_commission
from common.errors import InputError
from serving import tracing
from serving.channels import ClientCredentials
from serving.tls import TlsFiles

Value = TypeVar("Value", int, float)

RENAMED_VARIABLES = {
    "LISTREC_DEADLINE": "LISTREC_DEFAULT_DEADLINE",
    "LISTREC_LONGEST": "LISTREC_MAX_DEADLINE",
    "LISTREC_GRACE": "LISTREC_SHUTDOWN_GRACE",
    "LISTREC_MAX_WORKERS": "LISTREC_PHOTO_THREADS",
    "LISTREC_MAX_BATCH": "LISTREC_MAX_BATCH_SIZE",
    "LISTREC_MAX_MESSAGE": "LISTREC_MAX_MESSAGE_LENGTH",
}
"""Former names of variables; a server refuses them, since ignoring one would change a limit."""


SWITCH_WORDS = {"": False, "0": False, "no": False, "1": True, "yes": True}

TEXTS = (
    "tls_certificate", "tls_key", "tls_client_ca", "tokens",
    "ca", "client_certificate", "client_key", "token", "release", "shadow",
    "console", "console_token_file",
)  # fmt: skip
"""Settings that are names of files, a token, or ids."""


@dataclass(frozen=True, slots=True)
class ServingSettings:
    """Settings of a server process; each is read from ``LISTREC_<NAME>`` (docs/serving.md).

    Attributes:
        host: address to listen on.
        port: port to listen on; 0 picks a free one.
        default_deadline: seconds for suggestions whose client sets no deadline.
        max_deadline: upper limit of any request's deadline, in seconds.
        metrics_port: port of ``/metrics`` for Prometheus; 0 for none.
        shutdown_grace: seconds for requests in flight when the server stops.
        workers: processes that serve on the port.
        photo_threads: threads of a process that decode and encode photos; 0 for its share of the
            cores.
        photo_cache_size: photos whose vectors a process caches.
        encoder_threads: threads for one call of a photo or transformer encoder.
        max_batch_size: upper limit of listings in one request to a predictor.
        compute_batch_size: upper limit of listings that are computed together.
        max_waiting: listings that may wait; a request beyond them is refused at once.
        max_message_length: upper limit of a message, in bytes.
        predictors: ``host:port`` of remote predictors, by model.
        commission: what the shop keeps of a sale; without it no earnings are stated.
        production: whether reflection is off, and strangers are not listened to.
        tls_certificate: PEM file of the server's certificate; empty for no encryption.
        tls_key: PEM file of its private key.
        tls_client_ca: PEM file of what signs the certificates of clients, which then need one.
        tokens: file of the tokens of clients; empty for none.
        ca: PEM file of what signs the certificates of remote predictors.
        client_certificate: PEM file of the certificate that is shown to them.
        client_key: PEM file of its private key.
        token: the token that is shown to them.
        traces: whether traces are exported, as the variables ``OTEL_*`` say.
        sentry_dsn: where bugs are reported to (Sentry); empty for the log alone.
        release: id of the release to serve; empty for the champion.
        also: ids of further releases, which answer requests that name them.
        release_poll: seconds between two looks for a new champion; 0 for none.
        experiments_poll: seconds between two looks at what is published of experiments; 0 for none.
        shadow: id of a release that is compared with the one that is served; empty for none.
        console: ``PORT`` or ``HOST:PORT`` of the console of a gateway; empty for none.
        console_token_file: file with the token that the console asks for.
    """

    host: str = "127.0.0.1"
    port: int = 50051
    default_deadline: float = 1.0
    max_deadline: float = 60.0
    metrics_port: int = 0
    shutdown_grace: float = 10.0
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    photo_threads: int = 0
    photo_cache_size: int = 1000
    encoder_threads: int = 1
    max_batch_size: int = 1024
    compute_batch_size: int = 64
    max_waiting: int = 1024
    max_message_length: int = 64 * 1024 * 1024
    predictors: Mapping[str, str] = field(default_factory=dict)
    commission: Commission | None = None
    production: bool = False
    tls_certificate: str = ""
    tls_key: str = ""
    tls_client_ca: str = ""
    tokens: str = ""
    ca: str = ""
    client_certificate: str = ""
    client_key: str = ""
    token: str = field(default="", repr=False)
    traces: bool = False
    sentry_dsn: str = field(default="", repr=False)
    release: str = ""
    also: tuple[str, ...] = ()
    release_poll: float = 30.0
    experiments_poll: float = 1.0
    shadow: str = ""
    console: str = ""
    console_token_file: str = ""

    @property
    def follows_champion(self) -> bool:
        """Whether a new champion is served without a restart."""
        return not self.release and self.release_poll > 0

    @property
    def follows_experiments(self) -> bool:
        """Whether published experiments are applied without a restart."""
        return self.experiments_poll > 0

    @property
    def is_supervised(self) -> bool:
        """Whether there are several processes: workers, or one and others beside it."""
        follows = self.follows_champion or self.follows_experiments
        has_others = follows or bool(self.shadow) or bool(self.console)
        return self.workers > 1 or has_others

    @property
    def n_photo_threads(self) -> int:
        """Threads of a process that decode and encode photos."""
        share = (os.cpu_count() or 1) // self.workers
        return self.photo_threads or max(share, 1)

    @property
    def tls(self) -> TlsFiles | None:
        """The files of encryption, if there is any."""
        if not self.tls_certificate:
            return None
        return TlsFiles(self.tls_certificate, self.tls_key, self.tls_client_ca)

    @property
    def credentials(self) -> ClientCredentials:
        """What is shown to remote predictors."""
        return ClientCredentials(
            self.ca, self.client_certificate, self.client_key, self.token
        )

    def check_exposure(self) -> None:
        """Raise ``InputError`` where a server in production would answer to anybody."""
        is_open = not (self.tokens or (self.tls_certificate and self.tls_client_ca))
        if self.production and is_open and not is_loopback(self.host):
            raise InputError(
                f"in production a server on {self.host} needs LISTREC_TOKENS, or"
                " LISTREC_TLS_CERTIFICATE with LISTREC_TLS_CLIENT_CA: anybody could ask it"
            )

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> ServingSettings:
        """Read the ``LISTREC_*`` variables of servers.

        Raises ``InputError`` for a value that is not valid and for a variable's former name.
        """
        _refuse_renamed(environ)
        defaults = cls()
        numbers = _Numbers(environ, defaults)
        # A variable that is set to nothing counts as not set.
        host = environ.get("LISTREC_HOST") or defaults.host
        addresses = environ.get("LISTREC_PREDICTORS", "").split(",")

        return cls(
            port=_check_port("port", numbers),
            metrics_port=_check_port("metrics_port", numbers),
            host=check_host(host),
            default_deadline=numbers.read("default_deadline", float, 0.001),
            max_deadline=numbers.read("max_deadline", float, 0.001),
            shutdown_grace=numbers.read("shutdown_grace", float, 0),
            workers=numbers.read("workers", int, 1),
            photo_threads=numbers.read("photo_threads", int, 0),
            photo_cache_size=numbers.read("photo_cache_size", int, 0),
            encoder_threads=numbers.read("encoder_threads", int, 1),
            max_batch_size=numbers.read("max_batch_size", int, 1),
            compute_batch_size=numbers.read("compute_batch_size", int, 1),
            max_waiting=numbers.read("max_waiting", int, 1),
            max_message_length=numbers.read("max_message_length", int, 1024),
            predictors=parse_addresses(addresses),
            commission=parse_commission(environ.get(COMMISSION, "")),
            also=parse_ids(environ.get("LISTREC_ALSO", "").split(",")),
            release_poll=numbers.read("release_poll", float, 0),
            experiments_poll=numbers.read("experiments_poll", float, 0),
            production=_read_switch(environ, "LISTREC_PRODUCTION"),
            traces=tracing.is_configured(environ),
            sentry_dsn=environ.get("LISTREC_SENTRY_DSN")
            or environ.get("SENTRY_DSN", ""),
            **_read_texts(environ),
        )


def _read_switch(environ: Mapping[str, str], variable: str) -> bool:
    text = environ.get(variable, "").strip().lower()
    if text not in SWITCH_WORDS:
        raise InputError(f"{variable} is 1 or 0, not {text!r}")
    return SWITCH_WORDS[text]


def _read_texts(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the settings that are texts, by field."""
    return {name: environ.get(f"LISTREC_{name.upper()}", "").strip() for name in TEXTS}


def parse_ids(words: Sequence[str]) -> tuple[str, ...]:
    """Return each id once, in order; empty words are skipped."""
    return tuple(dict.fromkeys(filter(None, (word.strip() for word in words))))


def parse_addresses(words: Sequence[str]) -> dict[str, str]:
    """Parse ``name=host:port`` words into ``{name: "host:port"}``; empty words are skipped.

    Raises ``InputError`` for a word of another form and for a second address of one name.
    """
    addresses: dict[str, str] = {}

    for word in filter(None, (word.strip() for word in words)):
        name, separator, address = word.partition("=")
        if not (name and separator):
            raise InputError(
                f"the address of a predictor is name=host:port, not {word!r}"
            )
        check_address(address)
        if name in addresses:
            raise InputError(
                f"predictor {name!r} has two addresses, and one is expected"
            )
        addresses[name] = address

    return addresses


def _refuse_renamed(environ: Mapping[str, str]) -> None:
    for old, new in RENAMED_VARIABLES.items():
        if environ.get(old):
            raise InputError(f"the variable {old} was renamed: set {new} instead")


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Numbers among the variables, by the field of the settings that each of them sets."""

    environ: Mapping[str, str]
    defaults: ServingSettings

    def read(self, name: str, kind: Callable[[str], Value], minimum: float) -> Value:
        """Return the number of a field; its default where the variable is not set.

        Raises ``InputError`` for what is no number of this ``kind``, or below ``minimum``.
        """
        variable = f"LISTREC_{name.upper()}"
        text = self.environ.get(variable, "").strip()
        if not text:
            default: Value = getattr(self.defaults, name)
            return default

        try:
            value = kind(text)
        except ValueError:
            raise InputError(f"{variable} must be a number, not {text!r}") from None

        # False for nan as well, which is neither small nor large.
        if not minimum <= value < float("inf"):
            raise InputError(f"{variable} must be at least {minimum:g}, not {text!r}")
        return value


def _check_port(name: str, numbers: _Numbers) -> int:
    port = numbers.read(name, int, 0)
    if port > MAX_PORT:
        raise InputError(
            f"LISTREC_{name.upper()} must be at most {MAX_PORT}, not {port}"
        )
    return port
