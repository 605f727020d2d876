"""Why the tracks of a list could not be analysed."""

from collections.abc import Sequence

from services.api.schemas.audio import FeatureStateResponse
from services.api.tracks.schemas import TrackResponse
from shared.store.repositories import Repositories
from shared.store.tracks.file_states import failing_file


def add_failures(repositories: Repositories, responses: Sequence[TrackResponse], *, spec: str) -> None:
    """Fill `features`, whose reason says why."""
    track_ids = [response.id for response in responses]
    feature_sets = repositories.features(spec=spec).list_by_track(track_ids)
    sources = repositories.tracks.list_sources(track_ids)
    for response in responses:
        file = failing_file(sources[response.id])
        response.features = FeatureStateResponse.from_row(
            feature_sets.get(response.id), spec=spec, outdated=[], file=file
        )
