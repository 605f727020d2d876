"""Tracks like a track, or like a song that was sent in."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.api.deps import ApiPorts
from services.api.errors import no_features
from services.api.predict.service import find_analysed_upload
from services.api.schemas.model import ModelReference
from services.api.similar.query_vectors import TAGGERS, QueryVector, TrackQuery, UploadQuery, find_query_vector
from services.api.similar.schemas import SimilarityBasisResponse, SimilarTrackResponse, SimilarTracksResponse
from services.api.tracks.service import get_answering_model, require_emotion
from services.api.tracks.unscored import PendingTrack
from shared.domain.emotion import name_emotion
from shared.domain.taggers import sort_tagger_names
from shared.store.repositories import Repositories
from shared.store.similarity.neighbours import NearTrack
from shared.store.tables import Model, ProjectionRow, Track, Upload
from shared.store.tracks.decisions import TrackDecisions
from shared.store.tracks.missing_tracks import MissingWanted, file_to_play

_CANDIDATES_PER_TRACK = 8
"""Candidates fetched for each track wanted, and how much more where artists or the filter leave too few."""


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
    return _similar_response(ports, query, wanted, items, taxonomy=decisions.answering.taxonomy, track_id=track.id)


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
    return _similar_response(ports, query, wanted, items, taxonomy=decisions.answering.taxonomy, upload=upload)


def limit_per_artist(
    candidates: Iterable[NearTrack], *, per_artist: int, excluded_artists: Collection[str] = ()
) -> list[NearTrack]:
    """In their order, without those of an artist after its first `per_artist`, and without `excluded_artists`."""
    n_by_artist = dict.fromkeys(excluded_artists, per_artist)
    selected = []
    for candidate in candidates:
        n_by_artist[candidate.artist_group] = n_by_artist.get(candidate.artist_group, 0) + 1
        if n_by_artist[candidate.artist_group] <= per_artist:
            selected.append(candidate)
    return selected


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
    owner = {"model_id": query.by.id} if isinstance(query.by, Model) else {"standard_id": query.by.id}
    neighbours = repositories.neighbours(**owner)
    rule = decisions.may_be([wanted.emotion]) if wanted.emotion else None
    n = max(50, _CANDIDATES_PER_TRACK * wanted.limit)
    while True:
        candidates = neighbours.list_nearest(
            query.vector, synthetic=decisions.synthetic, limit=n, but=excluded_ids, rule=rule, missing=wanted.missing
        )
        selected = limit_per_artist(
            _filter_by_emotion(repositories, candidates, wanted, decisions),
            per_artist=wanted.per_artist,
            excluded_artists=own_artists if wanted.other_artists else (),
        )
        selected = selected[: wanted.limit]
        if len(selected) == wanted.limit or len(candidates) < n:
            return _similar_tracks(ports, repositories, selected, decisions)
        n *= _CANDIDATES_PER_TRACK


def _filter_by_emotion(
    repositories: Repositories, candidates: Sequence[NearTrack], wanted: SimilarRequest, decisions: TrackDecisions
) -> list[NearTrack]:
    if wanted.emotion is None:
        return list(candidates)
    decided = repositories.decisions.list_by_track(decisions, [candidate.track_id for candidate in candidates])
    return [candidate for candidate in candidates if decided[candidate.track_id].decision.answer == wanted.emotion]


def _similar_tracks(
    ports: ApiPorts, repositories: Repositories, neighbours: Sequence[NearTrack], decisions: TrackDecisions
) -> list[SimilarTrackResponse]:
    ids = [neighbour.track_id for neighbour in neighbours]
    tracks = {track.id: track for track in repositories.tracks.list_by_id(ids)}
    sources = repositories.tracks.list_sources(ids)
    decided = repositories.decisions.list_by_track(decisions, ids)
    items = []
    for neighbour in neighbours:
        track = tracks[neighbour.track_id]
        latest = file_to_play(sources[neighbour.track_id], is_described=True)
        decision, prediction = decided[neighbour.track_id].decision, decided[neighbour.track_id].predicted
        items.append(
            SimilarTrackResponse(
                track_id=track.id,
                title=track.title,
                artist=track.artist,
                album=track.album,
                duration_s=track.duration_s,
                path=ports.library.host_path(latest) if latest else None,
                distance=round(neighbour.distance, 6),
                emotion=decision.answer,
                emotion_name=name_emotion(decided[track.id].taxonomy, decision.answer),
                decided_by=decision.decided_by,
                basis=prediction.basis if prediction else None,
                href=f"/tracks/{track.id}",
            )
        )
    return items


def _similar_response(
    ports: ApiPorts,
    query: QueryVector,
    wanted: SimilarRequest,
    items: list[SimilarTrackResponse],
    *,
    taxonomy: str,
    track_id: UUID | None = None,
    upload: Upload | None = None,
) -> SimilarTracksResponse:
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
