"""The answer for one song in words."""

from typing import Any
from uuid import UUID

import pytest

from services.api.schemas.track_record import LIBRARY, TRAINING_CLIPS
from services.api.summary.schemas import HELD_OUT, AnswerAccuracyResponse
from services.api.tracks.emotion_schemas import EmotionResponse
from services.api.wording.answer_words import describe_answer, describe_track_record, describe_who_answers

MODEL = {
    "id": UUID(int=2),
    "version": 7,
    "estimator": "svm",
    "inputs": "descriptors",
    "taxonomy": "quadrant4",
    "starter": False,
    "href": "",
}


def answer_of(**known: Any) -> EmotionResponse:
    fields: dict[str, Any] = {name: None for name, field in EmotionResponse.model_fields.items() if field.is_required()}
    said = {
        "track_id": UUID(int=1),
        "taxonomy": "quadrant4",
        "emotion": "Q4",
        "decided_by": "model",
        "predicted": "Q4",
        "probabilities": {"Q1": 0.05, "Q2": 0.03, "Q3": 0.2, "Q4": 0.72},
        "prediction_set": ["Q4"],
        "sets": "marginal",
        "coverage": 0.9,
        "set_promise": "",
        "synthetic": False,
        "model": MODEL,
        "basis": "held_out",
    }
    return EmotionResponse.model_validate({**fields, **said, **known})


def judged(right: int, answered: int = 100) -> AnswerAccuracyResponse:
    return AnswerAccuracyResponse(emotion="Q4", emotion_name="calm", right=right, answered=answered)


def label_by(name: str) -> dict[str, Any]:
    return {
        "taxonomy": "quadrant4",
        "emotion": "Q4",
        "emotion_name": "calm",
        "annotator": {"kind": "person", "name": name},
        "at": "2026-11-30T20:00:00Z",
        "shares": {"Q4": 1.0},
        "n_voices": 1,
    }


@pytest.mark.parametrize(
    ("known", "right", "summary", "part"),
    [
        ({"sure": True}, 97, "Almost surely calm.", "Right about 9 times in 10 for songs like this."),
        ({}, 97, "Very likely calm.", "Right about 9 times"),
        ({"sure": True}, 80, "Very likely calm.", "Right about 8 times"),
        ({}, 70, "Probably calm.", "If it is not calm, it is most likely sad."),
        ({}, 50, "Unsure.", "Such answers are right about 5 times in 10. Your answer would help here."),
        ({}, 10, "Unsure.", "about 1 time in 10"),
        ({}, None, "Probably calm.", "How often this is right has not been measured yet."),
        ({"prediction_set": None}, None, "Probably calm.", "not been measured"),
        ({"prediction_set": ["Q3", "Q4"]}, 97, "Sad or calm.", "One of the two is right about 9 times in 10."),
        ({"prediction_set": ["Q4", "Q3", "Q1"]}, 97, "Unsure.", "It could be any of three moods."),
        ({"emotion": None, "decided_by": None, "content_kind": "speech"}, 97, "Not music, as far as", "Speech, most"),
        ({"emotion": None, "decided_by": "model"}, 97, "None of these moods.", "no mood of this list"),
        ({"decided_by": "person", "label": label_by("me"), "predicted": "Q3"}, 97, "Calm, say you.", "Yours counts."),
        ({"decided_by": "person", "label": label_by("me")}, 97, "Calm, say you.", "mer answers the same."),
        ({"decided_by": "person", "label": label_by("Ada"), "predicted": "Q3"}, 97, "Calm, says Ada.", "answered sad."),
    ],
)
def test_an_answer_in_words(known: dict[str, Any], right: int | None, summary: str, part: str) -> None:
    words = describe_answer(
        answer_of(**known), own_name="me", judged=None if right is None else judged(right), measured_on=HELD_OUT
    )
    assert words.summary.startswith(summary)
    assert part in words.sentence


def test_too_few_judged_answers_say_no_number() -> None:
    words = describe_answer(answer_of(), own_name="me", judged=judged(20, 20), measured_on=HELD_OUT)
    assert words.sentence == "How often this is right has not been measured yet."


def test_the_starter_says_what_it_was_measured_on() -> None:
    words = describe_answer(answer_of(), own_name="me", judged=judged(70), measured_on=TRAINING_CLIPS)
    assert "on the clips it was made from; not yet measured on your music." in words.sentence


@pytest.mark.parametrize(
    ("measured_on", "words"),
    [
        (HELD_OUT, "214 labelled songs got this answer. 152 were calm (65 to 77 in 100)."),
        (LIBRARY, "214 of your labelled songs got this answer."),
        (TRAINING_CLIPS, "214 clips the starter was made from got this answer."),
    ],
)
def test_the_track_record_counts(measured_on: str, words: str) -> None:
    assert describe_track_record(judged(152, 214), measured_on).startswith(words)
    assert describe_track_record(judged(0, 0), measured_on) == "No such answer has been judged yet."


@pytest.mark.parametrize(
    ("basis", "words"),
    [
        ("held_out", "It has not learned from this song."),
        ("out_of_fold", "this answer was made without it."),
        ("in_sample", "so this answer proves nothing."),
    ],
)
def test_it_is_said_whether_the_model_learned_from_the_song(basis: str, words: str) -> None:
    assert describe_who_answers(answer_of(basis=basis)).startswith("Your model svm, version 7, on descriptors.")
    assert describe_who_answers(answer_of(basis=basis)).endswith(words)
    assert describe_who_answers(answer_of(model=None)) == ""
    starter = {**MODEL, "starter": True, "derived": True}
    assert "derives this from tags" in describe_who_answers(answer_of(model=starter))
