"""Catalogue columns as models read them: delivered ones have no version, computed ones have."""

from uuid import UUID

import numpy as np

from shared.domain.catalogue import COMPUTED_INPUTS
from shared.domain.track import CATALOGUE_COLUMNS
from shared.inference.model_inputs import ModelReading, read_inputs
from shared.store import Store
from shared.store.models.scores import ScoreRepository
from shared.store.repositories import RepositorySession
from shared.store.tracks.repository import TrackRepository
from tests.integration.store.versions import FIRST, Library, model_of, version_of


def save_of_table(store: Store, track_id: UUID, values: dict[str, float]) -> None:
    store.transact_session(
        "test.table", lambda session: TrackRepository(session).save_catalogue(track_id, values, origin="table")
    )


def test_delivered_columns_are_read_whatever_the_version_of_the_computed_ones(store: Store, library: Library) -> None:
    """A table's columns were made by no code of ours: fusion on them minds the descriptors alone."""
    values = dict.fromkeys(CATALOGUE_COLUMNS, 0.5)
    for name in ("old", "new", "newer"):
        save_of_table(store, library.tracks[name], values)
    ids = list(library.tracks.values())
    with store.read_session() as session:
        for kind, names in (("catalogue", {"old", "new", "newer"}), ("fusion", {"old", "new"})):
            found = read_inputs(session, ids, kind=kind, spec=FIRST.fingerprint, blobs=library.blobs)
            assert (library.names(found.track_ids), set(found.origins)) == (names, {"table"})
            assert ScoreRepository(session).count_scorable(model_of(FIRST, kind, origins=["table"])) == len(names)
            assert None not in found.audio_sha256, "its sound is known, by whatever spec"


def test_a_published_model_reads_the_columns_of_its_own_origins_whatever_other_tracks_have(
    store: Store, library: Library
) -> None:
    """`old` has a table's columns beside computed ones; `recomputed` and `new` have computed ones alone."""
    old = library.tracks["old"]
    values = dict.fromkeys(CATALOGUE_COLUMNS, 0.5)
    save_of_table(store, old, values)
    ids = [library.tracks[name] for name in ("old", "recomputed", "new")]

    def read(
        session: RepositorySession, kind: str, origin: str, tracks: list[UUID]
    ) -> dict[str, tuple[str, list[float]]]:
        reading = ModelReading.from_card(model_of(FIRST, kind, origins=[origin]).card)
        found = read_inputs(session, tracks, kind=kind, spec=FIRST.fingerprint, blobs=library.blobs, reading=reading)
        assert isinstance(found.x, np.ndarray)
        names = {track_id: name for name, track_id in library.tracks.items()}
        return {
            names[track_id]: (its_origin, row.tolist())
            for track_id, its_origin, row in zip(found.track_ids, found.origins, found.x, strict=True)
        }

    computed = [version_of("catalogue", FIRST)] * len(COMPUTED_INPUTS)
    with store.read_session() as session:
        for kind, n_beside in (("catalogue", 0), ("fusion", 2)):
            of_table, of_computed = read(session, kind, "table", ids), read(session, kind, "computed", ids)
            assert (of_table["old"][0], of_table["old"][1][n_beside:]) == ("table", [0.5] * 13)
            assert {name for name, (origin, _) in of_table.items() if origin == "table"} == {"old"}
            assert set(of_computed) == {"old", "recomputed"}, "the columns of `new` are of another version"
            assert all(row[n_beside:] == computed for _, row in of_computed.values())
            for origin, together in (("table", of_table), ("computed", of_computed)):
                assert read(session, kind, origin, [old]) == {"old": together["old"]}, "no other track matters"


def test_a_fusion_of_delivered_columns_minds_no_version_of_the_computed_ones_of_other_tracks(
    store: Store, library: Library
) -> None:
    """`new` has a table's columns and descriptors of this version; `old` has computed columns of it."""
    old, new = library.tracks["old"], library.tracks["new"]
    values = dict.fromkeys(CATALOGUE_COLUMNS, 0.5)
    store.transact_session("test.table", lambda s: TrackRepository(s).save_catalogue(new, values, origin="table"))
    reading = ModelReading.from_card(model_of(FIRST, "fusion", origins=["table"]).card)
    with store.read() as session:
        found = read_inputs(
            session, [old, new], kind="fusion", spec=FIRST.fingerprint, blobs=library.blobs, reading=reading
        )
    assert dict(zip(found.track_ids, found.origins, strict=True)) == {old: "computed", new: "table"}
