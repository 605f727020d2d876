"""The real spotipy, pointed to a served API by its `prefix` alone."""

from collections.abc import Iterator
from uuid import UUID

import pytest
import requests
import spotipy
from uuid_utils.compat import uuid7

from services.api.deps import ApiPorts
from shared.domain.track import SourceRef
from shared.store.tracks.merges import MergePair, MergeReason
from tests.api.conftest import AddTrack
from tests.support.extracted_features import extraction, save

SPOTIFY_ID = "11dFghVXANMlKmJXsNCbNl"
pytestmark = pytest.mark.filterwarnings("ignore:You're using:DeprecationWarning")


class RecordingSession(requests.Session):
    """A session that keeps every response, redirects included."""

    def __init__(self) -> None:
        super().__init__()
        self.statuses: list[int] = []
        self.hooks["response"].append(lambda response, **_: self.statuses.append(response.status_code))


@pytest.fixture
def session() -> Iterator[RecordingSession]:
    with RecordingSession() as session:
        yield session


@pytest.fixture
def spotify(served: str, session: RecordingSession) -> spotipy.Spotify:
    client = spotipy.Spotify(auth="no key", requests_session=session, retries=0)
    client.prefix = f"{served}/v1/"
    return client


@pytest.fixture
def analysed(ports: ApiPorts, add_track: AddTrack) -> UUID:
    track_id = add_track(title="Ode to Joy", artist="Vox", album="Nine", isrc="DEABC0400001", duration_s=61.5)
    save(ports, extraction(ports, track_id))
    return track_id


def test_a_hundred_audio_features_come_in_one_request_without_a_redirect(
    spotify: spotipy.Spotify, session: RecordingSession, analysed: UUID
) -> None:
    asked = [analysed.hex, *(uuid7().hex for _ in range(98)), f"spotify:track:{analysed.hex}"]
    answered = spotify.audio_features(asked)
    assert session.statuses == [200]
    assert [entry and entry["id"] for entry in answered] == [analysed.hex, *[None] * 98, analysed.hex]
    assert (answered[0]["tempo"], answered[0]["key"]) == (120.5, 9)
    assert spotify.audio_features(answered[0]["uri"])[0] == answered[0], "what it answers can be asked for"


def test_tracks_are_found_by_id_and_by_words_and_lead_on_to_their_features(
    spotify: spotipy.Spotify, session: RecordingSession, analysed: UUID
) -> None:
    track = spotify.track(analysed.hex, market="DE")
    assert (track["id"], track["name"], track["artists"][0]["name"]) == (analysed.hex, "Ode to Joy", "Vox")
    assert (track["album"]["name"], track["duration_ms"], track["external_ids"]) == (
        "Nine",
        61_500,
        {"isrc": "DEABC0400001"},
    )
    assert (track["popularity"], track["explicit"], track["preview_url"]) == (None, None, None), "none is invented"
    assert spotify.tracks([analysed.hex, uuid7().hex], market="DE")["tracks"] == [track, None]
    found = spotify.search("artist:vox ode", type="track", market="DE")["tracks"]
    assert (found["total"], found["items"]) == (1, [track])
    assert spotify.audio_features([item["uri"] for item in found["items"]])[0]["id"] == analysed.hex
    assert set(session.statuses) == {200}


def test_pages_of_a_search_are_followed_by_spotipy(spotify: spotipy.Spotify, add_track: AddTrack) -> None:
    added = [add_track(title=f"Song {i}", artist="Vox & Co").hex for i in range(5)]
    add_track(title="Another")
    page = spotify.search("vox song", limit=2)["tracks"]
    listed = [item["id"] for item in page["items"]]
    assert (page["total"], page["limit"], page["offset"], page["previous"]) == (5, 2, 0, None)
    while page["next"]:
        page = spotify.next(page)["tracks"]
        listed += [item["id"] for item in page["items"]]
    assert listed == added
    assert [item["id"] for item in spotify.previous(page)["tracks"]["items"]] == added[2:4]


def test_spotifys_own_ids_work_and_a_merged_track_is_answered_without_a_redirect(
    spotify: spotipy.Spotify, session: RecordingSession, ports: ApiPorts, add_track: AddTrack, analysed: UUID
) -> None:
    other = add_track(title="Ode to Joy", refs=(SourceRef("spotify", SPOTIFY_ID),))
    pair = MergePair(one=analysed, other=other, reason=MergeReason.PERSON, who="ada")
    ports.store.transact("test.merge", lambda repositories: repositories.merges.unite_pairs([pair], keep=analysed))
    for asked in (SPOTIFY_ID, other.hex):
        track = spotify.track(asked)
        assert (track["id"], track["mer"]["track_id"]) == (asked, str(analysed))
        assert track["external_urls"] == {"spotify": f"https://open.spotify.com/track/{SPOTIFY_ID}"}
        assert spotify.audio_features(asked)[0]["tempo"] == 120.5
        assert spotify.audio_analysis(asked)["track"]["tempo"] == 120.5
    assert set(session.statuses) == {200}


def test_an_analysis_has_the_track_and_no_invented_parts(spotify: spotipy.Spotify, analysed: UUID) -> None:
    analysis = spotify.audio_analysis(analysed.hex)
    known = {name: analysis["track"][name] for name in ("tempo", "key", "mode", "loudness", "duration")}
    assert known == {"tempo": 120.5, "key": 9, "mode": 1, "loudness": -14.2, "duration": 30.0}
    for part in ("bars", "beats", "tatums", "segments", "sections"):
        assert analysis[part] == [], part
    assert analysis["track"]["tempo_confidence"] is None


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("tracks/" + "0" * 32, 404, "track not found"),
        ("audio-analysis/" + SPOTIFY_ID, 404, "analysis not found"),
        ("tracks/?ids=" + ",".join(["a"] * 51), 400, "too many ids requested: 51, at most 50"),
        ("search?q=", 400, "No search query"),
        ("search?q=ode&limit=51", 400, "limit"),
        ("search?q=ode&offset=-1", 400, "offset"),
        ("search?q=genre:jazz", 400, "the filter genre: is not known"),
        ("search?q=ode&type=song", 400, "Bad search type field song"),
        ("search?q=ode&type=artist", 400, "there are tracks only"),
        ("me", 404, "Not Found"),
    ],
)
def test_spotipy_reads_every_refusal(spotify: spotipy.Spotify, path: str, status: int, message: str) -> None:
    with pytest.raises(spotipy.SpotifyException) as refused:
        spotify._get(path)
    assert refused.value.http_status == status
    assert message in refused.value.msg


def test_other_types_beside_tracks_have_an_empty_page(spotify: spotipy.Spotify, analysed: UUID) -> None:
    found = spotify.search("ode", type="artist,track")
    assert found["tracks"]["total"] == 1
    assert (found["artists"]["items"], found["artists"]["total"]) == ([], 0)


def test_filters_of_year_and_isrc_are_applied(spotify: spotipy.Spotify, add_track: AddTrack, analysed: UUID) -> None:
    add_track(title="Ode again", isrc="DEABC0400002")
    found = spotify.search("isrc:deabc-04-00001")["tracks"]["items"]
    assert [item["id"] for item in found] == [analysed.hex]
    assert spotify.search("ode year:1990-1999")["tracks"]["total"] == 0
