"""Whom tracks are drawn for, and what the drawing reads of the tracks that may be drawn."""

import getpass
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.api.deps import ApiPorts, require_taxonomy
from services.api.personal.service import add_person
from services.api.similar.projections import get_current_projection
from services.api.tracks.service import get_answering_model
from shared.arrays import Floats32, Probabilities
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.labels import LabelVote, latest_votes
from shared.domain.taggers import list_versions
from shared.personal.personal_logits import PersonalHead
from shared.review.drawing import LabelledTracks, ReviewPool
from shared.similarity.library_projections import DescriptorBasis, SimilarityBasis, TaggerBasis
from shared.store.features.descriptor_copy import DescriptorTable
from shared.store.repositories import Repositories
from shared.store.tables import Model, ProjectionRow
from shared.store.tracks.personal_view import PersonalView
from shared.store.tracks.review_draws import ReviewableTracks

Votes = Mapping[UUID, LabelVote]
"""What a person says in one taxonomy, by track."""


@dataclass(frozen=True, kw_only=True)
class ReviewContext:
    """Whom a draw is for, in which taxonomy, and the model that answers it."""

    annotator: Annotator
    taxonomy: str
    model: Model | None
    votes: Votes
    personal: PersonalView | None = None
    """What the person's labels change of the model; None where they have none."""


def find_review_context(ports: ApiPorts, annotator: str | None, taxonomy: str | None) -> ReviewContext:
    """The person, the taxonomy and the model that a request means."""
    answering = get_answering_model(ports, taxonomy, synthetic=False)
    with ports.store.read() as repositories:
        name = annotator or repositories.annotations.get_latest_person() or _get_user_name()
        person = Annotator(AnnotatorKind.PERSON, name)
        annotations = repositories.annotations.list_of_annotator(person)
    personal = add_person(ports, answering, name).personal if annotations else None
    by_track = {
        track_id: latest_votes(of_track, taxonomy=answering.taxonomy) for track_id, of_track in annotations.items()
    }
    votes = {track_id: one[person] for track_id, one in by_track.items() if person in one}
    return ReviewContext(
        annotator=person, taxonomy=answering.taxonomy, model=answering.model, votes=votes, personal=personal
    )


def _get_user_name() -> str:
    """Of the user that this process runs as; `mer` where the system has no name for it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "mer"


def find_projection(ports: ApiPorts) -> UUID | None:
    """Where tracks lie: by what taggers gave, where they have described the library, else by descriptors.

    While a large library is being projected, the vectors that there are so far count. None: nothing is described.
    """
    for basis in _list_bases(ports):
        projection = get_current_projection(ports, basis, synthetic=False)
        if isinstance(projection, UUID):
            with ports.store.read() as repositories:
                projection = basis.open_projections(repositories, synthetic=False).get_current()
        if isinstance(projection, ProjectionRow):
            return projection.id
    return None


def _list_bases(ports: ApiPorts) -> Iterator[SimilarityBasis]:
    taggers = ports.features.tagger_specs
    versions = list_versions(taggers)
    with ports.store.read() as repositories:
        is_tagged = bool(versions) and not repositories.tagger_outputs.is_tagging(versions=versions)
    if is_tagged:
        yield TaggerBasis(taggers)
    yield DescriptorBasis(ports.spec)


def read_pool(
    repositories: Repositories, context: ReviewContext, reviewable: ReviewableTracks, projection_id: UUID | None
) -> tuple[ReviewPool, LabelledTracks]:
    """The tracks that may be drawn, and those that are labelled."""
    ids = reviewable.track_ids
    emotions = context.model.card["classes"] if context.model else require_taxonomy(context.taxonomy).emotions
    vectors = _read_vectors(repositories, [*ids, *context.votes], projection_id)
    given = [vote.emotion for vote in context.votes.values()]
    pool = ReviewPool(
        vectors=vectors[: len(ids)],
        artists=np.unique(reviewable.artist_groups, return_inverse=True)[1],
        probabilities=_read_probabilities(repositories, context, ids, n_classes=len(emotions)),
        is_music=np.array(reviewable.is_music, dtype=np.bool_),
        n_tracks=reviewable.n_tracks,
    )
    counts = np.array([given.count(emotion) for emotion in emotions], dtype=np.intp)
    return pool, LabelledTracks(vectors=vectors[len(ids) :], class_counts=counts)


def _read_vectors(
    repositories: Repositories, track_ids: Sequence[UUID], projection_id: UUID | None, *, width: int = 1
) -> Floats32:
    if projection_id is None:
        return np.full((len(track_ids), width), np.nan, dtype=np.float32)
    return align_rows(track_ids, repositories.projected_vectors.list_vectors(projection_id, track_ids), width=width)


def _read_probabilities(
    repositories: Repositories, context: ReviewContext, track_ids: Sequence[UUID], *, n_classes: int
) -> Probabilities:
    """`(n, n_classes)`: the model's, as the person's labels change them; NaN where it has not answered."""
    if context.model is None:
        return np.full((len(track_ids), n_classes), np.nan)
    stored = repositories.review_draws.list_probabilities(context.model.id, track_ids)
    shared = align_rows(track_ids, stored, width=n_classes).astype(np.float64)
    row, head = (context.personal.row, context.personal.head) if context.personal else (None, None)
    if row is None or head is None:
        return shared
    components = _read_vectors(repositories, track_ids, row.standard_id, width=len(head.centre))
    return apply_personal_head(head, shared, components)


def apply_personal_head(
    head: PersonalHead, probabilities: Probabilities, components: NDArray[np.floating]
) -> Probabilities:
    """`(n, k)`: what the person's labels make of the shared model's; NaN stays NaN."""
    answered = np.isfinite(probabilities).all(axis=1)
    personal = probabilities.copy()
    personal[answered] = head.predict_probabilities(personal[answered], components[answered].astype(np.float64))
    return personal


def align_rows(track_ids: Sequence[UUID], table: DescriptorTable, *, width: int = 1) -> Floats32:
    """`(len(track_ids), d)`: the rows of a table in the order of the ids, NaN for a track without one.

    d is `width` where the table has no row.
    """
    row_of = {track_id: i for i, track_id in enumerate(table.track_ids)}
    if not row_of:
        return np.full((len(track_ids), width), np.nan, dtype=np.float32)
    with_nan = np.vstack([table.x, np.full((1, table.x.shape[1]), np.nan, dtype=np.float32)])
    aligned: Floats32 = with_nan[[row_of.get(track_id, -1) for track_id in track_ids]]
    return aligned
