"""Over HTTP, sellers get their variants, and receipts and events say which one was shown."""

import contextlib
from dataclasses import dataclass, replace
from ipaddress import ip_network

import httpx
import pytest

from common.event_lines import parse_event
from common.event_log.frames import read_frames
from common.event_log.segments import list_segments
from common.experiments.assignment import Assigner
from common.experiments.definition import Parameters, Variant
from serving.channels import ANONYMOUS
from serving.gateway.gateway import Gateway
from serving.gateway.policies import EXPLORATION, GREEDY, HOLDOUT, policy_of
from serving.gateway.suggesters import RemoteSuggester
from serving.receipts import read_receipt
from serving.server import Server
from serving.settings import ServingSettings
from tests.serving.conftest import run_in_thread
from tests.serving.experiments.world import experiment, release
from tests.serving.gateway.conftest import KEY, SETTINGS

TRIAL = experiment(Variant("new", 0.5, release="r2"))
TOP = experiment(Variant("one", 0.5, parameters=Parameters(top_k=1)), "top-1", "brand")
SHARES = {"exploration": 0.2, "holdout": 0.2}


@dataclass
class Shop:
    """A gateway before a server of its process, or of another, that tries experiments."""

    server: Server
    gateway: Gateway
    is_remote: bool

    async def start(self):
        port = await self.server.start()
        self.server.apply([TRIAL, TOP], [release("r2")])
        if self.is_remote:
            address = f"127.0.0.1:{port}"
            remote = RemoteSuggester(address, ANONYMOUS, 20, 1_000_000)
            await self.gateway.start_with(remote)
        else:
            await self.gateway.start(self.server)
        return port

    async def stop(self):
        await self.gateway.stop()
        await self.server.stop()


@pytest.fixture(scope="module", params=[False, True], ids=["local", "remote"])
def shop(request, tmp_path_factory):
    """A client of the shop, and a function that reads the events that were kept."""
    events = tmp_path_factory.mktemp("events")
    settings = replace(
        SETTINGS,
        seller_header="x-seller",
        http_proxies=(ip_network("127.0.0.1/32"),),
        **SHARES,
    )
    serving = ServingSettings(port=0, shutdown_grace=5, default_deadline=20)
    gateway = Gateway(settings, serving, events)

    def kept():
        return [
            parse_event(line)
            for path in list_segments(events)
            for line in read_frames(path.read_bytes()).lines
        ]

    shop = Shop(Server(release("r1"), serving), gateway, request.param)
    with contextlib.ExitStack() as stack:
        stack.enter_context(gateway.reserved())
        stack.enter_context(run_in_thread(shop))
        client = httpx.Client(base_url=gateway.address, trust_env=False)
        stack.enter_context(client).get("/")
        yield client, kept


def seller_with(policy, **variants):
    """A seller of a policy, and, whatever the policy, of a variant of each experiment."""
    assigner = Assigner([TRIAL, TOP])

    def matches(seller):
        assigned = assigner.assign(seller, {}, TRIAL.start)
        found = {layer: each.variant.name for layer, each in assigned.items()}
        return policy_of(seller, **SHARES) == policy and found == variants

    return next(seller for seller in map(str, range(10_000)) if matches(seller))


def suggest(client, seller):
    answer = client.post(
        "/v1/suggest",
        json={"listing": {"title": "shoes"}},
        headers={"x-seller": seller},
    ).json()
    return answer, read_receipt(answer["receipt"], [KEY])


def test_answer_receipt_and_event_have_the_variants_of_the_seller(shop):
    client, kept = shop
    seller = seller_with(GREEDY, category="new", brand="one")

    answer, receipt = suggest(client, seller)
    client.post("/v1/shown", json={"receipt": answer["receipt"], "listing": "m1"})

    variants = {"trial": "new", "top-1": "one"}
    assert answer["experiments"] == variants
    assert receipt.experiments == kept()[-1].experiments == variants
    assert receipt.versions == {"category": "category-r2", "brand": "brand-r1"}
    assert len(answer["suggestions"]["brand"]["fields"]["brand"]) == 1


def test_the_control_is_an_experiment_with_nothing_changed(shop):
    client, _ = shop
    answer, receipt = suggest(
        client, seller_with(GREEDY, category="control", brand="control")
    )
    assert answer["experiments"] == {"trial": "control", "top-1": "control"}
    assert receipt.versions == {"category": "category-r1", "brand": "brand-r1"}
    assert len(answer["suggestions"]["brand"]["fields"]["brand"]) == 2


@pytest.mark.parametrize("policy", [EXPLORATION, HOLDOUT])
def test_sellers_of_other_policies_are_in_no_experiment(shop, policy):
    client, _ = shop
    answer, receipt = suggest(client, seller_with(policy, category="new", brand="one"))
    assert answer["policy"] == policy
    assert answer["experiments"] == receipt.experiments == {}
    assert receipt.versions == {"category": "category-r1", "brand": "brand-r1"}


def test_a_seller_who_is_not_known_is_in_no_experiment(shop):
    client, _ = shop
    answer, receipt = suggest(client, "")
    assert answer["experiments"] == receipt.experiments == {}
