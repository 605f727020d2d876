"""Which labels are asked for again, and which say something of a model."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest

from services.api.review.pool import ReviewContext, align_rows, apply_personal_head
from services.api.review.progress import list_reviewed
from services.api.review.service import list_due_again
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.labels import LabelVote
from shared.personal.personal_logits import PersonalHead
from shared.store.features.descriptor_copy import DescriptorTable
from shared.store.tables import Model, ReviewDraw
from shared.store.tracks.review_draws import StoredDraw

NOW = datetime(2026, 11, 30, tzinfo=UTC)
TRACK = uuid4()
OLD_MODEL, NEW_MODEL = uuid4(), uuid4()


def draw(**fields: Any) -> StoredDraw:
    values = {
        "probability": 0.1,
        "n_tracks": 20,
        "asked_again": False,
        "label": "Q1",
        "drawn_at": NOW,
        "model_id": OLD_MODEL,
        "probabilities": {"Q1": 0.4, "Q2": 0.6},
        "predicted": "Q2",
        "basis": "held_out",
    }
    return StoredDraw(draw=ReviewDraw(**values | fields), survivor_id=TRACK, artist_group="Vox")


def context(*, label: str = "Q1", days_ago: float = 10, track_id: UUID = TRACK) -> ReviewContext:
    return ReviewContext(
        annotator=Annotator(AnnotatorKind.PERSON, "ann"),
        taxonomy="quadrant4",
        model=Model(id=NEW_MODEL),
        votes={track_id: LabelVote(label, NOW - timedelta(days=days_ago))},
    )


@pytest.mark.parametrize(
    ("days_ago", "draws", "is_due"),
    [
        (7, [], True),
        (6.9, [], False),
        (10, [draw(asked_again=True, drawn_at=NOW - timedelta(days=2))], False),  # it was labelled again
        (10, [draw(asked_again=True, drawn_at=NOW - timedelta(days=8), label=None)], True),  # in vain, a week ago
        (10, [draw(asked_again=True, drawn_at=NOW - timedelta(days=2), label=None)], False),  # it may still be labelled
        (10, [draw(asked_again=True, drawn_at=NOW - timedelta(days=11))], True),  # labelled otherwise since
        (10, [draw(drawn_at=NOW - timedelta(days=2))], True),  # drawn as any other
    ],
)
def test_a_label_of_a_week_ago_is_asked_for_once(days_ago: float, draws: list[StoredDraw], is_due: bool) -> None:
    assert list_due_again(context(days_ago=days_ago).votes, draws, now=NOW) == ([TRACK] if is_due else [])


def test_a_label_stands_beside_the_kept_answer_and_the_new_one() -> None:
    (reviewed,) = list_reviewed([draw()], context(label="Q3"), {TRACK: "Q3"})
    assert (reviewed.label, reviewed.before, reviewed.after) == ("Q3", "Q2", "Q3")  # the label that stands today
    assert reviewed.weight == pytest.approx(0.5)
    (twice,) = list_reviewed([draw(predicted="Q1"), draw(predicted="Q4")], context(), {})
    assert (twice.before, twice.after) == ("Q4", None)


@pytest.mark.parametrize("fields", [{"basis": "in_sample"}, {"probabilities": None, "predicted": None}])
def test_answers_that_say_nothing_are_left_out(fields: dict[str, Any]) -> None:
    assert list_reviewed([draw(**fields)], context(), {TRACK: "Q1"}) == []


def test_a_label_that_was_withdrawn_says_nothing() -> None:
    assert list_reviewed([draw()], context(track_id=uuid4()), {TRACK: "Q1"}) == []


def test_a_model_is_not_compared_with_itself_and_no_emotion_is_a_wrong_answer() -> None:
    (same,) = list_reviewed([draw(model_id=NEW_MODEL)], context(), {TRACK: "Q1"})
    assert same.after is None
    (no_music,) = list_reviewed([draw(predicted=None)], context(), {TRACK: "Q1"})
    assert no_music.before == ""


def test_rows_are_put_in_order_with_nothing_where_there_is_none() -> None:
    ids = [uuid4() for _ in range(3)]
    table = DescriptorTable((ids[2], ids[0]), np.array([[1, 2], [3, 4]], dtype=np.float32))
    np.testing.assert_array_equal(align_rows(ids, table), [[3, 4], [np.nan] * 2, [1, 2]])
    empty = DescriptorTable((), np.empty((0, 0), dtype=np.float32))
    assert align_rows(ids, empty, width=4).shape == (3, 4)


def test_margins_are_those_of_the_person_where_their_labels_change_the_model() -> None:
    shared = np.array([[0.5, 0.5], [np.nan, np.nan], [0.9, 0.1]])
    head = PersonalHead(scale=1.0, bias=np.array([2.0, 0.0]), weights=np.zeros((2, 3)), centre=np.zeros(3), strength=5)
    personal = apply_personal_head(head, shared, np.zeros((3, 3), dtype=np.float32))
    assert personal[0] == pytest.approx([0.881, 0.119], abs=1e-3)
    assert np.isnan(personal[1]).all()
    assert personal[2, 0] > 0.98
