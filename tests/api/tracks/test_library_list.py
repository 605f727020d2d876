"""`GET /tracks` as the Library page asks it: filters, orders, cursors, and what a whole list amounts to."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from services.api.deps import ApiPorts
from services.api.tracks.library_list import listing
from shared.errors import Reason
from shared.store.features.repository import FeatureRepository
from shared.store.tables import FeatureSet, Track
from tests.api.conftest import AddTrack, asking
from tests.support.console_library import N_ANSWERED, N_TRACKS, fill_library
from tests.support.featurized_tracks import featurize_track
from tests.support.problem_answers import problem

ORDERS = ["added", "title", "artist", "duration", "certainty"]


@pytest.fixture(scope="module")
def track_ids(shared_ports: ApiPorts, tmp_path_factory: pytest.TempPathFactory) -> list[UUID]:
    ids = fill_library(shared_ports, tmp_path_factory.mktemp("library"))

    def vary(session: Session) -> None:
        for number, track_id in enumerate(ids):
            duration_s = None if number % 9 == 0 else 20.0 + number % 4
            values = {
                "duration_s": duration_s,
                "year": 1970 + number,
                "title": None if number % 10 == 5 else Track.title,
            }
            session.execute(update(Track).where(Track.id == track_id).values(**values))

    shared_ports.store.transact_session("test.vary", vary)
    return ids


@pytest.fixture
def client(shared_client: TestClient, track_ids: list[UUID]) -> TestClient:
    return shared_client


def ask(client: TestClient, **query: Any) -> Any:
    answer = client.get("/tracks", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def walk(client: TestClient, **query: Any) -> Iterator[dict[str, Any]]:
    cursor: dict[str, str] = {}
    while True:
        page = ask(client, **query, **cursor)
        yield from page["items"]
        if page["next"] is None:
            return
        cursor = {"cursor": page["next"]}


def sort_value(order: str, track: dict[str, Any]) -> Any:
    value = {"added": "id", "title": "title", "artist": "artist", "duration": "duration_s"}.get(order, "probability")
    of_track = track[value]
    return of_track.casefold() if order in {"title", "artist"} and of_track else of_track


@pytest.mark.parametrize("direction", ["", "-"])
@pytest.mark.parametrize("order", ORDERS)
def test_a_walk_gives_every_track_once_in_order(client: TestClient, order: str, direction: str) -> None:
    tracks = list(walk(client, sort=f"{direction}{order}", limit=13))
    assert len({track["id"] for track in tracks}) == len(tracks) == N_TRACKS
    values = [sort_value(order, track) for track in tracks]
    known = [value for value in values if value is not None]
    assert values == [*known, *[None] * (len(values) - len(known))], "those that lack the key come last"
    latin = [value for value in known if not isinstance(value, str) or value.isascii()]
    assert latin == sorted(latin, reverse=bool(direction))


@pytest.mark.parametrize("query", [{}, *({"sort": order} for order in ("title", "-title", "duration", "-certainty"))])
def test_pages_are_the_cursors_of_a_walk(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, query: dict[str, str]
) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", 7)
    whole = [track["id"] for track in walk(client, limit=500, **query)]
    first = ask(client, pages=True, limit=7, **query)
    assert len(first["pages"]) == (N_TRACKS - 1) // 7
    for number, cursor in [(1, first["pages"][0]), (5, first["pages"][-1])]:
        jumped = ask(client, cursor=cursor, limit=7, **query)
        assert [track["id"] for track in jumped["items"]] == whole[7 * number : 7 * number + 7]


FILTERS: list[dict[str, Any]] = [
    {"emotion": "Q4"},
    {"emotion": ["Q1", "Q3"]},
    {"q": "copper"},
    {"artist": "zluté"},
    {"artist": "kamen A SUL"},
    {"year_from": 1975, "year_to": 1980},
    {"labelled_by": "ada"},
    {"labelled": False},
    {"sure": True},
    {"sure": False},
    {"analysis": "failed"},
    {"missing": "only"},
    {"emotion": "Q2", "q": "copper", "year_to": 1990},
]


@pytest.mark.parametrize("query", FILTERS, ids=str)
def test_counts_and_orders_are_of_the_filtered_list(client: TestClient, query: dict[str, Any]) -> None:
    by_age = list(walk(client, limit=20, **query))
    counted = ask(client, count=True, limit=1, **query)
    assert counted["count"] == len(by_age)
    assert counted["duration_s"] == pytest.approx(sum(track["duration_s"] or 0 for track in by_age))
    assert counted["pages"] is None
    for order in ("title", "-certainty"):
        by_order = [track["id"] for track in walk(client, limit=20, sort=order, **query)]
        assert sorted(by_order) == [track["id"] for track in by_age]


def test_filters_keep_what_they_say(client: TestClient, track_ids: list[UUID]) -> None:
    names = [str(track_id) for track_id in track_ids]

    def listed(**query: Any) -> list[int]:
        return [names.index(track["id"]) for track in ask(client, limit=500, **query)["items"]]

    assert listed(artist="kamen A SUL") == [4, 12, 20, 28]
    assert listed(year_from=1975, year_to=1977) == [5, 6, 7]
    assert listed(labelled_by="ada") == [0]
    assert listed(labelled_by="nobody") == []
    assert listed(emotion="Q4", labelled_by="ada") == [0], "a person stands over the model"
    assert 0 not in listed(emotion="Q1")


def test_sure_is_what_the_track_itself_says(client: TestClient) -> None:
    tracks = ask(client, limit=500)["items"]
    for sure in (True, False):
        said = {track["id"] for track in tracks if track["sure"] is sure}
        assert said
        assert {track["id"] for track in ask(client, limit=500, sure=sure)["items"]} == said
    one = next(track for track in tracks if track["sure"])
    emotion = client.get(f"/tracks/{one['id']}/emotion").json()
    assert (emotion["sure"], emotion["prediction_set"]) == (one["sure"], one["prediction_set"])


def test_states_of_the_analysis_are_those_of_the_summary(client: TestClient) -> None:
    summary = client.get("/summary").json()
    for state in ("analysed", "failed", "stale", "pending", "without_audio"):
        assert ask(client, analysis=state, count=True)["count"] == summary[f"n_{state}"]
    failed = ask(client, analysis="failed")["items"]
    assert [track["features"]["reason"] for track in failed] == ["undecodable", "too_short"]


def test_states_of_recordings_that_were_merged_or_never_analysed_are_those_of_the_summary(
    ports: ApiPorts, add_track: AddTrack
) -> None:
    """Lists have a condition for each state, the summary counts all at once: here every state has a track."""
    tracks = {name: add_track(title=name) for name in ("bare", "stale", "failed", "failed before", "twin", "merged")}
    for name in ("stale", "failed before", "merged"):
        featurize_track(ports, tracks[name])

    def change(session: Session) -> None:
        outdated = FeatureSet.track_id.in_([tracks["stale"], tracks["failed before"]])
        session.execute(update(FeatureSet).where(outdated).values(spec="an older one"))
        failures = [(tracks[name], Reason.TOO_SHORT, "1 s") for name in ("failed", "failed before", "twin")]
        FeatureRepository(session, spec=ports.spec.fingerprint).save_failures(failures)
        session.execute(update(Track).where(Track.id == tracks["merged"]).values(merged_into=tracks["twin"]))

    ports.store.transact_session("test.states", change)
    states = {
        "analysed": ["twin"],
        "failed": ["failed", "failed before"],
        "stale": ["stale"],
        "without_audio": ["bare"],
    }
    with asking(ports) as client:
        summary = client.get("/summary").json()
        for state, names in states.items():
            assert [track["title"] for track in ask(client, analysis=state)["items"]] == names
            assert summary[f"n_{state}"] == len(names)


def test_a_list_that_nobody_counts_has_no_count(client: TestClient) -> None:
    page = ask(client, limit=1)
    assert (page["count"], page["duration_s"], page["pages"]) == (None, None, None)
    assert ask(client, count=True, limit=1)["count"] == N_TRACKS
    assert ask(client, emotion=["Q1", "Q2", "Q3", "Q4"], count=True)["count"] == N_ANSWERED


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "title", "cursor": "0190b0e2-0000-7000-8000-000000000000"},
        {"sort": "title", "cursor": "artist:0190b0e2-0000-7000-8000-000000000000:a"},
        {"sort": "duration", "cursor": "duration:0190b0e2-0000-7000-8000-000000000000:nan"},
        {"sort": "duration", "cursor": "duration:0190b0e2-0000-7000-8000-000000000000:long"},
        {"sort": "title", "cursor": "title:0190b0e2:a"},
        {"sort": "added", "cursor": "title"},
    ],
)
def test_a_cursor_of_another_list_is_refused(client: TestClient, query: dict[str, str]) -> None:
    problem(client.get("/tracks", params=query), 422, "invalid_cursor")


@pytest.mark.parametrize("query", [{"sort": "mood"}, {"year_from": -1}, {"analysis": "done"}])
def test_unknown_words_are_refused(client: TestClient, query: dict[str, Any]) -> None:
    assert client.get("/tracks", params=query).status_code == 422
