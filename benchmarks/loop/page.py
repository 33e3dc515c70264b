"""The page about the simulated days, from their record."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.loop.diary import diary_section
from benchmarks.loop.experiment_section import experiment_section
from benchmarks.loop.record import LoopRecord
from benchmarks.loop.summary import summary_section
from benchmarks.shared.markdown import bullets, describe_run


def render(record: LoopRecord) -> str:
    """Return the page in Markdown."""
    parts = (
        _introduction(record),
        summary_section(record),
        _plots(record),
        experiment_section(record),
        diary_section(record),
        _method(record),
    )
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _introduction(record: LoopRecord) -> Iterator[str]:
    plan = record.plan
    yield f"# {plan.days} days of a shop, simulated"
    yield ""
    yield (
        f"The {plan.sellers:,} sellers of a synthetic shop list {plan.items} items a day. They see"
        " suggestions, accept some and change others, and models learn from what they list. On day"
        f" {plan.brand_day} a new brand appears, and on day {plan.inflation_day} prices rise by"
        f" 30 %. From day {plan.experiment_day} on an experiment compares two releases. No person"
        " intervenes."
    )
    yield ""
    yield describe_run(record.run)
    yield (
        f"It took {sum(record.seconds.values()) / 60:.0f} minutes on a machine with other work, and"
        f" {sum(record.cpu_seconds.values()) / 60:.0f} minutes of processors."
    )


PLOTS = (
    (
        "acceptance",
        "How often sellers accept",
        "Acceptance of category, brand and price by day",
        "The share of suggestions on the screen that sellers take. Points are days, lines are means"
        " of three days. Dotted lines are nights in which a run that was not scheduled made a new"
        " champion.",
    ),
    (
        "accuracy",
        "How often the first suggestion is right",
        "Expected and measured accuracy of category and brand by day",
        "The dashed line is what the models expect of themselves, before anybody has chosen. Where"
        " the new brand appears, the measured line falls below it: models cannot expect errors"
        " about a brand that they have never seen.",
    ),
    (
        "price",
        "Prices",
        "Median of the price that is asked over the one that is suggested, by day",
        "The price that sellers ask, divided by the suggested one: the median of each day. It is 1"
        " while as many sellers ask more than was suggested as ask less, and higher while"
        " suggestions are too low.",
    ),
    (
        "coverage",
        "Price ranges",
        "Share of prices within their suggested range, by day",
        "A suggested range states that it contains 80 % of the prices.",
    ),
    (
        "nights",
        "What monitoring and training do at night",
        "Nights on which monitoring names a field, asks to retrain, and how training runs end",
        "Monitoring compares the last three days with the two weeks before them, so it names a"
        " change until most of these have it too. What models have learned changes their"
        " suggestions, which it names as well. It asks for a training run at most every third"
        " night; during the experiment there is none.",
    ),
    (
        "minutes",
        "Minutes of machine time",
        "Minutes of processors by part",
        "All processes together, by what they work on.",
    ),
)
"""File, heading, text for those who do not see it, and explanation of each plot."""


def _plots(record: LoopRecord) -> Iterator[str]:
    for index, (name, heading, alternative, explanation) in enumerate(PLOTS):
        yield from ([] if index == 0 else [""])
        yield f"## {heading}"
        yield ""
        yield explanation
        yield ""
        yield f"![{alternative}](loop/{name}.svg)"


def _method(record: LoopRecord) -> Iterator[str]:
    plan = record.plan
    yield "## How it is made"
    yield ""
    yield "These are the parts that a real shop has:"
    yield ""
    yield from bullets(
        [
            "the server (`listrec serve`, one worker), which answers over gRPC, follows the"
            " champion and assigns sellers to variants;",
            "the log of events, its database, and the listings that are kept for training;",
            "the training pipeline, with the snapshot of what sellers listed, gates, the"
            " verification in a server, the registry and mlflow;",
            "monitoring and its rule, every night;",
            "the experiment: its file, its publication, its analysis, and the promotion of the"
            " winner.",
        ]
    )
    yield ""
    yield "This is simpler than in a real shop:"
    yield ""
    yield from bullets(
        [
            "Sellers and items are those of the synthetic market (`simulator/`): women's articles"
            " in English, without photos. Sellers make mistakes and follow suggestions as"
            " `simulator/behaviour.py` says.",
            "Every night one model is trained, each in its turn, from the listings of the last"
            f" {plan.training_days} days, and of {plan.challenger_days} once the experiment says"
            " so. Where monitoring asks for a run, it trains the models"
            " whose fields are named instead. There is no model of shipping.",
            "Models have small settings, and the gate allows larger losses of kinds of listings"
            " and larger files: a test set of a hundred rows has some twenty of a kind.",
            "There are no training runs while the experiment compares two releases.",
            "Suggestions are asked for once an item, when title, description and condition are"
            " known. The seller's page is left out.",
            "The clock of the server is the real one: the experiment begins on the day of the"
            " simulation, and days before and after it are dated accordingly.",
        ]
    )
