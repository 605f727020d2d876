from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.domain.annotation import Annotation, Annotator, AnnotatorKind
from shared.domain.targets import resolve_tags, resolve_valence_arousal

ADA, BOB = (Annotator(AnnotatorKind.PERSON, name) for name in ("ada", "bob"))
ONE, OTHER = (Annotator(AnnotatorKind.IMPORT, name) for name in ("table a", "table b"))


def said(who: Annotator, minute: int = 0, **what: Any) -> Annotation:
    return Annotation(annotator=who, at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute), **what)


def test_tags_of_imports_are_put_together_whatever_their_case_and_spaces() -> None:
    assert resolve_tags([said(ONE, tags=("Dark ", "slow")), said(OTHER, tags=("dark", "Hip  Hop"))]) == (
        "dark",
        "hip hop",
        "slow",
    )


def test_of_an_annotator_the_latest_tags_stand_and_a_word_without_tags_takes_none_away() -> None:
    assert resolve_tags([said(ONE, 0, tags=("a",)), said(ONE, 1, tags=("b",)), said(ONE, 2, valence=0.5)]) == ("b",)


def test_the_latest_person_stands_over_every_import_and_over_other_people() -> None:
    judged = [said(ONE, 9, tags=("import",)), said(ADA, 1, tags=("ada",)), said(BOB, 2, tags=("bob",))]
    assert resolve_tags(judged) == ("bob",)
    places = [said(ONE, 9, valence=1, arousal=1), said(ADA, 1, valence=-0.5, arousal=0.5)]
    assert resolve_valence_arousal(places) == (-0.5, 0.5)


def test_places_of_imports_are_averaged_and_half_a_place_is_none() -> None:
    judged = [said(ONE, valence=0.2, arousal=-0.4), said(OTHER, valence=0.6, arousal=0.0)]
    assert resolve_valence_arousal(judged) == pytest.approx((0.4, -0.2))
    assert resolve_valence_arousal([said(ONE, valence=0.2)]) is None
    assert resolve_valence_arousal([]) is None
    assert resolve_tags([]) == ()
