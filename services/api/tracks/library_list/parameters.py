"""The query parameters by which a library is filtered and sorted."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Query
from pydantic import Field

from services.api.deps import TEXT
from shared.store.tracks.analysis_states import AnalysisState
from shared.store.tracks.sorted_tracks import SortKey, TrackOrder

SortWord = Literal[
    "added", "-added", "title", "-title", "artist", "-artist", "duration", "-duration", "certainty", "-certainty"
]
AnalysisWord = Literal["analysed", "failed", "stale", "pending", "without_audio"]
Year = Annotated[int, Field(ge=0, le=9999)]


@dataclass(frozen=True, kw_only=True)
class LibraryParameters:
    """What a list of the library is asked for, beside what `GET /tracks` always had."""

    sort: SortWord | None = None
    artist: str | None = None
    year_from: Year | None = None
    year_to: Year | None = None
    labelled_by: str | None = None
    sure: bool | None = None
    analysis: AnalysisWord | None = None
    count: bool = False
    pages: bool = False

    @property
    def order(self) -> TrackOrder | None:
        """None where the list is in its usual order."""
        if self.sort is None:
            return None
        return TrackOrder(SortKey(self.sort.removeprefix("-")), descending=self.sort.startswith("-"))

    @property
    def analysis_state(self) -> AnalysisState | None:
        """The state asked for."""
        return None if self.analysis is None else AnalysisState(self.analysis)


async def read_library_parameters(
    sort: Annotated[
        SortWord | None,
        Query(
            description="Order of the list; `-` turns it round, and tracks that lack the key come last in both. "
            "`certainty` is the probability of what the model answers. Without it: as added, or by `tags`"
        ),
    ] = None,
    artist: Annotated[
        str | None,
        Query(
            description="Only tracks of this artist; case and accents make no difference", max_length=500, pattern=TEXT
        ),
    ] = None,
    year_from: Annotated[Year | None, Query(description="Only tracks of this year or later")] = None,
    year_to: Annotated[Year | None, Query(description="Only tracks of this year or earlier")] = None,
    labelled_by: Annotated[
        str | None, Query(description="Only tracks that this person annotated", max_length=100, pattern=TEXT)
    ] = None,
    sure: Annotated[
        bool | None,
        Query(description="Only tracks of whose answer the model is (or is not) sure, as `sure` of a track says it"),
    ] = None,
    analysis: Annotated[
        AnalysisWord | None, Query(description="Only tracks in this state, as `GET /summary` counts them")
    ] = None,
    count: Annotated[bool, Query(description="Also `count` and `duration_s` of the whole list")] = False,
    pages: Annotated[
        bool,
        Query(description="Also `count`, `duration_s`, and in `pages` the cursor after every 100th track"),
    ] = False,
) -> LibraryParameters:
    """As asked for. Asynchronous: it needs no thread."""
    return LibraryParameters(
        sort=sort,
        artist=artist,
        year_from=year_from,
        year_to=year_to,
        labelled_by=labelled_by,
        sure=sure,
        analysis=analysis,
        count=count or pages,
        pages=pages,
    )


LibraryQuery = Annotated[LibraryParameters, Depends(read_library_parameters)]
