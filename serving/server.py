"""A server process: loaded models behind a port, from the first request to a graceful stop."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import grpc
from grpc_health.v1 import health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from common.errors import ArtifactError
from common.experiments.definition import Experiment
from common.listing import Listing
from models.suggester import Suggester
from serving import metrics, sentry
from serving.backends import Backends
from serving.batcher import Batcher
from serving.bugs import report_bug
from serving.compute import Job, compute
from serving.experiments.current import CurrentExperiments
from serving.health import HEALTH_SERVICE, Health
from serving.interceptors import BoundaryInterceptor
from serving.load_balancing import SERVER_OPTIONS
from serving.photos import PhotoReader
from serving.ports import cannot_listen
from serving.predictor import PredictorService
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from serving.releases import golden
from serving.releases.loaded import LoadedReleases
from serving.releases.shadow import Shadow
from serving.remote import RemoteBackend
from serving.settings import ServingSettings
from serving.suggest import SuggesterService
from serving.tls import server_credentials
from serving.tokens import TokenInterceptor, TokenLimits, read_tokens
from serving.tracing import NO_TRACER, Tracer

PREDICTOR_SERVICE = pb.DESCRIPTOR.services_by_name["Predictor"].full_name
SUGGESTER_SERVICE = pb.DESCRIPTOR.services_by_name["Suggester"].full_name

WARM_UP = (Listing(title="warm up"),)

PROBE_SECONDS = 2.0

MAX_CALLS_OF_A_CONNECTION = 100
"""Further calls wait at the client. Without a limit, one that starts and cancels thousands fills
gRPC's queue of new calls, and calls of others are cancelled (CVE-2023-44487)."""


class Server:
    """Serves the predictor service, the suggester service, or both."""

    def __init__(
        self,
        loaded: Suggester,
        settings: ServingSettings,
        suggests: bool = True,
        shares_port: bool = False,
        also: Sequence[Suggester] = (),
        address: str = "",
        shadow: Shadow | None = None,
        tracer: Tracer = NO_TRACER,
    ) -> None:
        """Serve the models of ``loaded``, and with ``suggests`` all models together.

        With ``shares_port`` other processes listen on the same port. The releases ``also`` answer
        requests that name them. ``address`` is listened on in place of host and port. Answers are
        compared with those of ``shadow``. The suggester calls ``settings.predictors`` for models
        that are not loaded here.
        """
        # Suggesters of other processes may ask for the former one until they change themselves.
        self._releases = LoadedReleases(loaded, also, keeps_former=not suggests)
        self._experiments = CurrentExperiments()
        self._settings = settings
        self._suggests = suggests
        self._shares_port = shares_port
        self._address = address or f"{settings.host}:{settings.port}"
        self._shadow = shadow
        self._tracer = tracer
        self._batcher = Batcher(
            compute, "compute", settings.compute_batch_size, settings.max_waiting
        )
        self._remote: dict[str, RemoteBackend] = {}
        self._suggester: SuggesterService | None = None
        self._reader = PhotoReader(settings.n_photo_threads, settings.photo_cache_size)

    async def start(self) -> int:
        """Listen and warm up; return the port. Raises ``UnavailableError`` when it is taken."""
        length = self._settings.max_message_length
        # Predictors are asked by suggesters, which balance their load themselves.
        balanced = () if self._suggests else SERVER_OPTIONS
        self._server = grpc.aio.server(
            interceptors=self._interceptors(),
            options=(
                # Two servers on one port would share it silently.
                ("grpc.so_reuseport", int(self._shares_port)),
                ("grpc.max_concurrent_streams", MAX_CALLS_OF_A_CONNECTION),
                ("grpc.max_receive_message_length", length),
                ("grpc.max_send_message_length", length),
                *balanced,
            ),
        )
        port = self._bind()
        services = self._add_services()

        self._health = Health(services)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        described = (*services, HEALTH_SERVICE, reflection.SERVICE_NAME)
        if not self._settings.production:
            reflection.enable_server_reflection(described, self._server)

        # Orchestrators may probe while models warm up, and are told NOT_SERVING.
        await self._server.start()
        # A model that fails is named as missing in answers; other models are fine.
        for loaded in self.releases():
            for name, error in (await self._warm_up(loaded, WARM_UP)).items():
                report_bug(error, f"model {name}", loaded.release)
        await self._health.serving()
        return port

    @property
    def suggester(self) -> SuggesterService | None:
        """What answers requests of this process, once the server has started."""
        return self._suggester

    def releases(self) -> Sequence[Suggester]:
        """The releases that this process can answer with."""
        return self._releases.all

    async def may_swap(self, release: str) -> bool:
        """Whether all predictors of other processes hold a release already."""
        checks = [
            backend.holds(release, PROBE_SECONDS) for backend in self._remote.values()
        ]
        return all(await asyncio.gather(*checks))

    async def swap(self, loaded: Suggester) -> None:
        """Warm another release up and answer with it from then on.

        Requests in flight are answered with the release that they began with. Raises
        ``ArtifactError`` when a model does not answer: the former release stays.
        """
        await self.try_release(loaded)
        former = self._loaded
        self._releases.swap(loaded)
        metrics.mark_replaced(former.release)
        self.mark_served()

    async def try_release(self, loaded: Suggester) -> None:
        """Warm a release up; raise ``ArtifactError`` when a model does not answer."""
        for listing in await asyncio.to_thread(golden.decoded_listings):
            for name, error in (await self._warm_up(loaded, [listing])).items():
                number = report_bug(error, f"model {name}", loaded.release)
                raise ArtifactError(
                    f"model {name!r} fails, see the log's line {number}"
                )

    def apply(
        self, experiments: Sequence[Experiment], releases: Sequence[Suggester]
    ) -> None:
        """Apply experiments from now on, and hold ``releases``, which their variants name.

        Both take the place of those before.
        """
        self._releases.keep_for_variants(releases)
        self._experiments.replace(experiments)

    async def stop(self) -> None:
        """Refuse new requests, finish those in flight within the grace period, release threads."""
        # Load balancers look elsewhere first, then the port closes.
        await self._health.draining()
        if self._suggester:
            self._suggester.close()
        await self._server.stop(self._settings.shutdown_grace)

        self._batcher.close()
        self._reader.close()
        for backend in self._remote.values():
            await backend.close()
        if self._shadow:
            await self._shadow.close()

    def _interceptors(self) -> list[grpc.aio.ServerInterceptor]:
        interceptors: list[grpc.aio.ServerInterceptor] = [
            BoundaryInterceptor(self._tracer)
        ]
        if self._settings.tokens:
            tokens = read_tokens(Path(self._settings.tokens))
            n_workers = self._settings.workers if self._shares_port else 1
            interceptors.insert(0, TokenInterceptor(TokenLimits(tokens, n_workers)))
        return interceptors

    def _bind(self) -> int:
        tls = self._settings.tls
        try:
            if tls:
                credentials = server_credentials(tls)
                return self._server.add_secure_port(self._address, credentials)
            return self._server.add_insecure_port(self._address)
        except RuntimeError:
            raise cannot_listen(self._settings.host, self._settings.port) from None

    def _add_services(self) -> list[str]:
        """Add the services of this process; return their full names."""
        services = []
        if self._loaded.predictors:
            predictor_service = PredictorService(
                self._releases, self._batcher, self._settings, self._reader
            )
            rpc.add_PredictorServicer_to_server(predictor_service, self._server)
            services.append(PREDICTOR_SERVICE)
        if self._suggests:
            self._add_suggester()
            services.append(SUGGESTER_SERVICE)
        return services

    def _add_suggester(self) -> None:
        for name, address in self._settings.predictors.items():
            # A model that is loaded here needs no connection, even with an address.
            if name not in self._loaded.predictors:
                self._remote[name] = self._connect(name, address)

        self._suggester = SuggesterService(
            self._releases,
            self._experiments,
            Backends(self._batcher, self._remote),
            self._settings,
            self._reader,
            self._shadow,
        )
        rpc.add_SuggesterServicer_to_server(self._suggester, self._server)

    def _connect(self, name: str, address: str) -> RemoteBackend:
        return RemoteBackend(
            name,
            address,
            self._settings.max_message_length,
            self._settings.credentials,
        )

    async def _warm_up(
        self, loaded: Suggester, listings: Sequence[Listing]
    ) -> Mapping[str, Exception]:
        """Ask each model of this process, so that no seller waits for lazy set-up.

        Returns the errors of those that fail.
        """
        job = Job(loaded, listings, list(loaded.predictors))
        deadline = asyncio.get_running_loop().time() + self._settings.max_deadline
        await self._batcher.run(job, len(listings), deadline)
        return {
            name: answer
            for name, answer in job.answers.items()
            if isinstance(answer, Exception)
        }

    def mark_served(self) -> None:
        """State in the metrics and bug reports of this process which release it serves."""
        sentry.mark_served(self._loaded.release)
        metrics.mark_served(self._loaded.release, self._loaded.created_at)

    @property
    def _loaded(self) -> Suggester:
        return self._releases.current
