"""`POST /crawl` and `/crawl/preview` for sources on the web: refused with what to set, planned without a call."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from services.api.deps import ApiPorts
from services.cli.commands.crawl_options import crawl_body
from shared.domain.crawl import CrawlRequest
from shared.domain.job import ItemState, JobKind, Stage
from shared.domain.web_sources import WEB_SOURCES
from shared.errors import Reason
from shared.settings import SourceSettings
from shared.store import Store
from shared.store.jobs.items import ItemOutcome, JobItemRepository
from shared.store.jobs.repository import JobRepository, NewItem
from tests.api.conftest import asking

ALL_ON = SourceSettings(
    acknowledge_spotify_terms=True,
    spotify_client_id="a",
    spotify_client_secret="b",
    acknowledge_deezer_terms=True,
    acknowledge_itunes_terms=True,
    jamendo_client_id="c",
    navidrome_url="http://n",
    navidrome_user="u",
    navidrome_password="p",
)
MOODS = {"source": "spotify", "moods": {"calm": ["quiet", "soft"], "sad": ["blue"]}}


@pytest.fixture
def allowed(ports: ApiPorts) -> Iterator[TestClient]:
    with asking(replace(ports, sources=ALL_ON)) as client:
        yield client


@pytest.mark.parametrize(
    ("body", "code", "variable"),
    [
        (MOODS, "terms_not_acknowledged", "MER_ACKNOWLEDGE_SPOTIFY_TERMS=true"),
        ({"source": "deezer", "searches": ["x"]}, "terms_not_acknowledged", "MER_ACKNOWLEDGE_DEEZER_TERMS=true"),
        ({"source": "itunes", "searches": ["x"]}, "terms_not_acknowledged", "MER_ACKNOWLEDGE_ITUNES_TERMS=true"),
        ({"source": "jamendo", "searches": ["x"]}, "no_credentials", "MER_JAMENDO_CLIENT_ID"),
        ({"source": "navidrome"}, "no_credentials", "MER_NAVIDROME_PASSWORD"),
    ],
)
def test_a_source_that_is_off_is_refused_with_the_variable_that_turns_it_on(
    client: TestClient, body: Any, code: str, variable: str
) -> None:
    answer = client.post("/crawl", json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, code)
    assert variable in answer.json()["detail"]
    assert client.get("/jobs").json()["items"] == []


def test_audio_from_a_source_that_is_off_is_refused_too(ports: ApiPorts) -> None:
    only_spotify = SourceSettings(acknowledge_spotify_terms=True, spotify_client_id="a", spotify_client_secret="b")
    with asking(replace(ports, sources=only_spotify)) as client:
        answer = client.post("/crawl", json={**MOODS, "audio": ["deezer"]})
    assert "MER_ACKNOWLEDGE_DEEZER_TERMS" in answer.json()["detail"]


def test_a_mood_crawl_is_accepted_and_kept_as_it_was_asked(allowed: TestClient) -> None:
    job = allowed.post("/crawl", json=MOODS)
    assert job.status_code == 202, job.text
    assert job.json()["params"] == MOODS
    assert job.json()["parked"] is None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"source": "spotify"}, "playlists, searches, tracks or moods"),
        ({"source": "spotify", "moods": {"angry": ["x"]}}, "free words go into tags"),
        ({"source": "spotify", "moods": {"calm": []}}, "moods.calm"),
        ({"source": "itunes", "playlists": ["x"]}, "searches or tracks"),
        ({"source": "folder", "path": "rock", "playlists": ["x"]}, "give it a path"),
        ({"source": "spotify", "playlists": ["x"], "audio": ["napster"]}, "napster"),
        ({"source": "spotify", "playlists": ["a\x00b"]}, "playlists"),
    ],
)
def test_a_request_that_cannot_be_meant_is_refused_in_words(
    allowed: TestClient, body: dict[str, Any], said: str
) -> None:
    answer = allowed.post("/crawl", json=body)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


def test_a_preview_says_what_would_be_fetched_and_asks_nobody(allowed: TestClient) -> None:
    plan = allowed.post("/crawl/preview", json={**MOODS, "limit": 120, "audio": ["deezer"]}).json()
    assert plan["fetches"] == ["playlist quiet as calm", "playlist soft as calm", "playlist blue as sad"]
    assert [(c["call"], c["at_least"], c["at_most"]) for c in plan["calls"]] == 3 * [("playlist", 1, 3)] + [
        ("clip", 0, None)
    ]
    assert plan["n_calls_at_least"] == 3
    assert plan["may_start"]
    assert "training" in plan["terms"]
    assert "80 calls in 30 s" in plan["limits"][0]
    assert allowed.get("/jobs").json()["items"] == []


def test_a_preview_of_a_source_that_is_off_says_how_to_turn_it_on(client: TestClient) -> None:
    plan = client.post("/crawl/preview", json=MOODS).json()
    assert not plan["may_start"]
    assert "MER_ACKNOWLEDGE_SPOTIFY_TERMS" in plan["refusal"]


def test_a_preview_of_local_sources_needs_no_call(client: TestClient) -> None:
    plan = client.post("/crawl/preview", json={"source": "folder", "path": "rock"}).json()
    assert (plan["fetches"], plan["calls"], plan["least_s"]) == (["folder rock"], [], None)
    assert client.post("/crawl/preview", json={"source": "folder", "path": "jazz"}).status_code == 404


def test_parked_work_is_shown_with_its_reason_and_its_time(client: TestClient, store: Store) -> None:
    def park(session: Session) -> Any:
        job, _ = JobRepository(session).create_job(JobKind.CRAWL, {"source": "spotify"}, listed=True)
        items = JobRepository(session).add_items(job.id, Stage.COLLECT, [NewItem(str(n), {}) for n in range(2)])
        claim = JobItemRepository(session).claim_items(items, stage=Stage.COLLECT, worker="here:1", lease_s=30)
        parked = ItemOutcome(
            item_id=items[0],
            state=ItemState.QUEUED,
            reason=Reason.RATE_LIMITED,
            detail="Spotify: quota",
            wake_in_s=3600,
            counts_as_attempt=False,
        )
        JobItemRepository(session).finish_items(
            claim.token, [parked, ItemOutcome(item_id=items[1], state=ItemState.DONE)]
        )
        return job.id

    job_id = store.transact_session("test.park", park)
    job = client.get(f"/jobs/{job_id}").json()
    assert job["state"] == "running"
    assert job["items"] == {"requested": 2, "queued": 1, "running": 0, "done": 1, "failed": 0, "skipped": 0}
    assert (job["parked"]["n_items"], job["parked"]["reason"]) == (1, "rate_limited")
    assert job["reasons"] == {}, "what waits has not failed"
    items = client.get(f"/jobs/{job_id}/items").json()["items"]
    assert [item["wake_at"] is not None for item in items] == [True, False]
    assert [item["attempts"] for item in items] == [0, 1]
    assert client.delete(f"/jobs/{job_id}").json()["items"]["skipped"] == 1


def test_the_command_line_asks_for_the_same_as_the_api() -> None:
    def body(
        what: str,
        *,
        searches: list[str] | None = None,
        moods: list[str] | None = None,
        audio: list[str] | None = None,
        **rest: Any,
    ) -> dict[str, Any]:
        return crawl_body(
            what, source=None, playlists=None, searches=searches, tracks=None, moods=moods, audio=audio, **rest
        )

    assert body("spotify", moods=["calm=a", "calm=b", "sad=c"], limit=None) == {
        "source": "spotify",
        "moods": {"calm": ["a", "b"], "sad": ["c"]},
    }
    assert body("/nowhere/x.csv") == {"source": "table", "path": "/nowhere/x.csv"}
    assert body("deezer", searches=["x"], audio=["none"])["audio"] == []


def test_a_request_of_every_web_source_comes_back_from_its_job() -> None:
    for source in WEB_SOURCES.values():
        request = CrawlRequest(source=source.name, tracks=("1",))
        assert CrawlRequest.from_params(request.to_params()) == request
