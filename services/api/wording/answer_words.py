"""The answer for one song in words: a summary, and a sentence that says how often such answers were right."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.api.schemas.track_record import LIBRARY, TRAINING_CLIPS
from services.api.summary.schemas import AnswerAccuracyResponse
from services.api.tracks.emotion_schemas import EmotionResponse
from services.api.wording.library_words import count_in_ten, count_things
from services.api.wording.list_words import join_moods
from shared.domain.annotation import AnnotatorKind
from shared.domain.content_kind import ContentKind
from shared.domain.emotion import name_emotion
from shared.domain.prediction import PredictionBasis
from shared.metrics.artist_means import wilson_interval

_ALMOST, _VERY_LIKELY, _PROBABLY = 9, 8, 6
"""Answers in ten that were right, from which a word is used."""
_TWO = 2
_MOST_IN_HUNDRED = 99
_NUMBERS = {3: "three", 4: "four", 5: "five", 6: "six"}
_KINDS = {
    ContentKind.SPEECH.value: "Speech, most likely.",
    ContentKind.NOISE.value: "Noise, most likely.",
    ContentKind.APPLAUSE.value: "Applause, most likely.",
}
_BASES = {
    PredictionBasis.HELD_OUT.value: "It has not learned from this song.",
    PredictionBasis.OUT_OF_FOLD.value: "It learned from this song; this answer was made without it.",
    PredictionBasis.IN_SAMPLE.value: "It learned from this song, so this answer proves nothing.",
}


@dataclass(frozen=True)
class AnswerWords:
    """What is said of an answer."""

    summary: str
    sentence: str


def describe_answer(
    answer: EmotionResponse, *, own_name: str, judged: AnswerAccuracyResponse | None, measured_on: str | None
) -> AnswerWords:
    """The words for an answer. `judged` counts how often the model's answers of this emotion were right, on what
    `measured_on` names; None where that was not measured.
    """
    if answer.emotion is None:
        if answer.content_kind is not None:
            return describe_not_music(answer.content_kind)
        return AnswerWords("None of these moods.", "The model says that no mood of this list fits.")
    if answer.decided_by != "model":
        return _describe_said(answer, own_name=own_name)
    return _describe_predicted(answer, judged=judged, measured_on=measured_on)


def describe_not_music(kind: str) -> AnswerWords:
    """The words for what is no music."""
    return AnswerWords("Not music, as far as mer can tell.", f"{_KINDS.get(kind, '')} It gets no mood.".strip())


def describe_track_record(judged: AnswerAccuracyResponse, measured_on: str | None) -> str:
    """How often answers of this emotion were right, with the 95 % interval."""
    if not judged.answered:
        return "No such answer has been judged yet."
    name = judged.emotion_name or judged.emotion
    interval = wilson_interval(judged.right / judged.answered, judged.answered)
    low, high = (min(_MOST_IN_HUNDRED, round(100 * end)) for end in (interval.low, interval.high))
    where = {TRAINING_CLIPS: "clips the starter was made from", LIBRARY: "of your labelled songs"}.get(
        measured_on or "", "labelled songs"
    )
    verb = "was" if judged.right == 1 else "were"
    return f"{judged.answered:,} {where} got this answer. {judged.right:,} {verb} {name} ({low} to {high} in 100)."


def describe_who_answers(answer: EmotionResponse) -> str:
    """Which model answers, and whether it was trained on this song. Empty where none does."""
    model = answer.model
    if model is None:
        return ""
    if model.starter:
        who = "The starter, which comes with mer."
        if model.derived:
            who += " It derives this from tags, and that was not measured."
    else:
        who = f"Your model {model.estimator}, version {model.version}, on {model.inputs}."
    return f"{who} {_BASES.get(answer.basis or '', '')}".strip()


def _describe_said(answer: EmotionResponse, *, own_name: str) -> AnswerWords:
    """What a person, a playlist or a table decided."""
    name = _capitalise(_name(answer, answer.emotion))
    annotator = answer.label.annotator if answer.label else None
    if answer.decided_by != AnnotatorKind.PERSON or annotator is None:
        source = f" {annotator.name}" if annotator else ""
        return AnswerWords(
            f"{name}, says the {answer.decided_by}{source}.", "No model answers yet; what a person says counts more."
        )
    is_own = annotator.name == own_name
    counts = "Yours counts." if is_own else "A person’s word counts."
    if answer.predicted is None:
        sentence = counts
    elif answer.predicted == answer.emotion:
        sentence = "mer answers the same."
    else:
        sentence = f"mer had answered {_name(answer, answer.predicted)}. {counts}"
    return AnswerWords(f"{name}, say you." if is_own else f"{name}, says {annotator.name}.", sentence)


def _describe_predicted(
    answer: EmotionResponse, *, judged: AnswerAccuracyResponse | None, measured_on: str | None
) -> AnswerWords:
    name = _name(answer, answer.emotion)
    possible = answer.prediction_set or []
    if len(possible) == _TWO:
        held = round(10 * answer.coverage)
        words = _capitalise(join_moods([_name(answer, emotion) for emotion in possible]))
        return AnswerWords(f"{words}.", f"Not sure which. One of the two is right about {held} times in 10.")
    if len(possible) > _TWO:
        number = _NUMBERS.get(len(possible), str(len(possible)))
        return AnswerWords("Unsure.", f"It could be any of {number} moods. Your answer would help here.")
    in_ten = count_in_ten(judged.right, judged.answered) if judged else None
    if in_ten is None:
        return AnswerWords(f"Probably {name}.", "How often this is right has not been measured yet.")
    if in_ten < _PROBABLY:
        right = f"Such answers are right about {count_things(in_ten, 'time')} in 10."
        return AnswerWords("Unsure.", f"Most likely {name}. {right} Your answer would help here.")
    if measured_on == TRAINING_CLIPS:
        sentence = f"Right about {in_ten} times in 10 on the clips it was made from; not yet measured on your music."
    else:
        sentence = f"Right about {in_ten} times in 10 for songs like this."
    if in_ten >= _VERY_LIKELY:
        word = "Almost surely" if in_ten >= _ALMOST and answer.sure else "Very likely"
        return AnswerWords(f"{word} {name}.", sentence)
    second = _find_second(answer)
    if second is not None:
        sentence += f" If it is not {name}, it is most likely {_name(answer, second)}."
    return AnswerWords(f"Probably {name}.", sentence)


def _find_second(answer: EmotionResponse) -> str | None:
    others: Sequence[str] = [emotion for emotion in answer.probabilities if emotion != answer.emotion]
    return max(others, key=answer.probabilities.__getitem__, default=None)


def _name(answer: EmotionResponse, emotion: str | None) -> str:
    return name_emotion(answer.taxonomy, emotion) or emotion or ""


def _capitalise(words: str) -> str:
    return words[:1].upper() + words[1:]
