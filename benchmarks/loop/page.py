"""The page about the simulated days, from their record."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.loop.record import LookRecord, LoopRecord, NightRecord, TrainingRecord
from benchmarks.loop.shop import NEW_BRAND
from benchmarks.loop.story import (
    Change,
    count_states,
    false_alarms,
    find_changes,
    mean_between,
    repaired_day,
)
from benchmarks.loop.trial import CHALLENGER, CONTROL
from benchmarks.shared.markdown import bullets, describe_run, table

WEEK = 7
"""Days of the means that are compared."""

ENDS = {
    "promoted": "became the champion",
    "refused": "was refused by its gate",
    "held": "waits, because promotions are held during the experiment",
    "awaiting approval": "waits for the experiment",
    "failed": "failed",
}
"""How runs end, by their state."""

OCCASIONS = {
    "first": "the first training run",
    "schedule": "the scheduled training run",
    "monitoring": "the run that monitoring asked for",
    "experiment": "the run of the experiment's challenger",
}
"""Why runs are started."""


def render(record: LoopRecord) -> str:
    """Return the page in Markdown."""
    parts = (
        _introduction(record),
        _summary(record),
        _plots(record),
        _experiment(record),
        _diary(record),
        _method(record),
    )
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _introduction(record: LoopRecord) -> Iterator[str]:
    plan = record.plan
    yield "# Sixty days of a shop, simulated"
    yield ""
    yield (
        f"Sellers of a synthetic shop list {plan.items} items a day for {plan.days} days. They see"
        " suggestions, accept some and change others. The models learn from what they list. On"
        f" day {plan.brand_day} a new brand appears, and on day {plan.inflation_day} prices rise by"
        " 30 %. From day"
        f" {plan.experiment_day} on an experiment compares two releases. Nobody helps: this page"
        " shows what the platform makes of it."
    )
    yield ""
    yield describe_run(record.run)
    yield (
        f"It took {sum(record.seconds.values()) / 60:.0f} minutes on a machine with other work, and"
        f" {sum(record.cpu_seconds.values()) / 60:.0f} minutes of processors."
    )


def _summary(record: LoopRecord) -> Iterator[str]:
    yield "## In short"
    yield ""
    brand, inflation = find_changes(record)
    alarms = len(false_alarms(record))
    answers = sum(each.answers for each in record.trainings)
    lost = sum(each.lost for each in record.trainings)
    states = count_states(record)
    ends = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
    yield from bullets(
        [
            _describe_brand(record, brand),
            _describe_inflation(record, inflation),
            _describe_winner(record),
            f"{len(record.trainings)} training runs: {ends}.",
            f"While they ran, {answers:,} suggestions were asked for over gRPC, and {lost} were"
            " not answered.",
            f"False alarms, which ask for a training run where nothing has changed: {alarms}.",
        ]
    )


def _describe_brand(record: LoopRecord, change: Change) -> str:
    name = "top_1_accuracy brand"
    day = change.day
    before = mean_between(record, name, day - WEEK, day - 1)
    at_once = mean_between(record, name, day, day + 1)
    later = mean_between(record, name, day + WEEK, day + 2 * WEEK - 1)
    return (
        f"**The new brand** {NEW_BRAND} comes on day {day}. {_describe_notice(change)} The first"
        f" suggestion of a brand is right for {before:.0%} of the items in the week before, for"
        f" {at_once:.0%} on its first two days, and for {later:.0%} a week later."
    )


def _describe_inflation(record: LoopRecord, change: Change) -> str:
    name = "acceptance price"
    day, repaired = change.day, repaired_day(record)
    before = mean_between(record, name, day - WEEK, day - 1)
    at_once = mean_between(record, name, day, day + 2)
    end = f"From day {repaired} on" if repaired else "At the end"
    later = mean_between(
        record, name, (repaired or record.plan.days - WEEK), record.plan.days
    )
    return (
        f"**The inflation** begins on day {day}. {_describe_notice(change)} {before:.0%} of the"
        f" prices are accepted in the week before, {at_once:.0%} on its first three days. {end},"
        f" {later:.0%} are."
    )


def _describe_notice(change: Change) -> str:
    if change.noticed is None:
        return "Monitoring does not notice it."
    nights = change.noticed - change.day + 1
    word = "night" if nights == 1 else "nights"
    return f"Monitoring notices it after {nights} {word}."


def _describe_winner(record: LoopRecord) -> str:
    experiment = record.experiment
    last = experiment.looks[-1]
    verdict = "is not shown to be better, and the champion stays"
    if experiment.winner == experiment.challenger:
        verdict = "is better, and becomes the champion"
    return f"**The experiment**: the release that learned from more days {verdict}. {_effect(last)}"


def _effect(look: LookRecord) -> str:
    if look.effect is None or look.low is None or look.high is None:
        return "Too few sellers saw it to say how large the effect is."
    return (
        f"Acceptance of categories differs by {100 * look.effect:+.1f} points, with a 95 % interval"
        f" from {100 * look.low:.1f} to {100 * look.high:.1f}."
    )


PLOTS = (
    (
        "acceptance",
        "How often sellers accept",
        "Acceptance of category, brand and price by day",
        "The share of suggestions on the screen that sellers take. Points are days, lines are means"
        " of three days. Dotted lines are nights in which a new release became the champion.",
    ),
    (
        "accuracy",
        "How often the first suggestion is right",
        "Expected and measured accuracy of category and brand by day",
        "The dashed line is what the models expect of themselves, before anybody has chosen. Where"
        " the new brand appears, the measured line falls and the expected one hardly does: models"
        " do not know what they do not know.",
    ),
    (
        "price",
        "Prices",
        "Median of the price that is asked over the one that is suggested, by day",
        "At 1 half of the sellers ask more than suggested, and half less.",
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
        " change until most of these have it too. It asks for a training run at most every third"
        " night.",
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


def _experiment(record: LoopRecord) -> Iterator[str]:
    plan, experiment = record.plan, record.experiment
    yield "## The experiment"
    yield ""
    yield (
        f"Scheduled training runs learn from {plan.training_days} days. Would a category model that"
        f" learned from {plan.challenger_days} days be accepted more often? The night before day"
        f" {plan.experiment_day} one is trained, passes its gate, and waits. This file is"
        " published:"
    )
    yield ""
    yield "```yaml"
    yield experiment.text.strip()
    yield "```"
    yield ""
    yield (
        f"Half of the sellers get `{CHALLENGER}`, the others `{CONTROL}`, which is the champion."
        " The server assigns them by their id. Promotions are held meanwhile, so that the control"
        " stays what it is. Every night the experiment is analyzed, with an interval that may be"
        " looked at every day; the usual one at the end decides."
    )
    yield ""
    yield "![Effect on acceptance with its interval by day](loop/experiment.svg)"
    yield ""
    head = ("day", CONTROL, CHALLENGER, "effect, points", "interval")
    yield from table(head, [_look_row(each) for each in experiment.looks])


def _look_row(look: LookRecord) -> list[str]:
    effect = "" if look.effect is None else f"{100 * look.effect:+.1f}"
    interval = ""
    if look.low is not None and look.high is not None:
        interval = f"{100 * look.low:+.1f} to {100 * look.high:+.1f}"
    sellers = [f"{look.sellers[name]} sellers" for name in (CONTROL, CHALLENGER)]
    return [str(look.day), *sellers, effect, interval + ", decides" * look.is_final]


def _diary(record: LoopRecord) -> Iterator[str]:
    yield "## Night by night"
    yield ""
    yield "Nights in which nothing happened are left out."
    yield ""
    rows = []
    for day in range(record.plan.days + 1):
        sentences = [*_of_plan(record, day), *_of_night(record, day)]
        sentences += [
            _of_training(each) for each in record.trainings if each.day == day
        ]
        if sentences:
            rows.append([str(day), " ".join(sentences)])
    yield from table(("day", "what happened"), rows)


def _of_plan(record: LoopRecord, day: int) -> Iterator[str]:
    plan = record.plan
    if day == plan.brand_day:
        yield f"**{NEW_BRAND} appears.**"
    if day == plan.inflation_day:
        yield "**Prices rise by 30 %.**"
    if day == plan.experiment_day:
        yield "**The experiment begins.**"
    if day == plan.last_experiment_day:
        yield "**The experiment is decided.**"


def _of_night(record: LoopRecord, day: int) -> Iterator[str]:
    for night in record.nights:
        if night.day == day and night.reasons:
            yield f"{_described(night)}."


def _described(night: NightRecord) -> str:
    verb = "asks to retrain" if night.retrain else "waits"
    reasons = dict.fromkeys((*night.drifts, *night.losses))
    return f"Monitoring {verb}: {', '.join(reasons).replace('_', ' ')}"


def _of_training(training: TrainingRecord) -> str:
    occasion = OCCASIONS[training.why]
    release = f", release {training.release}," if training.release else ""
    reasons = "; ".join(training.reasons).partition(" (log:")[0]
    is_told = training.state in ("refused", "failed") and reasons
    end = f"{ENDS[training.state]}: {reasons}" if is_told else ENDS[training.state]
    return f"{occasion.capitalize()}{release} {end}."


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
            f"Training runs are scheduled every {plan.train_every} nights in place of every night,"
            f" and learn from {plan.training_days} days. They train category, brand and price, with"
            " small settings. A run takes half a minute of a processor, of which half is spent on"
            " everything but training.",
            "Suggestions are asked for once an item, when title, description and condition are"
            " known. The seller's page is left out.",
            "The clock of the server is the real one: the experiment begins on the day of the"
            " simulation, and days before and after it are dated accordingly.",
        ]
    )
