"""Tracks like a track: from the file of vectors where it holds the track, else from the database."""

from uuid import UUID

from services.api.deps import ApiPorts, require_surviving_track
from services.api.similar.mapped_search import find_like_mapped
from services.api.similar.service import SimilarRequest, SimilarResult, find_like_track


def search_like_track(ports: ApiPorts, track_id: UUID, wanted: SimilarRequest) -> SimilarResult:
    """The tracks nearest to a track, or what has to be waited for. Raises ProblemError, or MovedTrackError."""
    mapped = find_like_mapped(ports, track_id, wanted)
    if mapped is not None:
        return mapped
    with ports.store.read() as repositories:
        track = require_surviving_track(repositories, track_id)
    return find_like_track(ports, track, wanted)
