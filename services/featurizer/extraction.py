"""One item: what of it is known already, what its audio says, or why there is nothing."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import structlog

from services.featurizer.analysis import ClipAnalysis, TooShortError
from services.featurizer.audio.location import explain_read_errors, local_audio
from services.featurizer.persistence import has_stage, store_arrays
from services.featurizer.track_state import FINGERPRINT_ONLY, RECOMPUTED, TAGGERS_ONLY, TrackState, is_addition
from shared.arrays import Tensor
from shared.blobs import Blobs
from shared.blobs.port import BlobWriter
from shared.domain.features import FeatureSpec
from shared.domain.stages import FINGERPRINT, find_unchanged_stages
from shared.domain.taggers import TaggingCost
from shared.errors import OF_THE_MOMENT, LaterError, PermanentError, Reason
from shared.fingerprints.matching import Fingerprint
from shared.library import MusicLibrary
from shared.library_health import LibraryHealth
from shared.store.features.repository import ExtractedFeatures
from shared.store.features.sounds import Sound
from shared.store.tables import JobItem
from shared.store.tracks.file_states import FileStatus

log = structlog.get_logger()

Analyse = Callable[[Path, frozenset[str]], ClipAnalysis]
"""Analyses a file; the stages and the taggers that are wanted of it are named, the others may be left out."""


@dataclass(frozen=True, kw_only=True)
class FingerprintAdded:
    """The acoustic fingerprint of a track whose features stay as they are."""

    track_id: UUID
    fingerprint: Fingerprint


@dataclass(frozen=True, kw_only=True)
class TaggersAdded:
    """The outputs of taggers for a track whose features stay as they are."""

    track_id: UUID
    outputs: Mapping[str, Tensor]
    cost: TaggingCost | None = None
    """None where nothing was run."""


ExtractionOutcome = ExtractedFeatures | FingerprintAdded | TaggersAdded | PermanentError | LaterError


@dataclass(frozen=True, kw_only=True)
class ItemResult:
    """What became of an item's audio."""

    item: JobItem
    outcome: ExtractionOutcome
    track_state: TrackState | None = None
    status: FileStatus | None = None
    """Of the file before it was opened; None where there is none."""
    track_id: UUID | None = None
    """The track that the audio is."""

    @property
    def is_open(self) -> bool:
        """Whether the sound has to say which track the file is."""
        return self.track_state is not None and self.track_state.is_open(self.status)

    @property
    def is_of_file(self) -> bool:
        """Whether it says something of the item's file: not where that was not opened, or nothing is to be changed."""
        if isinstance(self.outcome, ExtractedFeatures):
            return self.status is not None
        return not is_addition(self.item.payload) and not self.is_passed_over

    @property
    def is_lasting_failure(self) -> bool:
        """The audio was read, and nothing can be made of it."""
        return isinstance(self.outcome, PermanentError) and self.outcome.reason not in OF_THE_MOMENT

    @property
    def is_passed_over(self) -> bool:
        """A recomputation leaves a track whose audio is gone as it is."""
        is_gone = isinstance(self.outcome, PermanentError) and self.outcome.reason is Reason.AUDIO_GONE
        return is_gone and RECOMPUTED in self.item.payload

    @property
    def sound(self) -> Sound | None:
        """What was decoded, also of a clip that is too short to be described."""
        if isinstance(self.outcome, ExtractedFeatures):
            return Sound(
                duration_s=self.outcome.duration_s,
                audio_sha256=self.outcome.audio_sha256 or None,
                decoded_sha256=self.outcome.decoded_sha256,
                fingerprint=self.outcome.fingerprint,
            )
        if isinstance(self.outcome, TooShortError) and self.outcome.audio_sha256:
            digits = self.outcome.audio_sha256
            return Sound(duration_s=self.outcome.duration_s, audio_sha256=digits, decoded_sha256=digits)
        return None

    def moved_to(self, track_id: UUID) -> "ItemResult":
        """The same, as what the sound of `track_id` is."""
        outcome = (
            replace(self.outcome, track_id=track_id) if isinstance(self.outcome, ExtractedFeatures) else self.outcome
        )
        return replace(self, outcome=outcome, track_id=track_id)


@dataclass(frozen=True, kw_only=True)
class ItemExtractor:
    """The ports and the spec with which the items of one batch are analysed."""

    library: MusicLibrary
    blobs: Blobs
    arrays: BlobWriter
    spec: FeatureSpec
    wanted: frozenset[str]
    analyse: Analyse
    health: LibraryHealth

    def extract(self, item: JobItem, state: TrackState | None) -> ItemResult:
        """What the item's audio gives. Errors that say who acts are results."""
        if state is None:
            return ItemResult(item=item, outcome=PermanentError(Reason.NO_AUDIO, "this track was removed"))
        path, status = None, None
        try:
            path = self.library.resolve_locator(state.file.locator) if state.file else None
            status = _file_status(path)
            outcome: ExtractionOutcome
            with explain_read_errors(path, health=self.health):
                if item.payload.get(FINGERPRINT_ONLY):
                    outcome = self._add_fingerprint(state, path, status)
                elif item.payload.get(TAGGERS_ONLY):
                    outcome = self._add_tagger_outputs(state, path, status)
                else:
                    outcome = self._extract_features(item, state, path, status)
        except (PermanentError, LaterError) as error:
            log.info("track.refused", track_id=str(state.track_id), reason=error.reason.value, detail=error.detail)
            outcome = error
        if status is not None and not isinstance(outcome, LaterError) and _file_status(path) != status:
            # it is still being copied, say: half a song must not become a track of its own
            outcome = PermanentError(Reason.AUDIO_GONE, "the file changed while it was analysed: crawl it again")
        return ItemResult(item=item, outcome=outcome, track_state=state, status=status, track_id=state.track_id)

    def _add_fingerprint(self, state: TrackState, path: Path | None, status: FileStatus | None) -> FingerprintAdded:
        """Raises `audio_gone` where the file is not what was analysed: a crawl analyses it anew, fingerprint and all.

        The track of such an item has no known sound but its hashes: nothing is decided by it.
        """
        _require_as_analysed(state, path, status)
        with local_audio(path, state.kept_key, was_dropped=False, blobs=self.blobs) as audio:
            made = self.analyse(audio, frozenset({FINGERPRINT})).fingerprint
        assert made is not None
        return FingerprintAdded(track_id=state.track_id, fingerprint=made)

    def _add_tagger_outputs(self, state: TrackState, path: Path | None, status: FileStatus | None) -> TaggersAdded:
        """Raises `audio_gone` as `_add_fingerprint` does."""
        _require_as_analysed(state, path, status)
        taken = state.outputs_of_twin
        wanted = state.missing_taggers - taken.keys()
        if not wanted:
            return TaggersAdded(track_id=state.track_id, outputs=taken)
        started = time.perf_counter()
        with local_audio(path, state.kept_key, was_dropped=False, blobs=self.blobs) as audio:
            made = self.analyse(audio, wanted).tagger_outputs
        took_s = time.perf_counter() - started
        log.info("track.tagged", track_id=str(state.track_id), taggers=sorted(wanted), analysis_s=round(took_s, 4))
        return TaggersAdded(
            track_id=state.track_id,
            outputs={**taken, **made},
            cost=TaggingCost(taggers=wanted, took_s=took_s),
        )

    def _extract_features(
        self, item: JobItem, state: TrackState, path: Path | None, status: FileStatus | None
    ) -> ExtractedFeatures:
        blob_key = (state.clip.key if state.clip else None) or state.kept_key
        is_gone = blob_key is None and status is None
        carried = self._carried_stages(state, status)
        taggers = state.missing_taggers if _may_carry(state, status) else state.taggers
        taken = state.outputs_of_twin if _is_as_analysed(state, status) else {}
        if state.before and carried >= self.wanted and (is_gone or taggers <= taken.keys()):
            return replace(state.before.extraction, tagger_outputs=taken)
        if RECOMPUTED in item.payload and (is_gone or (state.is_known and state.is_open(status))):
            raise PermanentError(
                Reason.AUDIO_GONE, "its audio is not there any more, or not the same: its old features stay"
            )
        is_twin_whole = state.twin is not None and self._holds_all(state.twin.extraction)
        if state.twin and is_twin_whole and _is_as_analysed(state, status) and taggers <= taken.keys():
            return replace(state.twin.extraction, tagger_outputs=taken)
        started = time.perf_counter()
        with local_audio(path, blob_key, was_dropped=state.clip is not None, blobs=self.blobs) as audio:
            analysis = self.analyse(audio, (self.wanted - carried) | (taggers - taken.keys()))
        took_s = time.perf_counter() - started
        log.info(
            "track.featurized",
            track_id=str(state.track_id),
            duration_s=round(analysis.duration_s, 1),
            analysis_s=round(took_s, 4),
            n_damaged_packets=analysis.n_damaged_packets,
        )
        before = state.before.extraction if state.before else None
        # by what a part took the time of a whole analysis would be told too short
        whole_s = took_s if "descriptors" not in carried else None
        made = store_arrays(
            analysis, track_id=state.track_id, blobs=self.arrays, took_s=whole_s, carried=carried, before=before
        )
        return replace(made, tagger_outputs={**taken, **made.tagger_outputs})

    def _carried_stages(self, state: TrackState, status: FileStatus | None) -> frozenset[str]:
        """The stages that need no analysis: the file is the one that was analysed before, and so are the parameters."""
        if state.before is None or not _may_carry(state, status):
            return frozenset()
        extraction = state.before.extraction
        # a fingerprint is kept by its own version, whatever spec the rest was made by
        stand = find_unchanged_stages(state.before.stages, self.spec) | {FINGERPRINT}
        return frozenset(stage for stage in stand if has_stage(extraction, stage))

    def _holds_all(self, extraction: ExtractedFeatures) -> bool:
        return all(has_stage(extraction, stage) for stage in self.wanted)


def _file_status(path: Path | None) -> FileStatus | None:
    try:
        status = path.stat() if path is not None else None
    except OSError:  # opening it says what is wrong
        return None
    return FileStatus(size_bytes=status.st_size, mtime_ns=status.st_mtime_ns) if status else None


def _require_as_analysed(state: TrackState, path: Path | None, status: FileStatus | None) -> None:
    """Raises `audio_gone` where the audio is not there, or is not what the features were made of."""
    is_there = state.kept_key is not None if path is None else _is_as_analysed(state, status)
    if not is_there:
        raise PermanentError(Reason.AUDIO_GONE, "its audio is not there any more, or not the same: crawl it again")


def _may_carry(state: TrackState, status: FileStatus | None) -> bool:
    """Whether what was made of the track before is what its file would give."""
    is_other = status is not None and not _is_as_analysed(state, status)
    return state.before is not None and state.collected is None and not is_other


def _is_as_analysed(state: TrackState, status: FileStatus | None) -> bool:
    """The file has not changed since it was seen, and what is known of it was found after that."""
    return (
        state.file is not None
        and state.before is not None
        and status is not None
        and not state.is_open(status)
        and state.before.made_at >= state.file.seen_at
    )
