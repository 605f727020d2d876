"""`GET /tracks?q=`: words of titles, artists and albums, as people type them."""

import unicodedata
from collections.abc import Callable
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.domain.file_tags import FileTags
from shared.domain.track import SourceRef
from shared.store import Store
from shared.store.tables import Track
from shared.store.tracks.merges import MergePair, MergeReason, MergeRepository
from shared.store.tracks.word_search import matches
from tests.api.conftest import AddTrack

Find = Callable[[str], set[str]]


@pytest.fixture
def find(client: TestClient, add_track: AddTrack) -> Find:
    add_track(title="Jóga", artist="Björk", album="Homogenic")
    add_track(title="Don't Stop Me Now", artist="Queen", album="Jazz")
    add_track(title="Thunderstruck", artist="AC/DC", album="The Razors Edge")
    add_track(title="Everybody Hurts", artist="R.E.M.")
    add_track(title="Straße nach Süden", artist="Bløf & Łona")
    add_track(title="Ævintýri", artist="Þeyr")
    add_track(title="夜に駆ける", artist="YOASOBI")
    add_track(title="봄날", artist="방탄소년단")
    add_track(title="Звезда по имени Солнце", artist="Кино")
    add_track(title="!!!", artist="!!!")
    add_track(title="1e5 of 10cc", artist="Numbers")
    tags = FileTags(artists=("2 Unlimited", "Ray", "Anita"), album_artist="Eurodance Heroes")
    add_track(title="Get Ready", artist="2 Unlimited", tags_of_file=tags.to_json())

    def titles(words: str) -> set[str]:
        return {track["title"] for track in client.get("/tracks", params={"q": words}).json()["items"]}

    return titles


FOUND = [
    ("bjork", "Jóga"),
    ("BJÖRK joga", "Jóga"),
    ("joga björk homogenic", "Jóga"),
    ("homo jo", "Jóga"),
    ("dont stop", "Don't Stop Me Now"),
    ("now queen", "Don't Stop Me Now"),
    ("Don’t", "Don't Stop Me Now"),
    ("ac/dc", "Thunderstruck"),
    ("acdc thunder", "Thunderstruck"),
    ("rem hurts", "Everybody Hurts"),
    ("R.E.M.", "Everybody Hurts"),
    ("strasse sud", "Straße nach Süden"),
    ("blof lona", "Straße nach Süden"),
    ("Bløf and Łona", "Straße nach Süden"),
    ("aevintyri", "Ævintýri"),
    ("theyr", "Ævintýri"),
    ("駆ける", "夜に駆ける"),
    ("夜", "夜に駆ける"),
    ("yoasobi 駆け", "夜に駆ける"),
    ("소년", "봄날"),
    ("звезда КИНО", "Звезда по имени Солнце"),
    ("anita", "Get Ready"),
    ("ray 2 unlimited", "Get Ready"),
    ("eurodance", "Get Ready"),
    ("!!!", "!!!"),
    ("1e5", "1e5 of 10cc"),
    ("10cc", "1e5 of 10cc"),
]
NOT_FOUND = ["bjork queen", "駆夜", "truck", "' | !:*", "anita bjork", "\\"]


def test_words_are_found_in_any_order_case_and_spelling(find: Find) -> None:
    for words, title in FOUND:
        for form in ("NFC", "NFD"):
            assert find(unicodedata.normalize(form, words)) == {title}, (words, form)


def test_every_word_has_to_be_there(find: Find) -> None:
    for words in NOT_FOUND:
        assert find(words) == set(), words


def test_a_merged_track_is_found_by_either_spelling(store: Store, client: TestClient, add_track: AddTrack) -> None:
    one = add_track(title="Jóga", refs=(SourceRef("table", "a#1"),))
    other = add_track(title="State of Emergency", refs=(SourceRef("table", "a#2"),))
    pair = MergePair(one=one, other=other, reason=MergeReason.SAME_ISRC, who="crawler", why="a test")
    store.transact_session("test.merge", lambda session: MergeRepository(session).unite_pairs([pair]))
    found = [client.get("/tracks", params={"q": words}).json()["items"] for words in ("joga", "emergency")]
    assert [[UUID(track["id"]) for track in page] for page in found] == [[min(one, other)]] * 2


def test_a_renamed_track_is_found_by_its_new_name_whoever_writes_it(store: Store, find: Find) -> None:
    store.transact_session(
        "test.rename", lambda s: s.execute(text("update tracks set title = 'Hyperballad' where artist = 'Björk'"))
    )
    assert find("hyperballad") == {"Hyperballad"}
    assert find("joga") == set()


_MANY = """
    insert into tracks (id, artist_group, title, synthetic)
    select gen_random_uuid(), 'a', 'title ' || n, false from generate_series(1, 20000) n
"""


def test_words_are_looked_up_in_the_index(store: Store) -> None:
    def plan(session: Session) -> str:
        session.execute(text(_MANY))
        session.execute(text("analyze tracks"))
        query = session.query(Track.id).where(matches("title 777")).statement
        compiled = query.compile(session.connection(), compile_kwargs={"literal_binds": True})
        return "\n".join(session.scalars(text(f"explain {compiled}".replace(":*", "\\:*"))))

    assert "tracks_search" in store.transact_session("test.plan", plan)


def test_a_long_title_of_signs_that_come_apart_is_kept(store: Store, add_track: AddTrack) -> None:
    long = add_track(title="ﷺ" * 500, artist="ä" * 500)
    with store.read_session() as session:
        assert session.get_one(Track, long).title == "ﷺ" * 500
