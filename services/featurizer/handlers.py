"""The featurizer's use case: files in, features out."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from services.featurizer.analysis import Analysis, TooShortError, decoded_hashes
from services.featurizer.comparing import HashDecoded, compare_fingerprints, merge_same_audio
from services.featurizer.descriptors import DESCRIPTORS
from services.featurizer.fetching import audio_of, delete_dropped
from services.featurizer.storing import holds, store
from shared.blobs import Blobs
from shared.blobs.deferred import DeferredPuts
from shared.blobs.port import Puts
from shared.domain.features import FeatureSpec
from shared.domain.file_tags import NO_TAGS
from shared.domain.job import ItemState, Stage
from shared.domain.messages import ItemsMessage
from shared.domain.stages import FINGERPRINT, stages, unchanged_stages
from shared.errors import PermanentError, Reason
from shared.fingerprints.matching import Fingerprint
from shared.library import Library
from shared.store.carrying import Carrying, Known, SeenFile
from shared.store.clips import Clips, KeptClip
from shared.store.features import Extraction, Features, ShortClip
from shared.store.file_tags import TaggedFile, TrackTags
from shared.store.fingerprints import Fingerprints
from shared.store.items import Claim, Outcome
from shared.store.tables import JobItem
from shared.store.tracks import Tracks
from shared.store.uploads import Uploads
from shared.work import Workbench, work_on

log = structlog.get_logger()

Analyse = Callable[[Path, frozenset[str]], Analysis]
"""Analyses a file; the stages that are wanted of it are named, the others may be left out."""

RECOMPUTED = "recomputed"
"""The mark, in an item's payload, of a recomputation: a track whose audio is gone is passed over, not failed."""

FINGERPRINT_ONLY = "fingerprint_only"
"""The mark of a recomputation that adds the acoustic fingerprint to a track and touches nothing else of it."""


@dataclass(frozen=True, kw_only=True)
class FingerprintAdded:
    """The acoustic fingerprint of a track whose features stay as they are."""

    track_id: UUID
    fingerprint: Fingerprint


_Result = Extraction | FingerprintAdded | PermanentError


@dataclass(frozen=True, kw_only=True)
class _Standing:
    """What is known of a track before it is analysed."""

    file: SeenFile | None
    clip: KeptClip | None = None
    kept_key: str | None = None
    """Of audio that was sent in and is kept: it stays after it was analysed."""
    before: Known | None = None
    twin: Known | None = None

    @property
    def has_own_audio(self) -> bool:
        """A file of the library, or audio that was sent in: not only a clip that a source delivered."""
        return self.file is not None or self.kept_key is not None


def featurize_items(
    message: ItemsMessage,
    *,
    bench: Workbench,
    library: Library,
    blobs: Blobs,
    spec: FeatureSpec,
    analyse: Analyse,
    keep_clips: bool = False,
    waveforms: bool = False,
) -> None:
    """Analyse the clips of a batch, put their arrays into the blob store, and write both down in one transaction.

    A clip that cannot be analysed is a failed item with its reason; the others go on. What an earlier spec, or another
    track with the same sound, gave already is taken over, not computed again. `waveforms` are stored
    only where that is asked for.
    """
    wanted = stages(spec, waveforms=waveforms)

    def handle(claim: Claim) -> Callable[[Session], list[Outcome]]:
        with bench.store.read() as session:
            standing = _standing(session, claim, spec=spec.fingerprint)
        with DeferredPuts(blobs) as arrays:
            results = [
                (
                    item,
                    _extract(
                        item, standing, library=library, blobs=blobs, arrays=arrays, spec=spec, wanted=wanted,
                        analyse=analyse,
                    ),
                )
                for item in claim.items
            ]  # fmt: skip

        def write(session: Session) -> list[Outcome]:
            features = Features(session, spec=spec.fingerprint)
            declare(features, spec)
            outcomes = _write(session, features, results)
            Tracks(session).correct_durations(_decoded_durations(results, standing))
            clips = [track_id for track_id, its in standing.items() if its.clip is not None]
            if clips and not keep_clips:
                Clips(session).drop(clips)
            found = [one for _, one in results if isinstance(one, Extraction)]
            TrackTags(session).add(_tagged_files(found, standing))
            hash_decoded = _hash_decoded(session, library=library, blobs=blobs, spec=spec)
            short = _short_clips(results)
            features.save_sound_of_short(short)
            decoded = [*(one.track_id for one in found), *short]
            merge_same_audio(session, decoded, spec=spec.fingerprint, hash_decoded=hash_decoded)
            made = {one.track_id: one.fingerprint for one in found if one.fingerprint is not None}
            added = {one.track_id: one.fingerprint for _, one in results if isinstance(one, FingerprintAdded)}
            compare_fingerprints(session, made | added)
            return outcomes

        return write

    work_on(bench, message, stage=Stage.FEATURIZE, handle=handle)
    delete_dropped(bench, blobs)


def _tagged_files(found: Sequence[Extraction], standing: Mapping[UUID, _Standing]) -> list[TaggedFile]:
    """Files of the library whose tags were read while they were decoded."""
    return [
        TaggedFile(track_id=one.track_id, locator=file.locator, tags=one.tags)
        for one in found
        if one.tags is not None and one.tags != NO_TAGS and (file := standing[one.track_id].file) is not None
    ]


def _short_clips(results: Sequence[tuple[JobItem, _Result]]) -> dict[UUID, ShortClip]:
    """What tells which clip it is, of those that are too short to be described: a renamed one keeps its labels."""
    return {
        item.track_id: ShortClip(audio_sha256=error.audio_sha256, duration_s=error.duration_s)
        for item, error in results
        if isinstance(error, TooShortError) and item.track_id and error.audio_sha256
    }


def _hash_decoded(session: Session, *, library: Library, blobs: Blobs, spec: FeatureSpec) -> HashDecoded:
    """Decodes the audio of a track once more, if it still is what was analysed."""

    def hash_decoded(track_id: UUID, audio_sha256: str) -> str | None:
        file = Carrying(session, spec=spec.fingerprint).files([track_id]).get(track_id)
        clip, kept = Clips(session).of([track_id]).get(track_id), Uploads(session).kept([track_id]).get(track_id)
        try:
            path = library.path(file.locator) if file else None
            with audio_of(
                path, (clip.key if clip else None) or kept, was_dropped=clip is not None, blobs=blobs
            ) as audio:
                hashes = decoded_hashes(audio, spec=spec)
        except PermanentError:
            return None
        return hashes.decoded_sha256 if hashes.audio_sha256 == audio_sha256 else None

    return hash_decoded


def _decoded_durations(
    results: Sequence[tuple[JobItem, Extraction | FingerprintAdded | PermanentError]],
    standing: Mapping[UUID, _Standing],
) -> dict[UUID, float]:
    """Seconds by track, of those whose own audio was decoded: a clip that a source delivered may be an excerpt."""
    extractions = [extraction for _, extraction in results if isinstance(extraction, Extraction)]
    return {
        extraction.track_id: extraction.duration_s
        for extraction in extractions
        if extraction.duration_s > 0 and standing[extraction.track_id].has_own_audio
    }


def _standing(session: Session, claim: Claim, *, spec: str) -> dict[UUID, _Standing]:
    carrying = Carrying(session, spec=spec)
    track_ids = [item.track_id for item in claim.items if item.track_id]
    files = carrying.files(track_ids)
    clips = Clips(session).of(track_ids)
    kept = Uploads(session).kept(track_ids)
    # a crawl that comes to a track again means to analyse it; a recomputation adds what is not stored yet
    recomputed = [item.track_id for item in claim.items if item.track_id and RECOMPUTED in item.payload]
    before = carrying.before(track_ids) | (carrying.before(recomputed, own=True) if recomputed else {})
    twins = carrying.twins(before) if before else {}
    return {
        track_id: _Standing(
            file=files.get(track_id),
            clip=clips.get(track_id),
            kept_key=kept.get(track_id),
            before=before.get(track_id),
            twin=twins.get(track_id),
        )
        for track_id in track_ids
    }


def _extract(
    item: JobItem, standing: dict[UUID, _Standing], *, library: Library, blobs: Blobs, arrays: Puts, spec: FeatureSpec,
    wanted: frozenset[str], analyse: Analyse,
) -> _Result:  # fmt: skip
    its = standing.get(item.track_id) if item.track_id else None
    if item.track_id is None or its is None:
        return PermanentError(Reason.NO_AUDIO, "this track was removed")
    try:
        if item.payload.get(FINGERPRINT_ONLY):
            return _fingerprint(item.track_id, its, library=library, blobs=blobs, analyse=analyse)
        return _extraction(
            item.track_id, its, item, library=library, blobs=blobs, arrays=arrays, spec=spec, wanted=wanted,
            analyse=analyse,
        )  # fmt: skip
    except PermanentError as error:
        log.info("track.refused", track_id=str(item.track_id), reason=error.reason.value, detail=error.detail)
        return error


def _fingerprint(
    track_id: UUID, its: _Standing, *, library: Library, blobs: Blobs, analyse: Analyse
) -> FingerprintAdded:
    """Raises `audio_gone` where the file is not what was analysed: a crawl analyses it anew, fingerprint and all."""
    path = library.path(its.file.locator) if its.file else None
    is_there = its.kept_key is not None if path is None else path.exists() and _is_as_analysed(path, its)
    if not is_there:
        raise PermanentError(Reason.AUDIO_GONE, "its audio is not there any more, or not the same: crawl it again")
    with audio_of(path, its.kept_key, was_dropped=False, blobs=blobs) as audio:
        made = analyse(audio, frozenset({FINGERPRINT})).fingerprint
    assert made is not None
    return FingerprintAdded(track_id=track_id, fingerprint=made)


def _extraction(
    track_id: UUID, its: _Standing, item: JobItem, *, library: Library, blobs: Blobs, arrays: Puts, spec: FeatureSpec,
    wanted: frozenset[str], analyse: Analyse,
) -> Extraction:  # fmt: skip
    path = library.path(its.file.locator) if its.file else None
    blob_key = (its.clip.key if its.clip else None) or its.kept_key
    is_gone = blob_key is None and (path is None or not path.exists())
    carried = _carried(its, path, spec)
    if its.before and carried >= wanted:
        return its.before.extraction
    if is_gone and item.payload.get(RECOMPUTED):
        raise PermanentError(Reason.AUDIO_GONE, "its audio is not there any more: its old features stay")
    if its.twin and path and _is_as_analysed(path, its) and all(holds(its.twin.extraction, one) for one in wanted):
        return its.twin.extraction
    started = time.perf_counter()
    with audio_of(path, blob_key, was_dropped=its.clip is not None, blobs=blobs) as audio:
        analysis = analyse(audio, wanted - carried)
    took_s = time.perf_counter() - started
    log.info(
        "track.featurized",
        track_id=str(track_id),
        duration_s=round(analysis.duration_s, 1),
        analysis_s=round(took_s, 4),
        n_damaged_packets=analysis.n_damaged_packets,
    )
    before = its.before.extraction if its.before else None
    # by what a part took the time of a whole analysis would be told too short
    whole_s = took_s if "descriptors" not in carried else None
    return store(analysis, track_id=track_id, blobs=arrays, took_s=whole_s, carried=carried, before=before)


def _carried(its: _Standing, path: Path | None, spec: FeatureSpec) -> frozenset[str]:
    """The stages that need no analysis: the file is the one that was analysed before, and so are the parameters."""
    if its.before is None or (path is not None and path.exists() and not _is_as_analysed(path, its)):
        return frozenset()
    extraction = its.before.extraction
    # a fingerprint is kept by its own version, whatever spec the rest was made by
    stand = unchanged_stages(its.before.stages, spec) | {FINGERPRINT}
    return frozenset(stage for stage in stand if holds(extraction, stage))


def _is_as_analysed(path: Path, its: _Standing) -> bool:
    """The file has not changed since it was seen, and what is known of it was found after that."""
    stat = path.stat()
    return (
        its.file is not None
        and its.before is not None
        and its.before.made_at >= its.file.seen_at
        and (stat.st_size, stat.st_mtime_ns) == (its.file.size_bytes, its.file.mtime_ns)
    )


def _write(session: Session, features: Features, results: Sequence[tuple[JobItem, _Result]]) -> list[Outcome]:
    """All of a batch in a few statements: a commit and a round trip an item would cost more than some features."""
    features.save([found for _, found in results if isinstance(found, Extraction)])
    refused = [(item, error) for item, error in results if isinstance(error, PermanentError)]
    lost = [
        (item.track_id, error.reason, error.detail)
        for item, error in refused
        if item.track_id and not _is_passed_over(item, error) and FINGERPRINT_ONLY not in item.payload
    ]
    features.save_failures(lost)
    Fingerprints(session).forget([track_id for track_id, _, _ in lost])
    failed = [
        Outcome(
            item_id=item.id,
            state=ItemState.SKIPPED if _is_passed_over(item, error) else ItemState.FAILED,
            reason=error.reason,
            detail=error.detail,
        )
        for item, error in refused
    ]
    done = [
        Outcome(item_id=item.id, state=ItemState.DONE)
        for item, found in results
        if not isinstance(found, PermanentError)
    ]
    return [*done, *failed]


def _is_passed_over(item: JobItem, error: PermanentError) -> bool:
    """A recomputation leaves a track whose audio is gone as it is."""
    return error.reason is Reason.AUDIO_GONE and RECOMPUTED in item.payload


def declare(features: Features, spec: FeatureSpec) -> None:
    """Write down what the spec stands for."""
    features.declare(
        asdict(spec),
        descriptor_names=[descriptor.name for descriptor in DESCRIPTORS],
        descriptor_units=[descriptor.unit for descriptor in DESCRIPTORS],
    )
