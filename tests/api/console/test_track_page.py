"""The page of a track over HTTP: its answer in words, what may be said of it, and what it says where there is none."""

import math
import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from services.featurizer.media.handlers import make_media
from shared.domain.job import JobKind, Stage
from shared.domain.roles import Role
from shared.settings import WorkSettings
from shared.store.jobs.repository import NewItem
from shared.store.repositories import Repositories
from shared.worker.context import WorkerContext
from tests.api.conftest import AddTrack, asking
from tests.support.api_keys import add_key, bearer
from tests.support.console_library import N_ANSWERED, fill_library
from tests.support.featurized_tracks import featurize_track
from tests.support.pictures import RED, picture_bytes
from tests.support.queued_items import queued_items

PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def track_ids(shared_ports: ApiPorts) -> list[UUID]:
    """A library that the model answered."""
    return fill_library(shared_ports, shared_ports.library.roots[0])


@pytest.fixture(scope="module")
def site(shared_ports: ApiPorts, track_ids: list[UUID]) -> Iterator[TestClient]:
    """A client of that library."""
    assert track_ids
    with asking(shared_ports) as client:
        yield client


def read(client: TestClient, track_id: UUID | str) -> str:
    page = client.get(f"/console/tracks/{track_id}", headers=PAGE)
    assert page.status_code == 200, page.text
    return re.sub(r"\s+", " ", page.text)


def list_said(page: str) -> list[str]:
    """The moods that the page offers to say."""
    return re.findall(r'data-say="(\w+)"', page)


def find_answered(site: TestClient, certainty: str) -> str:
    items = site.get("/tracks?limit=200&taxonomy=quadrant4").json()["items"]
    return str(next(track["id"] for track in items if (track["certainty"] or "").endswith(certainty)))


def test_a_page_shows_the_song_and_its_answer(site: TestClient) -> None:
    page = read(site, find_answered(site, "in 10"))
    assert re.search(r"<h1[^>]*><bdi>\w", page)
    assert "0:20" in page
    assert re.search(r"(Probably|Very likely|Almost surely) (happy|tense|sad|calm)\.", page)
    assert re.search(r"Right about \d times in 10 for songs like this", page)
    assert re.search(
        r"\d+ labelled songs got this answer\. \d+ were (happy|tense|sad|calm) \(\d+ to \d+ in 100\)", page
    )
    assert "Your model svm, version 1, on descriptors. It has not learned from this song." in page
    assert len(re.findall(r'class="fill-mood" width="\d+"', page)) == 4
    assert len(list_said(page)) == 4
    assert "Yes, " in page
    assert 'style="' not in page


def test_an_unsure_answer_asks_for_yours(site: TestClient) -> None:
    page = read(site, find_answered(site, "unsure"))
    assert re.search(r"Unsure\..*It could be any of \w+ moods\. Your answer would help here\.", page)
    assert "Yes, " not in page
    assert len(list_said(page)) == 4


def test_a_person_decides(site: TestClient, track_ids: list[UUID]) -> None:
    page = read(site, track_ids[0])
    assert "Calm, says ada." in page
    assert "answer-said" in page
    assert "mer had answered happy. A person’s word counts." in page
    assert "<bdi>ada</bdi>" in page


def test_the_own_label_is_yours_and_is_listed(site: TestClient, track_ids: list[UUID]) -> None:
    body = {"emotion": "Q2", "taxonomy": "quadrant4"}
    address = f"/tracks/{track_ids[5]}/annotations/me"
    assert site.put(address, json=body).status_code in {200, 201}
    page = read(site, track_ids[5])
    assert "Tense, say you." in page
    assert "mer answers the same." in page
    assert "<bdi>You</bdi>" in page
    assert list_said(page) == ["Q1", "Q3", "Q4"]
    site.delete(f"{address}?taxonomy=quadrant4")
    page = read(site, track_ids[5])
    assert "say you" not in page
    assert "taken back" in page


def test_what_has_no_answer_says_why(site: TestClient, track_ids: list[UUID]) -> None:
    broken, short, _, speech = track_ids[N_ANSWERED:]
    assert "The file is damaged." in read(site, broken)
    assert "The file is too short." in read(site, short)
    page = read(site, speech)
    assert "Not music, as far as mer can tell." in page
    assert "It gets no mood." in page
    assert "fill-mood" not in page


def test_an_answer_in_work_comes_by_itself(site: TestClient, shared_ports: ApiPorts, track_ids: list[UUID]) -> None:
    waiting = track_ids[N_ANSWERED + 2]

    def queue(repositories: Repositories) -> None:
        job, _ = repositories.jobs.create_job(JobKind.RECOMPUTE, {})
        repositories.jobs.add_items(job.id, Stage.FEATURIZE, [NewItem("a", {}, waiting)])

    shared_ports.store.transact("test.queue", queue)
    page = read(site, waiting)
    assert "In work." in page
    assert "data-refresh" in page


def test_similar_songs_follow_in_the_queue(client: TestClient, ports: ApiPorts, add_track: AddTrack) -> None:
    track_ids = [add_track(title=f"song {n}", artist=f"artist {n}") for n in range(8)]
    for n, track_id in enumerate(track_ids):
        featurize_track(ports, track_id, descriptors=[1000 + 500 * math.cos(n), math.sin(n), 7.0])
    page = read(client, track_ids[0])
    played = re.findall(r'data-play data-track-id="([^"]+)"', page)
    nearest = client.get(f"/tracks/{track_ids[0]}/similar?limit=6&per_artist=2").json()["items"]
    assert played == [str(track_ids[0]), *(track["track_id"] for track in nearest)]
    assert len(nearest) == 6
    assert f'href="/console/tracks/{nearest[0]["track_id"]}"' in page


def test_a_cover_is_shown_once_it_is_made(site: TestClient, shared_ports: ApiPorts, track_ids: list[UUID]) -> None:
    (shared_ports.library.roots[0] / "songs" / "cover.jpg").write_bytes(picture_bytes(RED))
    page = read(site, track_ids[7])
    assert "/cover?size=480" not in page
    assert 'id="waveform"' in page
    item_ids = queued_items(shared_ports, Stage.MEDIA)
    bench = WorkerContext(store=shared_ports.store, bus=shared_ports.bus, work=WorkSettings(), worker="here:1")
    make_media(item_ids, bench=bench, library=shared_ports.library, blobs=shared_ports.blobs, cache_bytes=10**9)
    address = f"/tracks/{track_ids[7]}/cover?size=480"
    assert f'src="{address}"' in read(site, track_ids[7])
    assert site.get(address).status_code == 200


def test_without_a_model_a_song_can_be_labelled(client: TestClient, add_track: AddTrack) -> None:
    page = read(client, add_track(title="<b>Ode</b>", licence="CC0-1.0", attribution="the archive"))
    assert "No model answers yet." in page
    assert "&lt;b&gt;Ode&lt;/b&gt;" in page
    assert len(list_said(page)) == 4
    assert "CC0-1.0, by <bdi>the archive</bdi>" in page
    assert "Known once the song is analysed." in page
    assert 'id="waveform"' not in page, "there is no file to draw it of"


@pytest.mark.parametrize("track_id", ["nothing", "019aa0f2-7c1e-7a90-b1a5-53a6a3a2f001"])
def test_an_unknown_track_is_a_page(site: TestClient, track_id: str) -> None:
    page = site.get(f"/console/tracks/{track_id}", headers=PAGE)
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "There is no track" in page.text


def test_a_merged_track_leads_to_the_one_that_stands_for_it(
    client: TestClient, ports: ApiPorts, add_track: AddTrack
) -> None:
    kept, merged = add_track(title="Ode", duration_s=200.0), add_track(title="ODE!", duration_s=201.0)
    ports.store.transact("test.settle", lambda repositories: repositories.resolve_duplicates([kept, merged]))
    (question,) = client.get("/duplicates").json()["items"]
    answer = client.post(f"/duplicates/{question['id']}/merge", json={"who": "ada"})
    assert answer.status_code == 200, answer.text
    page = client.get(f"/console/tracks/{merged}", follow_redirects=False)
    assert (page.status_code, page.headers["location"]) == (307, f"/console/tracks/{kept}")


def test_who_may_only_read_sees_no_label_buttons(client: TestClient, ports: ApiPorts, add_track: AddTrack) -> None:
    track_id = add_track()
    keys = {role: add_key(ports.store, role.value, role) for role in (Role.READ, Role.LABEL)}
    pages = {role: client.get(f"/console/tracks/{track_id}", headers=bearer(key) | PAGE) for role, key in keys.items()}
    assert {role: bool(list_said(page.text)) for role, page in pages.items()} == {Role.READ: False, Role.LABEL: True}
    assert all(page.status_code == 200 for page in pages.values())
    assert str(ports.library.roots[0]) not in pages[Role.READ].text
