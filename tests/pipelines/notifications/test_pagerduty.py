import pytest

from pipelines.notifications.notify import notify, send_test
from tests.pipelines.notifications.conftest import KEY
from tests.pipelines.notifications.services import BROKEN, HANGS, OK


def test_somebody_is_called_for_the_third_failure_in_a_row(pagerduty, telling, ended):
    server = pagerduty()
    for run in ("monday", "tuesday", "wednesday"):
        ended(run, "failed", reasons=["the loss exploded"])
        assert notify(telling(pagerduty=server), run, print)

    (event,) = server.bodies
    assert (event["event_action"], event["routing_key"]) == ("trigger", KEY)
    assert event["payload"]["summary"] == (
        "train-all failed 3 times in a row: the loss exploded"
    )
    assert event["payload"]["custom_details"]["run"] == "wednesday"


def test_the_next_run_that_does_not_fail_closes_the_incident(pagerduty, telling, ended):
    server = pagerduty()
    for run, state in enumerate(["failed", "failed", "failed", "failed", "refused"]):
        notify(telling(pagerduty=server), ended(f"night-{run}", state), print)

    actions = [event["event_action"] for event in server.bodies]
    assert actions == ["trigger", "trigger", "resolve"]
    assert len({event["dedup_key"] for event in server.bodies}) == 1


def test_failures_of_another_pipeline_do_not_count(pagerduty, telling, ended):
    server = pagerduty()
    for run, pipeline in enumerate(["all", "price", "all"]):
        notify(
            telling(pagerduty=server), ended(f"night-{run}", "failed", pipeline), print
        )

    assert server.bodies == []


def test_a_failure_after_a_success_is_the_first_one_again(pagerduty, telling, ended):
    server = pagerduty()
    for run, state in enumerate(["failed", "failed", "promoted", "failed"]):
        notify(telling(pagerduty=server), ended(f"night-{run}", state), print)

    assert [event["event_action"] for event in server.bodies] == ["resolve"]


def test_an_event_is_sent_again_where_pagerduty_is_busy(pagerduty, telling, ended):
    server = pagerduty(BROKEN, OK)

    assert notify(telling(pagerduty=server), ended("night", "promoted"), print)

    assert len(server.bodies) == 2


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (BROKEN, "PagerDuty does not take events (500)"),
        ((400, {}), "PagerDuty does not take events (400)"),
        (HANGS, "it took longer than 1 seconds"),
    ],
)
def test_a_service_that_takes_nothing_is_noted_and_no_error(
    answer, problem, pagerduty, telling, ended, capfd
):
    notes: list[str] = []
    seconds = 1 if "longer" in problem else 20

    settings = telling(pagerduty=pagerduty(answer))
    assert not notify(settings, ended("night", "trained"), notes.append, seconds)

    assert notes == [f"PagerDuty was not told: {problem}"]
    assert KEY not in "".join(capfd.readouterr())


def test_a_test_leaves_no_incident_open(pagerduty, telling):
    server = pagerduty()

    assert send_test(telling(pagerduty=server)) == ["PagerDuty"]

    actions = [event["event_action"] for event in server.bodies]
    assert actions == ["trigger", "resolve"]
    assert server.bodies[0]["payload"]["severity"] == "info"
