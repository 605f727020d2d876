"""Names that catalogues and tables give: what each keeps, and what it takes back."""

import pytest
from sqlalchemy import select

from shared.domain.track import CollectedTrack, SourceRef
from shared.store import Store
from shared.store.tables import Track
from shared.store.tracks.repository import TrackRepository


def register(store: Store, piece: CollectedTrack) -> None:
    store.transact_session("test.track", lambda session: TrackRepository(session).register_track(piece))


@pytest.mark.parametrize(("is_table", "artist"), [(False, "Vox"), (True, None)])
def test_what_a_catalogue_leaves_out_stays_and_what_a_table_leaves_out_is_taken_back(
    store: Store, is_table: bool, artist: str | None
) -> None:
    for names in ({"title": "Ode", "artist": "Vox"}, {"title": "Ode"}):
        register(
            store,
            CollectedTrack(
                refs=(SourceRef("spotify", "1"),),
                title=names["title"],
                artist=names.get("artist"),
                given_names=names if is_table else None,
                annotator_name="a table",
            ),
        )
    with store.read_session() as session:
        assert session.scalars(select(Track.artist)).all() == [artist]
