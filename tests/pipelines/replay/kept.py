"""A shop whose sellers list items beside the categories of a release, and that keeps listings."""

from common.events import Listed, ShownCandidate
from common.kept_listing import KeptListing
from simulator.seller_market import Draft
from tests.pipelines.replay.market import events_of


def list_items(listings, suggester, database, **options):
    """Keep events and listings of sellers who see what is suggested; return the events."""
    events = events_of(drafts_from(listings, suggester), **options)
    listed = [event for event in events if isinstance(event, Listed)]
    database.insert(events)
    database.insert_listings(map(_keep, _with_text(listings), listed))
    return events


def drafts_from(listings, suggester):
    """Drafts of the listings that have a text, with what is suggested for it."""
    texts = _with_text(listings)
    suggestions = suggester.predict(texts, ["category"])["category"]
    return [
        Draft({"category": listing.category}, _shown(suggestion))
        for listing, suggestion in zip(texts, suggestions, strict=True)
    ]


def _with_text(listings):
    return [
        each.showing("text").only("category", "condition")
        for each in listings
        if each.title
    ]


def _shown(suggestion):
    candidates = enumerate(suggestion.candidates["category"], 1)
    return tuple(
        ShownCandidate("category", each.value, each.probability, rank)
        for rank, each in candidates
    )


def _keep(listing, listed):
    names = ("title", "description", "category", "condition")
    fields = {name: getattr(listing, name) for name in names if getattr(listing, name)}
    return KeptListing(
        listed.request, listed.listing, listed.seller, listed.time, fields, ()
    )
