"""Tracks like a track, or like a song that was sent in."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from services.api.deps import Ports
from services.api.errors import ProblemError, no_features, not_found, not_scorable
from services.api.predict.service import heard
from services.api.schemas.common import ModelReference
from services.api.similar.projections import standard_of
from services.api.similar.schemas import ByDocument, SimilarDocument, SimilarTrackDocument
from services.api.tracks.service import InWork, answering_model, predicted, require_emotion
from shared.domain.job import JobState
from shared.inference.model_inputs import upload_row
from shared.similarity.projection import Standard
from shared.store.features.repository import Features
from shared.store.jobs.items import JobItems
from shared.store.models.repository import Models
from shared.store.models.scores import Scores
from shared.store.similarity.embeddings import Embeddings
from shared.store.similarity.neighbours import Neighbour, Neighbours, artist_groups_of, likely_the_same, with_audio
from shared.store.similarity.projections import Standards, StandardVectors
from shared.store.tables import Model, StandardRow, Track, Upload
from shared.store.tracks.decisions import Decisions
from shared.store.tracks.missing_tracks import MissingWanted, file_to_play
from shared.store.tracks.repository import Tracks

DESCRIPTORS = "descriptors"
_LOOKED_AT = 8
"""Candidates fetched for each track wanted, and how much more where artists or the filter leave too few."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody wants to hear."""

    taxonomy: str | None
    emotion: str | None
    limit: int
    per_artist: int
    by: UUID | str | None
    """A model, or `descriptors`; None: whatever is best."""
    other_artists: bool = False
    """None by the artists of what was asked about: songs of one artist share studio and voice too (Pampalk 2006)."""
    missing: MissingWanted = MissingWanted.NO
    """What to do with tracks whose last file is gone."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Point:
    """A place among tracks, and by what it is measured."""

    vector: NDArray[np.float32]
    by: Model | StandardRow


Found = SimilarDocument | UUID | InWork
"""The answer, or the id of a job that has to end before, or that the track itself is still in work."""


def like_track(ports: Ports, track: Track, wanted: Wanted) -> Found:
    """The tracks nearest to a track, never itself or what is likely the same recording. Raises ProblemError."""
    decisions = decisions_for(ports, wanted, synthetic=track.synthetic)

    def by_model(model: Model) -> NDArray[np.float32] | InWork | None:
        with ports.store.read() as session:
            kept = Embeddings(session).of(track.id, model.id)
        if kept is not None:
            return kept
        said = predicted(ports, track.id, model)
        if isinstance(said, InWork):
            return said
        with ports.store.read() as session:
            return Embeddings(session).of(track.id, model.id)

    def by_standard(standard: StandardRow) -> NDArray[np.float32] | InWork:
        with ports.store.read() as session:
            kept = StandardVectors(session).of(track.id, standard.id)
            features = Features(session, spec=standard.spec).many([track.id]).get(track.id)
            at = JobItems(session).open_stage_of(track.id)
        if kept is not None:
            return kept
        if features is not None and features.descriptors is not None:
            return _placed(standard, features.descriptors)
        if at is None:
            raise no_features(track.id)
        return InWork(*at)

    point = _point(ports, wanted, synthetic=track.synthetic, by_model=by_model, by_standard=by_standard)
    if not isinstance(point, Point):
        return no_point(point, track.id)
    with ports.store.read() as session:
        but = {track.id} | likely_the_same(session, track.id)
        own = artist_groups_of(session, track.id)
        items = _items(ports, session, point, wanted, decisions=decisions, but=but, own=own)
    return _document(point, wanted, items, taxonomy=decisions.answering.taxonomy, track_id=track.id)


def like_upload(ports: Ports, job_id: UUID, wanted: Wanted) -> Found | None:
    """The tracks nearest to a song that was sent in, never one with the same audio; None: it is still being analysed.

    Raises ProblemError with the reason where its analysis failed.
    """
    decisions = decisions_for(ports, wanted, synthetic=False)
    upload = heard(ports, job_id)
    if upload is None:
        return None

    def by_model(model: Model) -> NDArray[np.float32] | None:
        with ports.store.read() as session:
            row = upload_row(session, upload, kind=model.inputs, spec=model.spec)
        said = None if row is None else ports.champions.scorer(model).answer(row).embedding
        return None if said is None else said[0]

    def by_standard(standard: StandardRow) -> NDArray[np.float32]:
        with ports.store.read() as session:
            is_placed = Standards(session, spec=standard.spec, synthetic=standard.synthetic).reads(upload.spec or "")
        if upload.descriptors is None or not is_placed:
            raise not_scorable("other_features", "this song was analysed under an earlier spec: send it again")
        return _placed(standard, upload.descriptors)

    point = _point(ports, wanted, synthetic=False, by_model=by_model, by_standard=by_standard)
    if not isinstance(point, Point):
        return no_point(point, upload.name)
    with ports.store.read() as session:
        but = with_audio(session, upload.audio_sha256 or "") | ({upload.track_id} if upload.track_id else set())
        own = artist_groups_of(session, upload.track_id) if upload.track_id else ()
        items = _items(ports, session, point, wanted, decisions=decisions, but=but, own=own)
    return _document(point, wanted, items, taxonomy=decisions.answering.taxonomy, upload=upload)


def spaced(found: Iterable[Neighbour], *, per_artist: int, but: Collection[str] = ()) -> list[Neighbour]:
    """In their order, without those of an artist after its first `per_artist`, and without the artists `but`."""
    seen = dict.fromkeys(but, per_artist)
    kept = []
    for one in found:
        seen[one.artist_group] = seen.get(one.artist_group, 0) + 1
        if seen[one.artist_group] <= per_artist:
            kept.append(one)
    return kept


def no_point(point: UUID | InWork | None, asked: object) -> UUID | InWork:
    """What has to be waited for. Raises ProblemError where nothing will come."""
    if point is None:
        raise no_features(asked)
    return point


def _point(
    ports: Ports,
    wanted: Wanted,
    *,
    synthetic: bool,
    by_model: Callable[[Model], NDArray[np.float32] | InWork | None],
    by_standard: Callable[[StandardRow], NDArray[np.float32] | InWork],
) -> Point | UUID | InWork | None:
    """The place by the model asked for, else by the first champion that places tracks, else by descriptors."""
    if isinstance(wanted.by, UUID):
        return _by_model_asked_for(ports, wanted.by, synthetic=synthetic, by_model=by_model)
    for model in _placing_champions(ports, synthetic=synthetic) if wanted.by is None else ():
        try:
            vector = by_model(model)
        except ProblemError:
            continue  # this track lacks what the network reads: its descriptors may do
        if isinstance(vector, np.ndarray):
            return Point(vector=vector, by=model)
    standard = standard_of(ports, synthetic=synthetic)
    if not isinstance(standard, StandardRow):
        return standard
    vector = by_standard(standard)
    return vector if isinstance(vector, InWork) else Point(vector=vector, by=standard)


def _placed(standard: StandardRow, descriptors: Sequence[float]) -> NDArray[np.float32]:
    placed: NDArray[np.float32] = Standard.from_bytes(standard.content).place(
        np.array([descriptors], dtype=np.float32)
    )[0]
    return placed


def _by_model_asked_for(
    ports: Ports, model_id: UUID, *, synthetic: bool, by_model: Callable[[Model], NDArray[np.float32] | InWork | None]
) -> Point | InWork:
    with ports.store.read() as session:
        model = Models(session).get(model_id)
    if model is None:
        raise not_found("model", model_id)
    if model.synthetic != synthetic:
        raise not_scorable("other_library", "this model learned from the other library: real and demo never mix")
    vector = by_model(model)
    if vector is None:
        raise not_scorable(
            "no_embeddings",
            f"{model.estimator} on {model.inputs} places no tracks: name a network, or descriptors",
        )
    return vector if isinstance(vector, InWork) else Point(vector=vector, by=model)


def _placing_champions(ports: Ports, *, synthetic: bool) -> list[Model]:
    """The champions that have placed the library: while one still does, only part of it could be found."""
    default = ports.settings.default_taxonomy
    ranked = ports.champions.ranked(None, synthetic=synthetic, default_taxonomy=default)
    with ports.store.read() as session:
        embeddings, scores = Embeddings(session), Scores(session)
        placing = [model for model in ranked if embeddings.exist_of(model.id)]
        jobs = [(model, scores.latest_job(model)) for model in placing]
    return [model for model, job in jobs if job is None or JobState(job.state).is_final]


def decisions_for(ports: Ports, wanted: Wanted, *, synthetic: bool) -> Decisions:
    """What decides on the tracks of a library. Raises ProblemError where the taxonomy lacks the emotion wanted."""
    answering = answering_model(ports, wanted.taxonomy, synthetic=synthetic)
    require_emotion(answering.taxonomy, wanted.emotion)
    return Decisions(answering, synthetic=synthetic)


def _items(
    ports: Ports,
    session: Session,
    point: Point,
    wanted: Wanted,
    *,
    decisions: Decisions,
    but: set[UUID],
    own: Collection[str],
) -> list[SimilarTrackDocument]:
    owner = {"model_id": point.by.id} if isinstance(point.by, Model) else {"standard_id": point.by.id}
    neighbours = Neighbours(session, **owner)
    rule = decisions.may_be([wanted.emotion]) if wanted.emotion else None
    n = max(50, _LOOKED_AT * wanted.limit)
    while True:
        found = neighbours.nearest(
            point.vector, synthetic=decisions.synthetic, limit=n, but=but, rule=rule, missing=wanted.missing
        )
        near = spaced(
            _of_emotion(session, found, wanted, decisions),
            per_artist=wanted.per_artist,
            but=own if wanted.other_artists else (),
        )
        near = near[: wanted.limit]
        if len(near) == wanted.limit or len(found) < n:
            return _shown(ports, session, near, decisions)
        n *= _LOOKED_AT


def _of_emotion(session: Session, found: Sequence[Neighbour], wanted: Wanted, decisions: Decisions) -> list[Neighbour]:
    if wanted.emotion is None:
        return list(found)
    decided = decisions.list_by_track(session, [one.track_id for one in found])
    return [one for one in found if decided[one.track_id].decision.answer == wanted.emotion]


def _shown(
    ports: Ports, session: Session, near: Sequence[Neighbour], decisions: Decisions
) -> list[SimilarTrackDocument]:
    ids = [one.track_id for one in near]
    tracks = {track.id: track for track in Tracks(session).many(ids)}
    sources = Tracks(session).sources(ids)
    decided = decisions.list_by_track(session, ids)
    shown = []
    for one in near:
        track = tracks[one.track_id]
        latest = file_to_play(sources[one.track_id], is_described=True)
        decision, prediction = decided[one.track_id].decision, decided[one.track_id].predicted
        shown.append(
            SimilarTrackDocument(
                track_id=track.id,
                title=track.title,
                artist=track.artist,
                album=track.album,
                duration_s=track.duration_s,
                path=ports.library.shown(latest) if latest else None,
                distance=round(one.distance, 6),
                emotion=decision.answer,
                decided_by=decision.decided_by,
                basis=prediction.basis if prediction else None,
                href=f"/tracks/{track.id}",
            )
        )
    return shown


def _document(
    point: Point,
    wanted: Wanted,
    items: list[SimilarTrackDocument],
    *,
    taxonomy: str,
    track_id: UUID | None = None,
    upload: Upload | None = None,
) -> SimilarDocument:
    is_model = isinstance(point.by, Model)
    by = ByDocument(
        kind="model" if is_model else DESCRIPTORS,
        model=ModelReference.of(point.by) if isinstance(point.by, Model) else None,
        spec=point.by.spec,
        dimensions=len(point.vector),
    )
    return SimilarDocument(
        track_id=track_id,
        name=upload.name if upload else None,
        by=by,
        taxonomy=taxonomy,
        emotion=wanted.emotion,
        per_artist=wanted.per_artist,
        items=items,
    )
