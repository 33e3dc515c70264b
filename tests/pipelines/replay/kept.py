"""A shop whose sellers list items beside the categories of a release, and that keeps listings."""

from common.event_database.database import EventDatabase
from common.events import Listed, ShownCandidate
from common.kept_listing import KeptListing
from simulator.seller_market import Draft
from tests.pipelines.replay.market import events_of


def list_items(listings, suggester, database, **options):
    """Keep events and listings of sellers who see what the suggester suggests."""
    texts = [
        each.showing("text").only("category", "condition")
        for each in listings
        if each.title
    ]
    suggestions = suggester.predict(texts, ["category"])["category"]
    drafts = [
        Draft({"category": listing.category}, _shown(suggestion))
        for listing, suggestion in zip(texts, suggestions, strict=True)
    ]
    events = events_of(drafts, **options)
    database = EventDatabase(database)
    database.insert(events)
    listed = [event for event in events if isinstance(event, Listed)]
    database.insert_listings(map(_keep, texts, listed))
    return drafts


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
