"""What requests want of the models of this process, computed for many requests at once.

A model that raises leaves the others, and a listing that makes it raise leaves the other listings.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from common.arrays import Floats
from common.listing import Listing, Suggestion
from models.suggester import Suggester
from serving import metrics

Answer = list[Suggestion] | Exception
"""A suggestion for each listing of a job, or what the model raised."""


@dataclass(slots=True)
class Job:
    """What one request wants; answers are stored here as they come.

    Attributes:
        loaded: the release that answers.
        listings: listings whose photos are decoded.
        models: names of the models that are asked.
        encoders: ids of the encoders whose vectors are wanted, beside those of the models.
        encodings: vectors ``[listings, dimensions]`` by encoder id, given or computed.
        answers: answers by model; a model that is not among them has not answered yet.
    """

    loaded: Suggester
    listings: Sequence[Listing]
    models: Sequence[str] = ()
    encoders: Sequence[str] = ()
    encodings: dict[str, Floats] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)


def compute(jobs: Sequence[Job]) -> None:
    """Answer all jobs: each encoder, and each model of a version, runs once for all of them."""
    releases = _releases(jobs)
    # Releases may share encoders: the same id gives the same vectors.
    for encoder_id in dict.fromkeys(ref for each in releases for ref in each.encoders):
        lacking = [job for job in jobs if _lacks(job, encoder_id)]
        _each_alone_on_error(_encode, lacking, encoder_id)
    for name, asking in _by_predictor(jobs):
        _each_alone_on_error(_predict, asking, name)


def _releases(jobs: Sequence[Job]) -> Collection[Suggester]:
    """Return each release once: requests may name others, and one may be swapped for another."""
    return {id(job.loaded): job.loaded for job in jobs}.values()


def _by_predictor(jobs: Sequence[Job]) -> Iterator[tuple[str, list[Job]]]:
    """Yield the jobs that ask the same predictor, with its name: releases may have it in common."""
    asking: dict[tuple[str, int], list[Job]] = {}
    for job in jobs:
        for name in job.models:
            predictor = job.loaded.predictors[name]
            asking.setdefault((name, id(predictor)), []).append(job)
    for (name, _), same in asking.items():
        yield name, same


def _lacks(job: Job, encoder_id: str) -> bool:
    """Return whether a job needs vectors of an encoder and does not have them."""
    if encoder_id in job.encodings:
        return False
    return encoder_id in job.encoders or any(
        encoder_id in job.loaded.predictors[name].encoder_ids for name in job.models
    )


def _each_alone_on_error(
    step: Callable[[Sequence[Job], str], None], jobs: Sequence[Job], name: str
) -> None:
    """Run a step of all jobs at once, and of each job alone where it raises.

    An error that remains is the answer of the models that the job wanted of it.
    """
    if not jobs:
        return
    try:
        step(jobs, name)
    except Exception as error:
        if len(jobs) > 1:
            for job in jobs:
                _each_alone_on_error(step, [job], name)
        else:
            _fail(jobs[0], name, error)


def _fail(job: Job, name: str, error: Exception) -> None:
    """Store an error of a model, or of an encoder for the models that need it."""
    predictors = job.loaded.predictors
    for model in job.models:
        if name in (model, *predictors[model].encoder_ids):
            job.answers.setdefault(model, error)


def _encode(jobs: Sequence[Job], encoder_id: str) -> None:
    vectors = jobs[0].loaded.encoders[encoder_id].encode(_listings(jobs))
    for job, rows in _rows(jobs):
        job.encodings[encoder_id] = vectors[rows]


def _predict(jobs: Sequence[Job], name: str) -> None:
    # Without a vector there is an error already.
    waiting = [job for job in jobs if name not in job.answers]
    if not waiting:
        return

    predictor = waiting[0].loaded.predictors[name]
    encodings = {
        encoder_id: _concatenate([job.encodings[encoder_id] for job in waiting])
        for encoder_id in predictor.encoder_ids
    }
    start = time.perf_counter()
    suggestions = predictor.predict(_listings(waiting), encodings)
    seconds = time.perf_counter() - start
    metrics.count_model(name, waiting[0].loaded.origin(name), seconds)
    for job, rows in _rows(waiting):
        job.answers[name] = suggestions[rows]


def _listings(jobs: Sequence[Job]) -> list[Listing]:
    return [listing for job in jobs for listing in job.listings]


def _rows(jobs: Sequence[Job]) -> Iterator[tuple[Job, slice]]:
    """Yield each job with the rows of its listings among those of all jobs."""
    start = 0
    for job in jobs:
        end = start + len(job.listings)
        yield job, slice(start, end)
        start = end


def _concatenate(parts: Sequence[Floats]) -> Floats:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
