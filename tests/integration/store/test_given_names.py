"""Names that catalogues and tables give: what each keeps, and what it takes back."""

import pytest
from sqlalchemy import select

from shared.domain.track import CollectedTrack, SourceRef
from shared.store import Store
from shared.store.tables import Track
from shared.store.tracks.repository import TrackRepository


@pytest.mark.parametrize(("is_table", "artist"), [(False, "Vox"), (True, None)])
def test_what_a_catalogue_leaves_out_stays_and_what_a_table_leaves_out_is_taken_back(
    store: Store, is_table: bool, artist: str | None
) -> None:
    for names in ({"title": "Ode", "artist": "Vox"}, {"title": "Ode"}):
        piece = CollectedTrack(
            refs=(SourceRef("spotify", "1"),),
            given_names=names if is_table else None,
            annotator_name="a table",
            **names,
        )
        store.transact_session(
            "test.track", lambda session, piece=piece: TrackRepository(session).register_track(piece)
        )
    with store.read_session() as session:
        assert session.scalars(select(Track.artist)).all() == [artist]
