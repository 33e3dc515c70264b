"""Loads a model for ``mlflow.pyfunc``: a table of listings in, a table of suggestions out.

mlflow calls ``_load_pyfunc``, because the file ``MLmodel`` of an artifact names this module.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

import models
from common import encoders
from common.errors import InputError
from common.listing import CONFIRMABLE, Listing, Photo, Suggestion
from common.photos.checking import CheckedPhotos, check_photos
from common.photos.photo_names import parse_photos
from common.settings import Settings
from common.store import artifacts
from common.store.release import ReleaseStore
from ingest.form import listing_from_options
from models.suggester import Suggester
from pipelines.batch import columns
from pipelines.batch.predict import BATCH_ROWS, suggest_rows

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class PyfuncModel:
    """A model with its encoders, which answers tables."""

    name: str
    suggester: Suggester

    def predict(self, table: pd.DataFrame, params: object = None) -> pd.DataFrame:
        """Suggest for each row; the columns are those of ``listrec suggest-table`` for this model.

        Columns of the table are ``title``, ``description``, ``photos`` and confirmed fields, all of
        them optional. A cell of ``photos`` is a path, the bytes of a file, or a list of these. A
        row that cannot be used is answered with an abstention that says why. ``params`` is a part
        of mlflow's interface and has no meaning here.
        """
        rows = table.to_dict("records")
        batches = [
            self._answer(rows[first : first + BATCH_ROWS], first + 1)
            for first in range(0, len(rows), BATCH_ROWS)
        ]
        answers = pa.Table.from_batches(batches, columns.schema())
        return _to_frame(answers.select(columns.of_model(self.name)))

    def _answer(
        self, rows: Sequence[Mapping[Any, Any]], first_row: int
    ) -> pa.RecordBatch:
        """Answer rows of which the first has the number ``first_row``."""
        listings: list[Listing] = []
        problems: list[Sequence[str]] = []
        unusable: dict[int, str] = {}
        for index, row in enumerate(rows):
            try:
                checked = check_photos(_to_listing(row))
            except InputError as error:
                checked = CheckedPhotos(Listing())
                unusable[index] = str(error)
            listings.append(checked.listing)
            problems.append(checked.problems)

        answered = suggest_rows(listings, self.suggester, (), unusable)
        # The other models were not asked: they have nothing to say, not even why they abstain.
        silent = {name: [Suggestion(name, "")] * len(rows) for name in models.NAMES}
        ids = [
            str(row.get("listing_id", number))
            for number, row in enumerate(rows, first_row)
        ]
        suggestions = {**silent, self.name: answered[self.name]}
        return columns.to_record_batch(
            ids, suggestions, self.suggester.versions, problems
        )


def _load_pyfunc(path: str, config: Mapping[str, str] | None = None) -> PyfuncModel:
    """Load the model in a folder that mlflow has downloaded, and its encoders from the store.

    The store is that of ``LISTREC_STORE``, or the one that the model was registered from. Raises
    ``ArtifactError`` where a file is damaged, or the store lacks an encoder.
    """
    settings = Settings.from_environment(os.environ)
    if not os.environ.get("LISTREC_STORE") and config:
        settings = replace(settings, store=config["store"])

    store = ReleaseStore(settings.store)
    manifest = artifacts.read(Path(path))
    loaded = {
        ref: encoders.load(store.fetch_artifact(ref, settings.cache))
        for ref in manifest.encoders
    }
    predictor = models.load(manifest.name, Path(path), list(loaded.values()))
    return PyfuncModel(manifest.name, Suggester("", {manifest.name: predictor}, loaded))


def _to_frame(answers: pa.Table) -> pd.DataFrame:
    """Return the answers for pandas, with lists and dictionaries in the cells of nested columns."""
    import pandas as pd

    cells = {}
    for field, column in zip(answers.schema, answers.columns, strict=True):
        is_nested = pa.types.is_nested(field.type)
        cells[field.name] = (
            column.to_pylist(maps_as_pydicts="strict")
            if is_nested
            else column.to_pandas()
        )
    return pd.DataFrame(cells)


def _to_listing(row: Mapping[Any, Any]) -> Listing:
    """Return a row as a listing; raises ``InputError`` for a confirmed field that is illegal."""
    filled = {name: cell for name, cell in row.items() if _is_filled(cell)}
    confirmed = {name: filled[name] for name in CONFIRMABLE if name in filled}
    listing = listing_from_options(
        filled.get("title", ""), filled.get("description", ""), confirmed
    )
    photos = tuple(map(_to_photo, parse_photos(filled.get("photos", ()))))
    if not (listing.title or listing.description or photos):
        raise InputError("the row has no title, no description and no photos")
    return replace(listing, photos=photos)


def _to_photo(photo: str | bytes) -> Photo:
    return Photo(path=photo) if isinstance(photo, str) else Photo(data=photo)


def _is_filled(cell: Any) -> bool:
    """Tell whether a cell has a value; where there is none pandas has ``None``, NaN or NA."""
    import pandas as pd

    return not (pd.api.types.is_scalar(cell) and pd.isna(cell))
