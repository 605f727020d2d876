"""`DELETE /tracks`: one track, all missing ones, and what people labelled."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from services.api.deps import ApiPorts
from shared.store.tables import Track
from shared.store.tracks.merges import MergePair, MergeReason, MergeRepository
from tests.api.conftest import AddTrack
from tests.api.tracks.test_tracks import say
from tests.support.problem_answers import problem
from tests.support.served_api import RunMer

AddMissing = Callable[..., UUID]


@pytest.fixture
def add_missing(ports: ApiPorts, add_track: AddTrack) -> AddMissing:
    def add(**said: str) -> UUID:
        track_id = add_track(**said)

        def mark(session: Session) -> None:
            session.get_one(Track, track_id).missing_since = datetime.now(UTC)

        ports.store.transact_session("test.missing", mark)
        return track_id

    return add


def n_tracks(client: TestClient) -> int:
    return len(client.get("/tracks", params={"missing": "include"}).json()["items"])


def test_a_track_goes_once_and_a_dry_run_changes_nothing(client: TestClient, add_track: AddTrack) -> None:
    track_id = add_track(title="Ode")
    would = client.delete(f"/tracks/{track_id}", params={"dry_run": True}).json()
    assert (would["dry_run"], [one["title"] for one in would["removed"]]) == (True, ["Ode"])
    assert client.get(f"/tracks/{track_id}").status_code == 200
    went = client.delete(f"/tracks/{track_id}").json()
    assert went == {**would, "dry_run": False}
    problem(client.get(f"/tracks/{track_id}"), 404, "not_found")
    problem(client.delete(f"/tracks/{track_id}"), 404, "not_found")


def test_what_people_said_goes_only_where_that_is_asked_for(client: TestClient, add_track: AddTrack) -> None:
    track_id = add_track()
    say(client, track_id, "sad")
    assert "labels=true" in problem(client.delete(f"/tracks/{track_id}"), 409, "has_labels")
    would = client.delete(f"/tracks/{track_id}", params={"dry_run": True}).json()
    assert (would["removed"], [one["annotations"] for one in would["kept"]]) == ([], [{"person": 1}])
    client.delete(f"/tracks/{track_id}", params={"labels": True})
    assert n_tracks(client) == 0


def test_what_was_taken_back_does_not_hold_a_track(client: TestClient, add_track: AddTrack) -> None:
    track_id = add_track()
    say(client, track_id, "sad")
    client.delete(f"/tracks/{track_id}/annotations/ada")
    assert client.delete(f"/tracks/{track_id}").status_code == 200


def test_a_merged_track_is_removed_by_who_stands_for_it(
    client: TestClient, ports: ApiPorts, add_track: AddTrack
) -> None:
    kept, merged = add_track(), add_track()
    pair = MergePair(one=kept, other=merged, reason=MergeReason.PERSON, who="tests")
    ports.store.transact_session("test.merge", lambda session: MergeRepository(session).unite_pairs([pair]))
    moved = client.delete(f"/tracks/{merged}", follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (307, f"/tracks/{kept}")
    assert client.delete(f"/tracks/{kept}").json()["removed"][0]["n_tracks"] == 2
    for track_id in (kept, merged):
        problem(client.get(f"/tracks/{track_id}"), 404, "not_found")


def test_missing_tracks_go_in_pages_and_labelled_ones_stay(
    client: TestClient, add_track: AddTrack, add_missing: AddMissing
) -> None:
    there = add_track()
    missing = [add_missing() for _ in range(5)]
    say(client, missing[1], "sad")
    problem(client.delete("/tracks"), 422, "invalid_request")
    problem(client.delete("/tracks", params={"missing": False}), 422, "nothing_named")
    for dry_run in (True, False):
        removed, kept, cursor, pages = [], [], None, 0
        while pages == 0 or cursor:
            asked = {"missing": True, "limit": 2, "dry_run": dry_run} | ({"cursor": cursor} if cursor else {})
            page = client.delete("/tracks", params=asked).json()
            removed += [one["track_id"] for one in page["removed"]]
            kept += [one["track_id"] for one in page["kept"]]
            cursor, pages = page["next"], pages + 1
        assert (pages, len(removed), kept) == (3, 4, [str(missing[1])])
        assert n_tracks(client) == (6 if dry_run else 2)
    assert client.get(f"/tracks/{there}").status_code == 200


def test_the_command_line_says_what_goes_and_what_stays(
    mer: RunMer, client: TestClient, add_track: AddTrack, add_missing: AddMissing
) -> None:
    labelled, one = add_missing(title="Held"), add_track(title="Named")
    add_missing(title="Lost")
    say(client, labelled, "sad")
    said = mer("tracks", "--missing", "--delete", "--dry-run")
    assert "1 track would go: 0 feature sets, 0 arrays, 0 predictions, 0 labels." in said
    assert "Lost" in said
    assert "1 track stays: people labelled it (--labels removes it too)" in said
    assert n_tracks(client) == 3
    assert "1 track removed" in mer("tracks", "--missing", "--delete")
    assert "1 track removed" in mer("tracks", "--missing", "--delete", "--labels")
    assert "Named" in mer("tracks", str(one), "--delete")
    assert n_tracks(client) == 0
