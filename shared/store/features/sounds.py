"""What tracks are known to sound like, whatever their files are called."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from shared.domain.file_state import FileState
from shared.fingerprints.matching import Fingerprint
from shared.store.base_repository import BaseRepository
from shared.store.features.fingerprints import FingerprintRepository
from shared.store.features.spec_stages import SpecStages
from shared.store.tables import FeatureSet, Track, TrackSource
from shared.store.tracks.duplicates import DuplicateRepository


@dataclass(frozen=True, kw_only=True, eq=False)
class Sound:
    """What tells one sound from another. Two hashes of a window are comparable where one rule chose the window."""

    duration_s: float | None
    audio_sha256: str | None
    """Of the described window; None where another rule chose it."""
    decoded_sha256: str | None = None
    """Of all decoded samples; None where nobody asked."""
    fingerprint: Fingerprint | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class KnownSound:
    """The sound of a track, and whether a file of it is there."""

    track_id: UUID
    sound: Sound
    has_file: bool = False


class SoundRepository(BaseRepository):
    """All SQL on the sounds of tracks, compared under one spec."""

    def __init__(self, session: Session, *, spec: str) -> None:
        super().__init__(session)
        self._specs = frozenset(SpecStages(session).list_specs_sharing(spec, ("descriptors", "mel")))

    def lock_hashes(self, hashes: Iterable[str]) -> None:
        """Lock these hashes, so that nobody else decides whose sounds they are until this transaction ends."""
        DuplicateRepository(self._session).lock_keys(f"audio/{digits}" for digits in hashes)

    def list_by_track(self, track_ids: Collection[UUID]) -> dict[UUID, list[Sound]]:
        """Every known sound of these very tracks; nothing for one that was never decoded."""
        sounds: dict[UUID, list[Sound]] = {}
        fingerprints = FingerprintRepository(self._session).list_by_track(track_ids)
        query = select(FeatureSet).where(FeatureSet.track_id.in_(track_ids), FeatureSet.audio_sha256.is_not(None))
        for row in self._session.scalars(query.order_by(FeatureSet.made_at.desc())):
            sounds.setdefault(row.track_id, []).append(self._sound(row, fingerprints.get(row.track_id)))
        for track_id in fingerprints.keys() - sounds.keys():
            sounds[track_id] = [Sound(duration_s=None, audio_sha256=None, fingerprint=fingerprints[track_id])]
        return sounds

    def list_by_window(self, audio_sha256: str, *, like: UUID, but_file: int) -> list[KnownSound]:
        """Tracks with this window, real ones for a real track `like`: those without a file but `but_file` first."""
        mine = aliased(Track)
        has_file = (
            select(func.count())
            .where(TrackSource.track_id == FeatureSet.track_id, TrackSource.source == "folder")
            .where(TrackSource.state == FileState.PRESENT, TrackSource.id != but_file)
            .scalar_subquery()
        )
        query = (
            select(FeatureSet, has_file)
            .join(Track, Track.id == FeatureSet.track_id)
            .join(mine, mine.id == like)
            .where(
                FeatureSet.audio_sha256 == audio_sha256,
                FeatureSet.spec.in_(self._specs),
                Track.synthetic == mine.synthetic,
            )
            .order_by(FeatureSet.track_id, FeatureSet.made_at.desc())
        )
        rows = self._session.execute(query).all()
        fingerprints = FingerprintRepository(self._session).list_by_track({row.track_id for row, _ in rows})
        known = [
            KnownSound(
                track_id=row.track_id, sound=self._sound(row, fingerprints.get(row.track_id)), has_file=bool(n_files)
            )
            for row, n_files in rows
        ]
        return sorted(known, key=lambda one: (one.has_file, one.track_id))

    def filter_described(self, track_ids: Collection[UUID]) -> set[UUID]:
        """Those of the tracks that have features, of whatever spec."""
        query = select(FeatureSet.track_id).where(FeatureSet.track_id.in_(track_ids), FeatureSet.state == "ready")
        return set(self._session.scalars(query))

    def _sound(self, row: FeatureSet, fingerprint: Fingerprint | None) -> Sound:
        return Sound(
            duration_s=row.duration_s,
            audio_sha256=row.audio_sha256 if row.spec in self._specs else None,
            decoded_sha256=row.decoded_sha256,
            fingerprint=fingerprint,
        )


def list_known_hashes(session: Session, track_ids: Iterable[UUID]) -> dict[UUID, set[str]]:
    """The hashes of the windows of these very tracks that were ever described, of any spec."""
    query = select(FeatureSet.track_id, FeatureSet.audio_sha256).where(
        FeatureSet.track_id.in_(list(track_ids)), FeatureSet.audio_sha256.is_not(None)
    )
    hashes: dict[UUID, set[str]] = {}
    for track_id, digits in session.execute(query):
        hashes.setdefault(track_id, set()).add(digits or "")
    return hashes
