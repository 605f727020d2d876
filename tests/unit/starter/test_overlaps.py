"""Which tracks the starter knows, by their artists and by their sound."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import numpy as np

from shared.domain.exposure import RecordingTraces
from shared.fingerprints.matching import Fingerprint
from shared.starter.overlaps import StarterOverlap, find_overlaps
from shared.starter.rows import StarterRows, hash_artist_group
from tests.support.fake_starters import starter_rows
from tests.support.made_up_clips import draw_fingerprint

TRACK = UUID(int=1)
CLIPS = [draw_fingerprint(seed) for seed in range(3)]


def rows() -> StarterRows:
    """Two clips by Ada, one by Bob; Cleo is only credited beside one of them."""
    made = starter_rows(np.zeros((3, 2), dtype=np.float32), ["Q1"] * 3, ["ada", "bob", "ada"], fingerprints=CLIPS)
    return replace(made, known_artist_hashes=made.known_artist_hashes | {hash_artist_group("cleo")})


def find(frozen: str, *today: str, sound: Fingerprint | None = None) -> StarterOverlap | None:
    """The overlap of one track, of a group as it was frozen and of those of today."""
    traces = RecordingTraces(recordings=frozenset(), artist_groups=frozenset(today), audio_sha256=frozenset())
    repositories: Any = SimpleNamespace(
        evaluations=SimpleNamespace(list_traces=lambda _: {TRACK: traces} if today else {}),
        fingerprints_of=lambda **_: SimpleNamespace(
            list_by_recording=lambda track_ids: [(TRACK, sound)] if sound is not None and TRACK in track_ids else []
        ),
    )
    return find_overlaps(repositories, [TRACK], [frozen], rows()).get(TRACK)


def test_a_track_of_others_is_not_known() -> None:
    assert find("dan", "dan", sound=draw_fingerprint(99)) is None


def test_an_artist_is_known_by_the_frozen_group_and_by_those_of_today() -> None:
    assert find("ada") == find("album:1", "ada") == StarterOverlap(rows=frozenset({0, 2}))


def test_an_artist_who_is_only_credited_is_known_without_rows() -> None:
    assert find("cleo") == StarterOverlap(rows=frozenset())


def test_a_recording_is_known_with_all_rows_of_its_artist() -> None:
    assert find("track:1", sound=CLIPS[2]) == StarterOverlap(rows=frozenset({0, 2}))
