"""Where a training set comes from stands on the card, by source, licence and annotator, with what the terms demand."""

from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from services.trainer.dataset.provenance import describe_provenance
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.features import FeatureSpec
from shared.domain.track import CATALOGUE_COLUMNS, CollectedTrack, SourceRef
from shared.store import Store
from shared.store.tracks.annotations import AnnotationRepository
from shared.store.tracks.repository import TrackRepository

SPEC = FeatureSpec().fingerprint
WISHED = {
    AnnotatorKind.PERSON: Annotator(AnnotatorKind.PERSON, "ada"),
    AnnotatorKind.IMPORT: Annotator(AnnotatorKind.IMPORT, "table.csv"),
}


@pytest.fixture
def tracks(store: Store) -> list[UUID]:
    """A file without licence, a track of two sources under a licence for friends only, and one of Spotify's."""

    def add(session: Session) -> list[UUID]:
        found = []
        for names, licence, said in (
            ([("folder", "a.mp3")], None, [AnnotatorKind.IMPORT, AnnotatorKind.PERSON]),
            ([("folder", "b.mp3"), ("jamendo", "7")], "CC BY-NC-SA 3.0", [AnnotatorKind.IMPORT]),
            ([("spotify", "xyz")], "Spotify Developer Terms", [AnnotatorKind.IMPORT]),
        ):
            refs = tuple(SourceRef(source, source_id) for source, source_id in names)
            track_id = (
                TrackRepository(session)
                .register_track(CollectedTrack(refs=refs, title="Ode", licence=licence))
                .track_id
            )
            for kind in said:
                AnnotationRepository(session).append_annotation(track_id, WISHED[kind], taxonomy="mood4", emotion="sad")
            found.append(track_id)
        return found

    return store.transact_session("test.tracks", add)


def test_tracks_are_counted_by_source_licence_and_the_annotator_whose_word_counts(
    store: Store, tracks: list[UUID]
) -> None:
    with store.read() as session:
        found = describe_provenance(session, tracks, taxonomy="mood4", inputs=["descriptors"], spec=SPEC)
    assert found["by_source"] == {"folder": 2, "jamendo": 1, "spotify": 1}
    assert found["by_licence"] == {"not stated": 1, "CC BY-NC-SA 3.0": 1, "Spotify Developer Terms": 1}
    assert found["by_annotator"] == {"person": 1, "import": 2}


def test_terms_that_bind_whoever_uses_the_model_are_flagged(store: Store, tracks: list[UUID]) -> None:
    with store.read() as session:
        found = describe_provenance(session, tracks, taxonomy="mood4", inputs=["descriptors"], spec=SPEC)
    assert {flag["flag"]: flag["tracks"] for flag in found["terms"]} == {
        "spotify": 1,
        "non_commercial": 1,
        "licence_unstated": 1,
    }


def test_spotifys_numbers_are_flagged_even_on_a_track_that_came_from_elsewhere(
    store: Store, tracks: list[UUID]
) -> None:
    numbers = dict.fromkeys(CATALOGUE_COLUMNS, 0.5)
    store.transact_session(
        "test.numbers", lambda s: TrackRepository(s).save_catalogue(tracks[0], numbers, origin="spotify")
    )
    with store.read() as session:
        read, heard = (
            describe_provenance(session, tracks[:1], taxonomy="mood4", inputs=[kind], spec=SPEC)["terms"]
            for kind in ("catalogue", "descriptors")
        )
    assert "spotify" in {flag["flag"] for flag in read}
    assert "spotify" not in {flag["flag"] for flag in heard}
