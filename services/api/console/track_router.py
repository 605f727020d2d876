"""`/console/tracks/<id>`: one song, its answer with the reasons, what sounds like it, and where it comes from."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from services.api.access.annotator_names import OWN_NAME
from services.api.access.caller import CallerDep
from services.api.audio.media_service import PendingMedia, find_media
from services.api.console import track_page
from services.api.console.library_page import PATH as LIBRARY
from services.api.console.library_page import describe_chip, describe_moods
from services.api.console.page_templates import render_page
from services.api.console.track_page import AnswerBlock, SimilarRow
from services.api.deps import ApiPorts, PortsDep, TrackId
from services.api.errors import ProblemError, not_scorable
from services.api.similar.schemas import SimilarTracksResponse
from services.api.similar.service import SimilarRequest
from services.api.similar.track_search import search_like_track
from services.api.summary.accuracy import describe_accuracy
from services.api.summary.schemas import AnswerAccuracyResponse
from services.api.tracks.annotation_router import list_annotations
from services.api.tracks.emotion_schemas import EmotionResponse
from services.api.tracks.router import show_emotion, show_track
from services.api.tracks.schemas import TrackResponse
from services.api.tracks.service import get_answering_model
from services.api.wording.answer_words import (
    AnswerWords,
    describe_answer,
    describe_track_record,
    describe_who_answers,
)
from shared.domain.media import MediaKind
from shared.domain.roles import Role
from shared.errors import PermanentError, RetryableError
from shared.metrics.prediction_sets import RequestedSets

router = APIRouter(include_in_schema=False)

_N_SIMILAR = 6
_PER_ARTIST = 2
_WITHOUT_ANSWER = frozenset({409, 422})
"""Refusals that say why a track has no answer."""


@router.get(f"{track_page.PATH}/{{track_id}}", response_class=HTMLResponse)
def show_track_page(track_id: TrackId, ports: PortsDep, caller: CallerDep) -> HTMLResponse:
    """The page, in the taxonomy that answers. Raises ProblemError (404), and MovedTrackError where another track stands
    for this one.
    """
    own_name = caller.name or OWN_NAME
    answer, refusal = _ask_emotion(ports, track_id)
    track = show_track(track_id, ports)
    given = list_annotations(track_id, ports).items
    own_emotion = track_page.find_own_emotion(given, track.taxonomy, own_name)
    similar, similar_note = _find_similar(ports, track)
    cover = _find_picture(ports, track_id, MediaKind.LARGE_COVER)
    return render_page(
        "track.html",
        path=LIBRARY,
        track=track,
        facts=track_page.list_facts(track),
        answer=_describe_answer(ports, track, answer, refusal, own_name=own_name),
        may_label=caller.role.includes(Role.LABEL) and track_page.may_label(track.taxonomy),
        choices=track_page.list_choices(track, own_emotion=own_emotion),
        own_emotion=own_emotion,
        moods=describe_moods(track.taxonomy),
        tags=track_page.list_tags(track),
        labels=track_page.list_labels(given, own_name),
        similar=similar,
        similar_note=similar_note,
        sources=track_page.list_sources(track.sources),
        cover=cover,
        has_waveform=_find_picture(ports, track_id, MediaKind.PEAKS) is not None,
        has_spectrogram=track.features is not None and track.features.state == "ready",
        info=track_page.describe_track(track, own_name),
    )


def _ask_emotion(ports: ApiPorts, track_id: UUID) -> tuple[EmotionResponse | None, ProblemError | None]:
    """The answer, or why there is none; neither while the track is in work."""
    wanted = RequestedSets(coverage=ports.settings.coverage)
    try:
        answer = show_emotion(track_id, ports, wanted)
    except ProblemError as error:
        if error.status not in _WITHOUT_ANSWER:
            raise
        return None, error
    except PermanentError as error:  # the model cannot be read: everything else of the song can
        return None, not_scorable(error.reason.value, error.detail)
    return (answer if isinstance(answer, EmotionResponse) else None), None


def _describe_answer(
    ports: ApiPorts,
    track: TrackResponse,
    answer: EmotionResponse | None,
    refusal: ProblemError | None,
    *,
    own_name: str,
) -> AnswerBlock:
    if refusal is not None:
        words = track_page.describe_silence(track, refusal.status, refusal.detail)
        return AnswerBlock(words, describe_chip(track), [])
    if answer is None:
        words = AnswerWords("In work.", "The answer appears here by itself.")
        return AnswerBlock(words, describe_chip(track), [], is_waiting=True)
    judged, measured_on = _count_right(ports, answer)
    return AnswerBlock(
        describe_answer(answer, own_name=own_name, judged=judged, measured_on=measured_on),
        describe_chip(track),
        track_page.list_shares(answer),
        is_person=answer.decided_by == "person",
        record=describe_track_record(judged, measured_on) if judged else "",
        who=describe_who_answers(answer),
    )


def _count_right(ports: ApiPorts, answer: EmotionResponse) -> tuple[AnswerAccuracyResponse | None, str | None]:
    """How often the model's answers of this mood were right, and on what that was measured."""
    model = get_answering_model(ports, answer.taxonomy, synthetic=answer.synthetic).model
    if model is None or answer.predicted is None or answer.content_kind is not None:
        return None, None
    with ports.store.read() as repositories:
        accuracy = describe_accuracy(repositories, model, ports.starter_records)
    if accuracy is None:
        return None, None
    return next((row for row in accuracy.by_emotion if row.emotion == answer.predicted), None), accuracy.measured_on


def _find_similar(ports: ApiPorts, track: TrackResponse) -> tuple[list[SimilarRow], str]:
    """The songs nearest to a track, or why there are none yet."""
    wanted = SimilarRequest(taxonomy=None, emotion=None, limit=_N_SIMILAR, per_artist=_PER_ARTIST, by=None)
    try:
        neighbours = search_like_track(ports, track.id, wanted)
    except ProblemError as error:
        if error.status not in _WITHOUT_ANSWER:
            raise
        return [], "Known once the song is analysed."
    if not isinstance(neighbours, SimilarTracksResponse):
        return [], "Being computed. Load the page again in a moment."
    rows = track_page.list_similar(neighbours.taxonomy, neighbours.items)
    return rows, "" if rows else "There is no other song to compare with yet."


def _find_picture(ports: ApiPorts, track_id: UUID, kind: MediaKind) -> str | None:
    """`ready`, or `waiting` while it is being made of the track's file; None where there is none."""
    try:
        media = find_media(ports, track_id, kind)
    except (ProblemError, PermanentError, RetryableError):
        return None
    return "waiting" if isinstance(media, PendingMedia) else "ready"
