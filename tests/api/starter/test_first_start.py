"""What `mer up --library` does where nothing is known yet."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from services.api.deps import ApiPorts
from services.cli.client import ApiClient
from services.cli.commands.up import crawl_folders, show_welcome
from shared.bus.routes import PULSES
from shared.store.repositories import Repositories
from tests.api.conftest import AddTrack


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=200)


def printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.fixture
def alive(ports: ApiPorts) -> None:
    """Every worker has taken a message just now."""

    def record_pulses(repositories: Repositories) -> None:
        for queue in PULSES:
            repositories.pulses.record_pulse(queue.value, host="here:1")

    ports.store.transact("test.pulse", record_pulses)


@pytest.mark.usefixtures("alive", "served")
def test_the_first_start_crawls_the_library_and_a_later_one_does_not(folder: Path, console: Console) -> None:
    client, music = ApiClient(), folder / "music"
    show_welcome(client, console, with_demo=False, library=[music])
    assert f"crawling {music}: `mer jobs` shows how far it is" in printed(console)
    (job,) = client.get("/jobs")["items"]
    assert (job["kind"], job["params"]["source"]) == ("crawl", "folder")
    show_welcome(client, console, with_demo=False, library=[music])
    assert len(client.get("/jobs")["items"]) == 1


@pytest.mark.usefixtures("alive", "served")
def test_where_tracks_are_known_nothing_is_crawled(folder: Path, console: Console, add_track: AddTrack) -> None:
    add_track()
    show_welcome(ApiClient(), console, with_demo=False, library=[folder / "music"])
    assert ApiClient().get("/jobs")["items"] == []


@pytest.mark.usefixtures("served")
def test_moods_are_promised_only_where_the_starter_answers(folder: Path, console: Console) -> None:
    crawl_folders(ApiClient(), console, [folder / "music"], moods=False)
    assert "mood" not in printed(console)
    crawl_folders(ApiClient(), console, [folder / "music"], moods=True)
    assert "every track then has a mood" in printed(console)
