"""Tracks like a track, or like a song that was sent in."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from services.api.deps import ApiPorts
from services.api.errors import no_features
from services.api.predict.service import find_analysed_upload
from services.api.schemas.model import ModelReference
from services.api.similar.candidates import CandidateSearch
from services.api.similar.query_vectors import QueryVector, TrackQuery, UploadQuery, find_query_vector
from services.api.similar.schemas import SimilarityBasisResponse, SimilarTrackResponse, SimilarTracksResponse
from services.api.tracks.service import get_answering_model, require_emotion
from services.api.tracks.unscored import PendingTrack
from shared.domain.emotion import name_emotion
from shared.domain.taggers import sort_tagger_names
from shared.similarity.library_projections import TAGGERS
from shared.store.repositories import Repositories
from shared.store.similarity.neighbours import NearTrack
from shared.store.tables import Model, ProjectionRow, Track, Upload
from shared.store.tracks.decisions import TrackDecision, TrackDecisions
from shared.store.tracks.missing_tracks import MissingWanted, SourceFile, file_to_play


@dataclass(frozen=True, kw_only=True)
class SimilarRequest:
    """The parameters of a search for similar tracks."""

    taxonomy: str | None
    emotion: str | None
    """One of the taxonomy, or its word."""
    limit: int
    per_artist: int
    by: UUID | str | None
    """A model, `taggers` or `descriptors`; None: a champion with embeddings, else taggers, else descriptors."""
    other_artists: bool = False
    """None by the artists of what was asked about: songs of one artist share studio and voice too (Pampalk 2006)."""
    missing: MissingWanted = MissingWanted.NO
    """What to do with tracks whose last file is gone."""


SimilarResult = SimilarTracksResponse | UUID | PendingTrack
"""The answer, or the id of a job that has to end before, or that the track itself is still in work."""


def find_like_track(ports: ApiPorts, track: Track, wanted: SimilarRequest) -> SimilarResult:
    """The tracks nearest to a track, never itself or what is likely the same recording. Raises ProblemError."""
    wanted, decisions = build_decision_rule(ports, wanted, synthetic=track.synthetic)
    query = find_query_vector(ports, TrackQuery(ports, track), by=wanted.by)
    if not isinstance(query, QueryVector):
        return require_waiting(query, track.id)
    with ports.store.read() as repositories:
        excluded_ids = {track.id} | repositories.track_lookups.list_likely_same(track.id)
        own_artists = repositories.track_lookups.list_artist_groups(track.id)
        items = _similar_items(
            ports, repositories, query, wanted, decisions=decisions, excluded_ids=excluded_ids, own_artists=own_artists
        )
    return build_response(ports, query, wanted, items, taxonomy=decisions.answering.taxonomy, track_id=track.id)


def find_like_upload(ports: ApiPorts, job_id: UUID, wanted: SimilarRequest) -> SimilarResult | None:
    """The tracks nearest to a song that was sent in, never one with the same audio; None: it is still being analysed.

    Raises ProblemError with the reason where its analysis failed.
    """
    wanted, decisions = build_decision_rule(ports, wanted, synthetic=False)
    upload = find_analysed_upload(ports, job_id)
    if upload is None:
        return None
    query = find_query_vector(ports, UploadQuery(ports, upload), by=wanted.by)
    if not isinstance(query, QueryVector):
        return require_waiting(query, upload.name)
    with ports.store.read() as repositories:
        excluded_ids = repositories.track_lookups.list_with_audio(upload.audio_sha256 or "") | (
            {upload.track_id} if upload.track_id else set()
        )
        own_artists = repositories.track_lookups.list_artist_groups(upload.track_id) if upload.track_id else ()
        items = _similar_items(
            ports, repositories, query, wanted, decisions=decisions, excluded_ids=excluded_ids, own_artists=own_artists
        )
    return build_response(ports, query, wanted, items, taxonomy=decisions.answering.taxonomy, upload=upload)


def require_waiting(pending: UUID | PendingTrack | None, name: object) -> UUID | PendingTrack:
    """What has to be waited for. Raises ProblemError where nothing will come."""
    if pending is None:
        raise no_features(name)
    return pending


def build_decision_rule(
    ports: ApiPorts, wanted: SimilarRequest, *, synthetic: bool
) -> tuple[SimilarRequest, TrackDecisions]:
    """The request with its emotion as the taxonomy writes it, and what decides on the tracks of a library.

    Raises ProblemError where the taxonomy lacks the emotion wanted.
    """
    answering = get_answering_model(ports, wanted.taxonomy, synthetic=synthetic)
    emotion = wanted.emotion and require_emotion(answering.taxonomy, wanted.emotion)
    return replace(wanted, emotion=emotion), TrackDecisions(answering, synthetic=synthetic)


def _similar_items(
    ports: ApiPorts,
    repositories: Repositories,
    query: QueryVector,
    wanted: SimilarRequest,
    *,
    decisions: TrackDecisions,
    excluded_ids: set[UUID],
    own_artists: Collection[str],
) -> list[SimilarTrackResponse]:
    search = CandidateSearch(
        repositories,
        query,
        decisions=decisions,
        emotion=wanted.emotion,
        missing=wanted.missing,
        excluded_ids=excluded_ids,
        section=ports.vectors.get_section(ports.store, ports.blobs, query.by.id),
    )
    selected, decided = search.select_tracks(
        wanted.limit,
        per_artist=wanted.per_artist,
        excluded_artists=own_artists if wanted.other_artists else (),
    )
    files = repositories.tracks.list_file_rows([near.track_id for near in selected])
    return [build_item(ports, near, decided[near.track_id], files[near.track_id]) for near in selected]


def build_item(
    ports: ApiPorts, near: NearTrack, decided: TrackDecision, files: Iterable[SourceFile]
) -> SimilarTrackResponse:
    """What is shown of a near track with these `files`."""
    latest = file_to_play(files, is_described=True)
    decision, prediction = decided.decision, decided.predicted
    return SimilarTrackResponse(
        track_id=near.track_id,
        title=near.title,
        artist=near.artist,
        album=near.album,
        duration_s=near.duration_s,
        path=ports.library.host_path(latest) if latest else None,
        distance=round(near.distance, 6),
        emotion=decision.answer,
        emotion_name=name_emotion(decided.taxonomy, decision.answer),
        decided_by=decision.decided_by,
        basis=prediction.basis if prediction else None,
        href=f"/tracks/{near.track_id}",
    )


def build_response(
    ports: ApiPorts,
    query: QueryVector,
    wanted: SimilarRequest,
    items: list[SimilarTrackResponse],
    *,
    taxonomy: str,
    track_id: UUID | None = None,
    upload: Upload | None = None,
) -> SimilarTracksResponse:
    """The answer, about a track or about a song that was sent in."""
    by = SimilarityBasisResponse(
        kind=query.kind,
        model=ModelReference.from_row(query.by) if isinstance(query.by, Model) else None,
        taggers=_in_order(query.by.taggers) if isinstance(query.by, ProjectionRow) and query.by.taggers else None,
        spec=ports.spec.fingerprint if query.kind == TAGGERS else query.by.spec,
        dimensions=len(query.vector),
    )
    return SimilarTracksResponse(
        track_id=track_id,
        name=upload.name if upload else None,
        by=by,
        taxonomy=taxonomy,
        emotion=wanted.emotion,
        emotion_name=name_emotion(taxonomy, wanted.emotion),
        per_artist=wanted.per_artist,
        items=items,
    )


def _in_order(versions: Mapping[str, str]) -> dict[str, str]:
    """As their values are joined: a JSON column does not keep the order."""
    return {name: versions[name] for name in sort_tagger_names(versions)}
