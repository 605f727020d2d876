"""`mer tracks --tag` and `mer similar --by taggers` against a real API over HTTP."""

import pytest
from rich.console import Console
from typer.testing import CliRunner

from services.api.deps import ApiPorts
from services.cli.app import app
from services.cli.commands.similar import show_similar
from tests.api.conftest import AddTrack
from tests.support.tagged_tracks import tag_track


def test_tracks_are_listed_by_tags(
    served: str, ports: ApiPorts, add_track: AddTrack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    for title, mellow, acoustic in (("weak", 2.0, 2.0), ("clear", 3.0, 3.02), ("in one", 4.0, -1.0)):
        tag_track(ports.store, add_track(title=title), {"mellow": mellow, "acoustic": acoustic})
    done = CliRunner().invoke(app, ["tracks", "--tag", "mellow", "--tag", "acoustic"])
    assert done.exit_code == 0, done.output
    assert done.output.index("clear") < done.output.index("weak")
    assert "in one" not in done.output
    assert "acoustic 3.0, mellow 3.0" in done.output
    refused = CliRunner().invoke(app, ["tracks", "--tag", "80s"])
    assert refused.exit_code == 1
    assert "mellow" in f"{refused.output}{refused.exception}"


def test_what_taggers_hear_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    by = {"kind": "taggers", "model": None, "taggers": {"yamnet": "ab", "chords": "cd"}, "spec": "ef"}
    show_similar(Console(), {"items": [], "by": by, "per_artist": 1})
    assert "by what audio taggers hear (yamnet, chords), at most 1 of an artist" in capsys.readouterr().out
