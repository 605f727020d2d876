"""`mer similar` against a real API over HTTP."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.api.deps import ApiPorts
from services.cli.app import app
from shared.domain.track import AudioFile, SourceRef
from tests.api.conftest import AddTrack
from tests.support.featurized_tracks import featurize_track


def test_similar_tracks_are_listed_and_written_as_a_playlist(
    served: str, ports: ApiPorts, add_track: AddTrack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    file = AudioFile(locator="music/rock/one.mp3", size_bytes=1, mtime_ns=1)
    from_file = {"refs": (SourceRef("folder", file.locator),), "audio": file}
    tracks = [add_track(title=f"song {i}", artist=f"artist {i}", **(from_file if i == 1 else {})) for i in range(4)]
    for i, track_id in enumerate(tracks):
        featurize_track(ports, track_id, descriptors=[float(i), float(i * i)])
    playlist = tmp_path / "mix.m3u8"
    done = CliRunner().invoke(app, ["similar", str(tracks[0]), "--limit", "2", "--m3u", str(playlist)])
    assert done.exit_code == 0, done.output
    assert [name for name in ("song 0", "song 1", "song 2", "song 3") if name in done.output] == ["song 1", "song 2"]
    assert "standardised descriptors" in done.output
    path = ports.library.host_path("music/rock/one.mp3")
    assert playlist.read_text() == f"#EXTM3U\n#EXTINF:-1,artist 1 - song 1\n{path}\n", "of two one has a file"
    unheard = CliRunner().invoke(app, ["similar", str(add_track())])
    assert unheard.exit_code == 1
    assert "no_features" in str(unheard.exception) or "crawl the folder" in str(unheard.exception)
