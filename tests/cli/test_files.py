"""`mer crawl`, `mer emotion` and `mer tracks` with the names that files and people have, against a real API."""

import os
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from services.api.deps import ApiPorts
from services.cli.app import app
from services.cli.client import ApiClient
from shared.errors import MerError
from shared.store.tables import Upload
from tests.api.conftest import AddTrack
from tests.support.published_models import publish, train


@pytest.fixture
def misnamed(folder: Path) -> Path:
    """A file whose name is Latin-1."""
    path = Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.wav"))
    path.write_bytes(b"RIFF")
    return path


def test_a_crawl_of_a_file_whose_name_is_not_utf8_is_refused_in_a_sentence(served: str, misnamed: Path) -> None:
    done = CliRunner().invoke(app, ["crawl", str(misnamed)])
    assert isinstance(done.exception, MerError)
    assert (
        str(done.exception)
        .encode()
        .endswith(rb"caf\xe9.wav: this name is not valid UTF-8: rename it (`convmv` does that for whole folders)")
    )


def test_a_file_whose_name_is_not_utf8_can_be_asked_about(
    served: str, misnamed: Path, ports: ApiPorts, add_track: AddTrack
) -> None:
    publish(ports, train(), judged=add_track())
    waiting = ApiClient().upload_file("/predict", misnamed)
    assert waiting["kind"] == "predict"
    with ports.store.read_session() as session:
        assert session.scalars(select(Upload.name)).all() == ["caf\N{REPLACEMENT CHARACTER}.wav"]


def test_words_are_found_with_and_without_quotes(served: str, add_track: AddTrack) -> None:
    add_track(title="Carefree", artist="Kevin MacLeod")
    add_track(title="Other", artist="Kevin Other")
    quoted, plain = (CliRunner().invoke(app, ["tracks", *words]) for words in (["Kevin MacLeod"], ["Kevin", "MacLeod"]))
    assert plain.exit_code == 0, plain.output
    assert "Carefree" in plain.output
    assert "Other" not in plain.output
    assert plain.output == quoted.output


def test_a_list_without_a_track_says_so(served: str, add_track: AddTrack) -> None:
    empty = CliRunner().invoke(app, ["tracks"])
    assert empty.output.startswith("no tracks yet: `mer crawl FOLDER`")
    add_track(title="Carefree")
    nowhere = CliRunner().invoke(app, ["tracks", "zzz"])
    assert (nowhere.exit_code, nowhere.output.splitlines()[0]) == (0, "no track matches")
