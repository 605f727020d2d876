"""`mer review` against a real API over HTTP."""

from uuid import UUID

import pytest

from services.api.deps import ApiPorts
from shared.domain.track import AudioFile, SourceRef
from tests.api.conftest import AddTrack
from tests.support.featurized_tracks import featurize_track
from tests.support.served_api import RunMer


def test_tracks_are_listed_with_the_command_that_labels_them(
    mer: RunMer, ports: ApiPorts, add_track: AddTrack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert "nothing to label" in mer("review", "--taxonomy", "quadrant4")
    tracks: list[UUID] = []
    for i in range(4):
        audio = AudioFile(locator=f"music/{i}.mp3", size_bytes=1, mtime_ns=1)
        refs = (SourceRef("folder", audio.locator),)
        tracks.append(add_track(refs=refs, title=f"song {i}", artist=f"artist {i}", audio=audio))
        featurize_track(ports, tracks[-1], descriptors=[float(i), float(i * i)])
    found = mer("review", "-n", "3", "--taxonomy", "quadrant4", "--as", "ann b")
    listed = [track_id for track_id in tracks if str(track_id) in found]
    assert len(listed) == 3
    assert "3 of 4 tracks that ann b has not labelled (0 labelled)" in found
    assert "mer label ID EMOTION --taxonomy quadrant4 --as 'ann b'" in found
    assert "EMOTION is one of Q1 happy, Q2 tense, Q3 sad, Q4 calm" in found
    mer("label", str(listed[0]), "tense", "--taxonomy", "quadrant4", "--as", "ann b")
    report = mer("review", "--progress", "--taxonomy", "quadrant4", "--as", "ann b")
    assert "1 of 3 drawn tracks labelled" in report
    assert "0 labels can be compared; figures are shown from 30" in report
