from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.dedup import CLOSE_S, NEAR_S, KnownTrack, MatchCertainty, classify_pair

ODE: dict[str, Any] = {"title": "Ode", "artist": "Vox", "isrc": "USRC17607839", "duration_s": 200.0}


def verdict(**other: Any) -> Any:
    return classify_pair(KnownTrack(**ODE), KnownTrack(**{**ODE, **other}))


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"title": "ODE (Remastered 2011)"},
        {"artist": "Vox feat. Nox"},
        {"artist": "Vox & Nox"},
        {"duration_s": 201.9},
    ],
)
def test_isrc_words_and_length_together_are_certain(other: dict[str, Any]) -> None:
    assert (verdict(**other).certainty, verdict(**other).score) == (MatchCertainty.CERTAIN, 1.0)


@pytest.mark.parametrize(
    "other",
    [
        {"title": "Hymn"},
        {"title": "Ode (Live)"},
        {"title": "Ode (Nox Remix)"},
        {"title": "Ode (Slowed + Reverb)"},
        {"artist": "Nox"},
        {"artist": None},
        {"title": None},
        {"duration_s": 203.5},
        {"title": "Ode", "isrc": None, "duration_s": None},
    ],
)
def test_an_isrc_alone_says_nothing(other: dict[str, Any]) -> None:
    assert verdict(**other).certainty is MatchCertainty.APART


@pytest.mark.parametrize(
    "other",
    [
        {"isrc": None},
        {"isrc": "GBAYE0601498"},
        {"duration_s": 202.5},
        {"duration_s": None},
    ],
)
def test_words_and_length_without_the_rest_are_likely(other: dict[str, Any]) -> None:
    assert verdict(**other).certainty is MatchCertainty.LIKELY
    assert 0 < verdict(**other).score < 1


def test_two_live_takes_with_one_isrc_are_a_question() -> None:
    live, wembley = ({**ODE, "title": title} for title in ("Ode (Live)", "Ode (Live at Wembley)"))
    assert classify_pair(KnownTrack(**live), KnownTrack(**wembley)).certainty is MatchCertainty.LIKELY


def test_the_nearer_pair_has_the_higher_score() -> None:
    scores = [verdict(isrc=None, duration_s=200.0 + gap_s).score for gap_s in (0.0, 1.0, 2.0, 3.0)]
    assert scores == sorted(scores, reverse=True)
    assert verdict(isrc="GBAYE0601498").score < verdict(isrc=None).score


@pytest.mark.parametrize(
    ("one", "other", "score", "why"),
    [
        ({}, {"isrc": None}, 0.95, "same title, same artist, 0.0 s apart"),
        ({}, {"isrc": "GBAYE0601498"}, 0.8, "same title, same artist, 0.0 s apart, different ISRCs"),
        ({}, {"isrc": None, "duration_s": 201.5}, 0.825, "same title, same artist, 1.5 s apart"),
        ({}, {"isrc": None, "artist": "Vox & Nox"}, 0.85, "same title, an artist in common, 0.0 s apart"),
        ({}, {"duration_s": None}, 0.75, "same title, same artist, a duration is unknown, same ISRC"),
        (
            {"title": "Ode (Live)"},
            {"title": "Ode (Live at Wembley)"},
            0.7,
            "same title, same artist, 0.0 s apart, versions named differently, same ISRC",
        ),
        ({"duration_s": 200.0}, {"isrc": None, "duration_s": 202.0}, 0.783, "same title, same artist, 2.0 s apart"),
    ],
)
def test_a_question_says_how_likely_it_is_and_why(one: Any, other: Any, score: float, why: str) -> None:
    found = classify_pair(KnownTrack(**{**ODE, **one}), KnownTrack(**{**ODE, **other}))
    assert (found.certainty, found.score, found.why) == (MatchCertainty.LIKELY, score, why)


@pytest.mark.parametrize(
    ("gap_s", "isrc", "certainty"),
    [
        (CLOSE_S, ODE["isrc"], MatchCertainty.CERTAIN),
        (CLOSE_S + 0.01, ODE["isrc"], MatchCertainty.LIKELY),
        (NEAR_S, None, MatchCertainty.LIKELY),
        (NEAR_S + 0.01, None, MatchCertainty.APART),
    ],
)
def test_lengths_may_differ_by_what_the_limits_say_and_no_more(
    gap_s: float, isrc: Any, certainty: MatchCertainty
) -> None:
    assert verdict(isrc=isrc, duration_s=ODE["duration_s"] + gap_s).certainty is certainty


def test_a_certain_pair_says_why() -> None:
    assert verdict().why == "same ISRC, title, artist and duration"


KNOWN = st.builds(
    KnownTrack,
    title=st.sampled_from(["Ode", "ode!", "Ode (Live)", "Ode (Live at X)", "Hymn", None]),
    artist=st.sampled_from(["Vox", "Vox & Nox", "Nox", None]),
    isrc=st.sampled_from(["USRC17607839", "GBAYE0601498", None]),
    duration_s=st.sampled_from([200.0, 201.0, 203.0, 260.0, None]),
)


@given(KNOWN, KNOWN)
def test_the_order_of_a_pair_does_not_matter(one: KnownTrack, other: KnownTrack) -> None:
    assert classify_pair(one, other) == classify_pair(other, one)
    assert 0 <= classify_pair(one, other).score <= 1


@given(KNOWN, KNOWN)
def test_nothing_is_certain_without_one_isrc_and_two_lengths(one: KnownTrack, other: KnownTrack) -> None:
    if classify_pair(one, other).certainty is MatchCertainty.CERTAIN:
        assert one.isrc == other.isrc is not None
        assert one.duration_s is not None
        assert other.duration_s is not None
        assert one.recording_key.versions == other.recording_key.versions


@pytest.mark.parametrize(
    ("other", "certainty"),
    [
        ({"duration_s": 241.0}, MatchCertainty.APART),
        ({"duration_s": None}, MatchCertainty.APART),
        ({"track_number": 4}, MatchCertainty.APART),
        ({"duration_s": 240.3}, MatchCertainty.LIKELY),
        ({}, MatchCertainty.LIKELY),
    ],
)
def test_two_movements_with_one_title_are_a_question_only_where_number_and_length_agree(
    other: dict[str, Any], certainty: MatchCertainty
) -> None:
    first = KnownTrack(title="I. Allegro", artist="Ludwig", isrc=None, duration_s=240.0, track_number=1)
    assert classify_pair(first, replace(first, **other)).certainty is certainty
    song = replace(first, title="Ode")
    assert classify_pair(song, replace(song, duration_s=241.0)).certainty is MatchCertainty.LIKELY
