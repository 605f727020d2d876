"""Tracks like a track, where a file of vectors holds it: an answer in one statement.

The file names the candidates, and the statement reads everything else, so that no label, merge or file is older in the
answer than in any other. What takes more is left to the other way: the vectors of a library are in no file, the vector
of the track is younger than the file, or the request is to be refused.
"""

from uuid import UUID

from services.api.deps import ApiPorts
from services.api.similar.candidates import limit_per_artist
from services.api.similar.first_owner import get_first_owner
from services.api.similar.query_vectors import QueryVector
from services.api.similar.schemas import SimilarTracksResponse
from services.api.similar.service import SimilarRequest, build_decision_rule, build_item, build_response
from services.api.similar.vector_owners import VectorOwner
from shared.arrays import Descriptors
from shared.similarity.vector_file import ROUNDING, VectorSection
from shared.store.similarity.mapped_neighbours import DecidedNearTrack, NearTracks
from shared.store.tracks.missing_tracks import MissingWanted

_GROWTH = 4
"""How much more is fetched where artists or the filter leave too few."""
_LEAST_CANDIDATES = 50
_PER_TRACK, _PER_TRACK_OF_EMOTION = 4, 8
"""Candidates for each track wanted: of an emotion one of about four is."""
_READ_PER_TRACK, _READ_PER_TRACK_OF_EMOTION = 1.3, 2.2
"""Candidates that are read for each track wanted: some are by one artist, or labelled with another emotion."""


def find_like_mapped(ports: ApiPorts, track_id: UUID, wanted: SimilarRequest) -> SimilarTracksResponse | None:
    """The tracks nearest to a track; None where that takes more. Raises ProblemError for an unknown emotion."""
    if wanted.missing is MissingWanted.ONLY:  # they are few, and far apart
        return None
    for synthetic in (False, True):
        owner = get_first_owner(ports, by=wanted.by, synthetic=synthetic)
        section = None if owner is None else ports.vectors.get_section(ports.store, ports.blobs, owner.id)
        vector = None if section is None or section.synthetic != synthetic else section.get_vector(track_id)
        if owner is not None and section is not None and vector is not None:
            return _search_section(ports, track_id, vector, wanted, owner=owner, section=section)
    return None


def _search_section(
    ports: ApiPorts,
    track_id: UUID,
    vector: Descriptors,
    wanted: SimilarRequest,
    *,
    owner: VectorOwner,
    section: VectorSection,
) -> SimilarTracksResponse | None:
    wanted, decisions = build_decision_rule(ports, wanted, synthetic=section.synthetic)
    per_track, read_per_track = (
        (_PER_TRACK, _READ_PER_TRACK) if wanted.emotion is None else (_PER_TRACK_OF_EMOTION, _READ_PER_TRACK_OF_EMOTION)
    )
    scale = 1
    with ports.store.read(autocommit=True) as repositories:
        while True:
            n = max(_LEAST_CANDIDATES, per_track * wanted.limit) * scale
            nearest = section.list_nearest(vector, n=n)
            limit = int(read_per_track * wanted.limit * scale) + 1
            near = repositories.mapped_neighbours.list_nearest(
                track_id,
                vector,
                nearest.track_ids,
                owner=owner,
                decisions=decisions,
                emotion=wanted.emotion,
                missing=wanted.missing,
                limit=limit,
            )
            if near is None or near.synthetic != section.synthetic:
                return None
            # beyond that lie candidates that were not read, or tracks that are no candidates
            last = near.tracks[-1].near.distance if len(near.tracks) == limit else 1 - nearest.farthest
            selected = _select_tracks(near, wanted, certain=last - ROUNDING)
            if len(selected) == wanted.limit or (n >= section.n_tracks and len(near.tracks) < limit):
                break
            scale *= _GROWTH
    items = [build_item(ports, one.near, one.decision, one.files) for one in selected]
    query = QueryVector(vector=vector, by=owner)
    return build_response(ports, query, wanted, items, taxonomy=decisions.answering.taxonomy, track_id=track_id)


def _select_tracks(near: NearTracks, wanted: SimilarRequest, *, certain: float) -> list[DecidedNearTrack]:
    """The nearest ones, of the emotion wanted: those nearer than `certain`, beyond which others may lie between."""
    candidates = [
        one
        for one in near.tracks
        if one.near.distance < certain
        and one.near.track_id not in near.likely_same
        and wanted.emotion in {None, one.decision.decision.answer}
    ]
    by_artist = limit_per_artist(
        [one.near for one in candidates],
        per_artist=wanted.per_artist,
        excluded_artists=near.artist_groups if wanted.other_artists else (),
    )
    selected_ids = {each.track_id for each in by_artist[: wanted.limit]}
    return [one for one in candidates if one.near.track_id in selected_ids]
