"""How values of requests are described, against the rules that check them."""

import re
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from services.api.schemas.request_values import (
    HeadName,
    IdCursor,
    QuietHoursText,
    SearchText,
    TaxonomyName,
    TrackCursor,
    WholeNumber,
)
from services.api.spotify_compat.search_query import parse_search_query
from services.api.tracks.library_list.cursors import format_cursor
from shared.domain.emotion import QUADRANT4, TAXONOMIES, merge_taxonomy
from shared.domain.quiet_hours import QuietHours
from shared.store.tracks.sorted_tracks import SortKey, TrackOrder, TrackPosition

SORT_VALUES: dict[SortKey, list[str | float | None]] = {
    SortKey.ADDED: [None],
    SortKey.TITLE: [None, "", "тихая: вода 1"],
    SortKey.ARTIST: [None, "osier ensemble"],
    SortKey.DURATION: [None, 20.0, 7265.123456],
    SortKey.CERTAINTY: [None, 0.25, 0.9800000190734863, 1.0],
}


def is_as_described(value_type: Any, text: str) -> bool:
    """Whether the pattern in the document allows a text."""
    schema = TypeAdapter(value_type).json_schema()
    patterns = [part["pattern"] for part in (schema, *schema.get("anyOf", [])) if "pattern" in part]
    return any(re.search(pattern, text) for pattern in patterns)


def test_taxonomies_and_their_merges_are_as_described() -> None:
    merged = merge_taxonomy(QUADRANT4, {"tense": ("Q2",), "other_moods": ("Q1", "Q3", "Q4")})
    assert all(is_as_described(TaxonomyName, name) for name in (*TAXONOMIES, merged.name))
    assert is_as_described(HeadName, "valence_arousal")
    assert not is_as_described(TaxonomyName, "valence_arousal")
    assert not is_as_described(TaxonomyName, "mood5")


def test_cursors_are_as_described() -> None:
    track_id = "01a2047e-efa6-7202-a43d-270ca9b6dba5"
    assert is_as_described(IdCursor, track_id)
    assert is_as_described(TrackCursor, track_id)
    assert is_as_described(TrackCursor, f"2_-1.25_{track_id}")
    for key, values in SORT_VALUES.items():
        for value in values:
            cursor = format_cursor(TrackOrder(key), TrackPosition(value, UUID(track_id)))
            assert is_as_described(TrackCursor, cursor), cursor
    assert not is_as_described(IdCursor, "the next page")
    assert not is_as_described(TrackCursor, f"duration:{track_id}:long")


@pytest.mark.parametrize("text", ["", "off", "22:00-07:00", "22-7", "12:00-13:30,22:00-07:00", "tonight", "25-7"])
def test_quiet_hours_are_described_as_they_are_read(text: str) -> None:
    try:
        QuietHours.parse(text)
        is_read = True
    except ValueError:
        is_read = False
    assert is_as_described(QuietHoursText, text) is is_read


@pytest.mark.parametrize("text", ["ode", "  ode", '"ode"', "日本", "", " ", '" "', "\x1f"])
def test_searches_are_described_as_they_are_read(text: str) -> None:
    try:
        parse_search_query(text)
        is_read = True
    except ValueError:
        is_read = False
    assert is_as_described(SearchText, text) is is_read


class Copies(BaseModel):
    model_config = ConfigDict(strict=True)
    n: WholeNumber


def test_a_whole_number_may_have_a_point_and_is_no_other_type() -> None:
    assert Copies.model_validate_json('{"n": 2.0}').n == 2
    for body in ('{"n": 2.5}', '{"n": true}', '{"n": "2"}', '{"n": 1e400}'):
        with pytest.raises(ValidationError):
            Copies.model_validate_json(body)
