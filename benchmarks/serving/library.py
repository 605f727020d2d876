"""A library of made-up rows: the starter has predicted all tracks, and a person and a playlist have labelled some."""

import io
import random
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from benchmarks.running import RunningSystem
from shared.domain.emotion import QUADRANT4
from shared.domain.features import FeatureSpec
from shared.domain.taggers import MUSICNN, YAMNET
from shared.domain.track_tags import TAG_RULES
from shared.starter.installation import install_starters

_LABELLED_SHARE = 0.2
_N_TAGS = 5
_TAGS = tuple(TAG_RULES.thresholds)
_NULL = "\\N"


@dataclass(frozen=True)
class FilledLibrary:
    """What is asked for."""

    track_ids: list[UUID]
    model_id: UUID
    """Of the starter of quadrants, which answers."""


def fill_library(system: RunningSystem, *, n_tracks: int, seed: int) -> FilledLibrary:
    """Write the library into an empty database."""
    install_starters(system.store, system.blobs, enabled=True)
    return system.store.transact_session("bench.fill", lambda session: _write_rows(session, n_tracks, seed))


def _write_rows(session: Session, n_tracks: int, seed: int) -> FilledLibrary:
    rng = random.Random(seed)
    track_ids = [uuid7() for _ in range(n_tracks)]
    model_id: UUID = session.execute(
        text("select id from models where state = 'starter' and taxonomy = :name"), {"name": QUADRANT4.name}
    ).scalar_one()
    spec, n_emotions = FeatureSpec().fingerprint, len(QUADRANT4.emotions)
    tracks, sources, features, outputs, tags, predictions, annotations = ([] for _ in range(7))
    for number, track_id in enumerate(track_ids):
        tracks.append(f"{track_id}\tTrack {number}\tArtist {number // 9}\tartist {number // 9}\tAlbum {number // 9}\tf")
        sources.append(f"{track_id}\tfolder\tmusic/{number}.mp3\tmusic/{number}.mp3")
        features.append(f"{track_id}\t{spec}\tready")
        for tagger, digits in ((YAMNET.name, YAMNET.fingerprint), (MUSICNN.name, TAG_RULES.tagger_fingerprint)):
            outputs.append(f"{track_id}\t{tagger}\t{digits}\t\\\\x00\t{TAG_RULES.fingerprint}")
        tags += [
            f"{track_id}\t{MUSICNN.name}\t{TAG_RULES.tagger_fingerprint}\t{word}\t{rng.uniform(1, 4):.3f}"
            for word in rng.sample(_TAGS, _N_TAGS)
        ]
        weights = [rng.expovariate(1) for _ in range(n_emotions)]
        shares = [weight / sum(weights) for weight in weights]
        point = (rng.uniform(-1, 1), rng.uniform(-1, 1))
        emotion = QUADRANT4.emotions[shares.index(max(shares))]
        predictions.append(
            f"{track_id}\t{model_id}\t{emotion}\t{{{','.join(map(str, shares))}}}\theld_out\t{point[0]}\t{point[1]}"
        )
        if rng.random() < _LABELLED_SHARE:
            label = rng.choice(QUADRANT4.emotions)
            annotations.append(f"{track_id}\t{rng.choice((1, 2))}\t{QUADRANT4.name}\t{label}")
    session.execute(
        text(
            "insert into annotators (id, kind, name) overriding system value "
            "values (1, 'person', 'ada'), (2, 'playlist', 'rainy days')"
        )
    )
    _copy_lines(session, "tracks (id, title, artist, artist_group, album, synthetic)", tracks)
    _copy_lines(session, "track_sources (track_id, source, source_id, locator)", sources)
    _copy_lines(session, "feature_sets (track_id, spec, state)", features)
    _copy_lines(session, "tagger_outputs (track_id, tagger, fingerprint, values, tag_rules)", outputs)
    _copy_lines(session, "track_tags (track_id, tagger, fingerprint, tag, score)", tags)
    _copy_lines(
        session, "predictions (track_id, model_id, emotion, probabilities, basis, valence, arousal)", predictions
    )
    _copy_lines(session, "annotations (track_id, annotator_id, taxonomy, emotion)", annotations)
    session.execute(text("analyze"))
    return FilledLibrary(track_ids, model_id)


def _copy_lines(session: Session, table: str, lines: Iterable[str]) -> None:
    file = io.StringIO("".join(f"{line}\n" for line in lines))
    session.connection().connection.cursor().copy_expert(f"copy {table} from stdin", file)
