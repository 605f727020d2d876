"""The rows of the Library page: chips, certainty and lengths from tracks as the API gives them."""

from typing import Any
from uuid import UUID

import pytest

from services.api.console.library_page import (
    build_address,
    describe_chip,
    describe_row_certainty,
    format_length,
    list_sort_links,
)
from services.api.tracks.schemas import TrackResponse
from services.api.wording.list_words import describe_certainty


def track(**known: Any) -> TrackResponse:
    fields: dict[str, Any] = {name: None for name, field in TrackResponse.model_fields.items() if field.is_required()}
    names = ("sources", "labels", "contradictions", "annotations", "merges", "corrected")
    lists: dict[str, Any] = {name: [] for name in names}
    identity = {"id": UUID(int=1), "taxonomy": "quadrant4", "synthetic": False, "href": ""}
    return TrackResponse.model_validate({**fields, **lists, **identity, **known})


@pytest.mark.parametrize(
    ("known", "words", "style", "quadrants"),
    [
        ({"emotion": "Q4", "decided_by": "model", "certainty": "7 in 10"}, "calm", "model", (4,)),
        ({"emotion": "Q4", "decided_by": "model"}, "calm", "model", (4,)),
        (
            {"emotion": "Q3", "decided_by": "model", "certainty": "either", "prediction_set": ["Q3", "Q4"]},
            "sad or calm",
            "unsure",
            (3, 4),
        ),
        ({"emotion": "Q1", "decided_by": "model", "certainty": "unsure"}, "happy", "unsure", (1,)),
        ({"emotion": "Q2", "decided_by": "person", "certainty": "ada"}, "tense", "person", (2,)),
        ({"content_kind": "speech"}, "not music", "unsure", ()),
    ],
)
def test_a_chip_says_who_answers(known: dict[str, Any], words: str, style: str, quadrants: tuple[int, ...]) -> None:
    chip = describe_chip(track(**known))
    assert chip is not None
    assert (chip.words, chip.style, chip.look.quadrants) == (words, style, quadrants)


def test_a_track_without_an_answer_has_no_chip() -> None:
    assert describe_chip(track()) is None


def test_the_own_name_is_you() -> None:
    assert describe_row_certainty(track(emotion="Q1", decided_by="person", certainty="me"), own_name="me") == "you"
    assert describe_row_certainty(track(emotion="Q1", decided_by="person", certainty="ada"), own_name="me") == "ada"
    assert describe_row_certainty(track(emotion="Q1", decided_by="model"), own_name="me") == ""


@pytest.mark.parametrize(
    ("prediction_set", "in_ten", "words"),
    [
        (["Q1"], 7, "7 in 10"),
        (["Q1"], None, None),
        (None, 7, "7 in 10"),
        (["Q1", "Q2"], 7, "either"),
        (["Q1", "Q2", "Q3"], 7, "unsure"),
        ([], 7, "7 in 10"),
    ],
)
def test_only_what_was_measured_is_said(
    prediction_set: list[str] | None, in_ten: int | None, words: str | None
) -> None:
    said = describe_certainty(
        "Q1", decided_by="model", annotator=None, prediction_set=prediction_set, in_ten={"Q1": in_ten}
    )
    assert said == words


def test_nothing_is_said_of_no_emotion() -> None:
    assert describe_certainty(None, decided_by=None, annotator=None, prediction_set=["Q1"], in_ten={"Q1": 9}) is None
    assert describe_certainty("Q1", decided_by="playlist", annotator=None, prediction_set=None, in_ten={}) == "playlist"


@pytest.mark.parametrize(("seconds", "words"), [(None, ""), (20.9, "0:20"), (292.0, "4:52"), (3_725.0, "1:02:05")])
def test_lengths_are_read_as_on_a_clock(seconds: float | None, words: str) -> None:
    assert format_length(seconds) == words


def test_a_head_that_is_sorted_by_turns_round() -> None:
    links = list_sort_links({"q": "low tide", "sort": "-certainty"})
    assert (links["certainty"].address, links["certainty"].direction) == (
        "/console/library?q=low+tide&sort=certainty",
        "descending",
    )
    assert (links["title"].address, links["title"].direction) == ("/console/library?q=low+tide&sort=title", None)
    assert list_sort_links({})["title"].address == "/console/library?sort=-title"


def test_an_address_without_filters_is_the_page() -> None:
    assert build_address({"q": "a"}, q=None) == "/console/library"
