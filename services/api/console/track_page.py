"""What the page of a track shows, put together from the answers of API routes. No rule and no query of its own."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.api.access.annotator_names import OWN_NAME
from services.api.console.library_page import MoodChip, describe_chip, describe_moods, describe_problem, format_length
from services.api.similar.schemas import SimilarTrackResponse
from services.api.tracks.annotation_schemas import GivenAnnotationResponse
from services.api.tracks.emotion_schemas import EmotionResponse
from services.api.tracks.schemas import SourceResponse, TrackResponse
from services.api.wording.answer_words import AnswerWords, describe_not_music
from services.api.wording.moods import MoodLook, find_mood_look
from shared.domain.emotion import TAXONOMIES, name_emotion
from shared.domain.file_state import FileState

PATH = "/console/tracks"
_MOST_TAGS = 12
_SINGLE = frozenset({"model", "person"})
_SOURCE_NAMES = {"folder": "File", "table": "Row of a table"}
_STATES = {FileState.MISSING: "missing now", FileState.CHANGED: "changed, not analysed again yet"}
Mood = Mapping[str, object]


@dataclass(frozen=True)
class MoodShare:
    """A bar of the answer."""

    name: str
    look: MoodLook
    in_hundred: int


@dataclass(frozen=True)
class AnswerBlock:
    """The answer of a track as the page shows it."""

    words: AnswerWords
    chip: MoodChip | None
    shares: list[MoodShare]
    is_person: bool = False
    is_waiting: bool = False
    """It comes by itself."""
    record: str = ""
    who: str = ""


@dataclass(frozen=True)
class LabelChoices:
    """What may be said of the track: one mood to agree to, and the others."""

    agreed: Mood | None
    others: list[Mood]


@dataclass(frozen=True)
class SimilarRow:
    """A track that sounds like this one."""

    track: SimilarTrackResponse
    name: str
    look: MoodLook
    length: str


@dataclass(frozen=True)
class GivenLabel:
    """What somebody said of the track."""

    who: str
    words: str
    look: MoodLook
    date: str
    note: str
    is_person: bool


@dataclass(frozen=True)
class SourceRow:
    """Where the track comes from."""

    name: str
    place: str
    note: str
    licence: str
    attribution: str


def list_shares(answer: EmotionResponse) -> list[MoodShare]:
    """A bar for each mood, the likeliest first; none for what is no music."""
    if answer.content_kind is not None:
        return []
    shares = sorted(answer.probabilities.items(), key=lambda pair: -pair[1])
    return [
        MoodShare(
            name_emotion(answer.taxonomy, emotion) or emotion,
            find_mood_look(answer.taxonomy, emotion),
            min(99, round(100 * share)),
        )
        for emotion, share in shares
    ]


def describe_silence(track: TrackResponse, status: int, detail: str) -> AnswerWords:
    """Why there is no answer. `status` and `detail` are those of the refusal of `GET /tracks/<id>/emotion`."""
    if track.content_kind is not None:
        return describe_not_music(track.content_kind)
    if track.features is not None and track.features.reason is not None and track.features.state != "ready":
        problem = describe_problem(track.features.reason)
        return AnswerWords("Could not be read.", f"The file {problem[:1].lower()}{problem[1:]}.")
    if status == 409:  # noqa: PLR2004 (nothing is known, and no model may answer)
        return AnswerWords("No answer yet.", "No model answers yet. What you say counts at once.")
    return AnswerWords("No answer.", f"{detail[:1].upper()}{detail[1:].rstrip('.')}.")


def list_choices(track: TrackResponse, *, own_emotion: str | None) -> LabelChoices:
    """The moods of the taxonomy; one that mer or another person says, and this person has not, can be agreed to."""
    moods: Sequence[Mood] = describe_moods(track.taxonomy)
    chip = describe_chip(track)
    is_single = chip is not None and chip.style in _SINGLE and track.emotion is not None
    agreed = next(
        (mood for mood in moods if is_single and mood["emotion"] == track.emotion and own_emotion is None), None
    )
    return LabelChoices(agreed, [mood for mood in moods if mood is not agreed and mood["emotion"] != own_emotion])


def find_own_emotion(given: Sequence[GivenAnnotationResponse], taxonomy: str, own_name: str) -> str | None:
    """What this person says of the track in a taxonomy."""
    own = [
        one.emotion
        for one in given
        if one.taxonomy == taxonomy
        and one.state == "standing"
        and (one.annotator.kind, one.annotator.name) == ("person", own_name)
    ]
    return own[-1] if own else None


def list_labels(given: Sequence[GivenAnnotationResponse], own_name: str) -> list[GivenLabel]:
    """What was said of the track, the latest first; what was said anew or taken back is marked."""
    notes = {"superseded": "said otherwise later", "withdrawn": "taken back"}
    labels = []
    for one in reversed(given):
        words = [one.emotion_name or one.emotion] if one.emotion else []
        words += list(one.tags)
        if one.valence is not None or one.arousal is not None:
            words.append("its place on the plane")
        is_person = one.annotator.kind == "person"
        is_own = is_person and one.annotator.name == own_name
        labels.append(
            GivenLabel(
                who="You"
                if is_own
                else one.annotator.name
                if is_person
                else f"{one.annotator.kind} {one.annotator.name}",
                words=", ".join(words),
                look=find_mood_look(one.taxonomy or "quadrant4", one.emotion),
                date=f"{one.at:%-d %b %Y}",
                note=notes.get(one.state, ""),
                is_person=is_person,
            )
        )
    return labels


def _name_annotator(one: GivenAnnotationResponse) -> str:
    return one.annotator.name if one.annotator.kind == "person" else f"{one.annotator.kind} {one.annotator.name}"


def list_similar(taxonomy: str, tracks: Sequence[SimilarTrackResponse]) -> list[SimilarRow]:
    """A row for each track, the nearest first."""
    return [
        SimilarRow(
            track,
            track.emotion_name or track.emotion or "",
            find_mood_look(taxonomy, track.emotion),
            format_length(track.duration_s),
        )
        for track in tracks
    ]


def list_sources(sources: Sequence[SourceResponse]) -> list[SourceRow]:
    """A row for each source of the track."""
    return [
        SourceRow(
            name=_SOURCE_NAMES.get(source.source, source.source),
            place=source.source_id,
            note=_STATES.get(FileState(source.state), ""),
            licence=source.licence or "Not stated",
            attribution=source.attribution or "",
        )
        for source in sources
    ]


def list_facts(track: TrackResponse) -> list[str]:
    """Album, year and length, as far as they are known."""
    facts = [track.album, str(track.year) if track.year else None, format_length(track.duration_s)]
    return [fact for fact in facts if fact]


def list_tags(track: TrackResponse) -> list[str]:
    """The clearest tags."""
    return [tag.tag for tag in track.tags[:_MOST_TAGS]]


def describe_track(track: TrackResponse, own_name: str) -> str:
    """What the script of the page needs to know, as JSON."""
    known = {
        "id": str(track.id),
        "title": track.title or "Untitled",
        "taxonomy": track.taxonomy,
        "annotator": OWN_NAME,
        "ownName": own_name,
        "moods": describe_moods(track.taxonomy),
    }
    return json.dumps(known)


def may_label(taxonomy: str) -> bool:
    """Whether songs are labelled in a taxonomy; a merge is not one."""
    return taxonomy in TAXONOMIES
