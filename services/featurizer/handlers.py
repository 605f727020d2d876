"""The featurizer's use case: files in, features out."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, replace
from uuid import UUID

from services.featurizer.analysis import TooShortError
from services.featurizer.audio.location import delete_dropped, hash_decoded_again
from services.featurizer.descriptors import DESCRIPTORS
from services.featurizer.extraction import Analyse, FingerprintAdded, ItemExtractor, ItemResult, TaggersAdded
from services.featurizer.fingerprint.comparison import compare_fingerprints, merge_same_audio
from services.featurizer.identity.file_assignment import AssignedFiles, assign_files, decide_missing, settle_renamed
from services.featurizer.identity.moved_files import follow_decoded
from services.featurizer.learned_columns.storing import replace_columns
from services.featurizer.track_state import is_addition, load_track_states
from shared.arrays import Tensor
from shared.blobs import Blobs
from shared.blobs.deferred import DeferredPuts
from shared.domain.features import FeatureSpec
from shared.domain.job import ItemState, Stage
from shared.domain.messages import ItemsMessage
from shared.domain.stages import list_stages
from shared.domain.taggers import TaggerSpec, list_versions
from shared.errors import LaterError, PermanentError, Reason
from shared.library import MusicLibrary
from shared.library_health import LibraryHealth
from shared.store.features.repository import ExtractedFeatures, FeatureRepository, ShortClip
from shared.store.jobs.items import ItemClaim, ItemOutcome
from shared.store.repositories import Repositories
from shared.store.tracks.source_statements import words_of
from shared.worker.context import WorkerContext, process_items


def featurize_items(
    message: ItemsMessage,
    *,
    bench: WorkerContext,
    library: MusicLibrary,
    blobs: Blobs,
    spec: FeatureSpec,
    analyse: Analyse,
    keep_clips: bool = False,
    waveforms: bool = False,
    taggers: Collection[TaggerSpec] = (),
    health: LibraryHealth | None = None,
) -> None:
    """Analyse the clips of a batch, put their arrays into the blob store, and write both down in one transaction.

    A clip that cannot be analysed is a failed item with its reason; the others go on. What an earlier spec, or another
    track with the same sound, gave already is taken over, not computed again. `waveforms` are stored only where that is
    asked for. `taggers` are asked about what they have not said of a track yet. A file whose disk or share is away, as
    `health` says, waits for it.
    """
    wanted = list_stages(spec, waveforms=waveforms)
    versions = list_versions(taggers)
    health = health or LibraryHealth(library, bench.store)

    def handle(claim: ItemClaim) -> Callable[[Repositories], list[ItemOutcome]]:
        with bench.store.read() as repositories:
            track_states = load_track_states(repositories, claim, spec=spec.fingerprint, taggers=versions)
        with DeferredPuts(blobs) as arrays:
            extractor = ItemExtractor(
                library=library,
                blobs=blobs,
                arrays=arrays,
                spec=spec,
                wanted=wanted,
                analyse=analyse,
                health=health,
            )
            results = [extractor.extract(item, track_states.get(item.id)) for item in claim.items]

        def write(repositories: Repositories) -> list[ItemOutcome]:
            placed = assign_files(repositories, results, spec=spec.fingerprint)
            _save_results(repositories, placed, spec=spec, keep_clips=keep_clips)
            settle_renamed(repositories, placed)
            hash_again = hash_decoded_again(repositories, library=library, blobs=blobs, spec=spec)
            extractions = _extractions(placed.results)
            decoded = [*extractions, *_short_clips(placed.results)]
            made = {track_id: one.fingerprint for track_id, one in extractions.items() if one.fingerprint is not None}
            merge_same_audio(repositories, decoded, spec=spec.fingerprint, hash_decoded=hash_again, made=made)
            added = {
                r.outcome.track_id: r.outcome.fingerprint for r in results if isinstance(r.outcome, FingerprintAdded)
            }
            compare_fingerprints(repositories, made | added)
            outputs = _tagger_outputs(placed.results)
            repositories.tagger_outputs.save_outputs(outputs, versions=versions)
            replace_columns(repositories, extractions.keys() | outputs.keys(), spec=spec, versions=versions)
            decide_missing(repositories, placed)
            outcomes = _outcomes(repositories, placed.results, max_attempts=bench.work.max_attempts)
            return follow_decoded(repositories, claim.items, outcomes, library=library)

        return write

    process_items(bench, message, stage=Stage.FEATURIZE, handle=handle)
    delete_dropped(bench, blobs)


def declare_spec(features: FeatureRepository, spec: FeatureSpec) -> None:
    """Write down what the spec stands for."""
    features.declare_spec(
        asdict(spec),
        descriptor_names=[descriptor.name for descriptor in DESCRIPTORS],
        descriptor_units=[descriptor.unit for descriptor in DESCRIPTORS],
    )


def _save_results(repositories: Repositories, placed: AssignedFiles, *, spec: FeatureSpec, keep_clips: bool) -> None:
    """All of a batch in a few statements: a commit and a round trip an item would cost more than some features."""
    features = repositories.features(spec=spec.fingerprint)
    declare_spec(features, spec)
    extractions = _extractions(placed.results)
    features.save_extractions(list(extractions.values()))
    features.save_failures(_failures(placed.results, but=placed.stale))
    features.save_short_clips(_short_clips(placed.results))
    repositories.tracks.correct_durations(_decoded_durations(placed.results))
    clips = {r.track_state.track_id for r in placed.results if r.track_state and r.track_state.clip is not None}
    if clips and not keep_clips:
        repositories.clips.drop_clips(clips)


def _extractions(results: Sequence[ItemResult]) -> dict[UUID, ExtractedFeatures]:
    """By track: two files of a batch may be one."""
    return {
        result.outcome.track_id: result.outcome for result in results if isinstance(result.outcome, ExtractedFeatures)
    }


def _failures(results: Sequence[ItemResult], *, but: Collection[UUID]) -> list[tuple[UUID, Reason, str]]:
    """Why tracks cannot be described, as far as that says something about their sound."""
    return [
        (result.track_id, result.outcome.reason, result.outcome.detail)
        for result in results
        if isinstance(result.outcome, PermanentError) and result.track_id and result.track_id not in but
        if not result.is_passed_over and not is_addition(result.item.payload)
    ]


def _short_clips(results: Sequence[ItemResult]) -> dict[UUID, ShortClip]:
    """What tells which clip it is, of those that are too short to be described: a renamed one keeps its labels."""
    return {
        result.track_id: ShortClip(audio_sha256=result.outcome.audio_sha256, duration_s=result.outcome.duration_s)
        for result in results
        if isinstance(result.outcome, TooShortError) and result.track_id and result.outcome.audio_sha256
        if not is_addition(result.item.payload)
    }


def _tagger_outputs(results: Sequence[ItemResult]) -> dict[UUID, Mapping[str, Tensor]]:
    """By track, of those for which there are any."""
    outputs: dict[UUID, Mapping[str, Tensor]] = {}
    for result in results:
        if isinstance(result.outcome, ExtractedFeatures) and result.outcome.tagger_outputs:
            outputs[result.outcome.track_id] = result.outcome.tagger_outputs
        elif isinstance(result.outcome, TaggersAdded) and result.outcome.outputs:
            outputs[result.outcome.track_id] = result.outcome.outputs
    return outputs


def _decoded_durations(results: Sequence[ItemResult]) -> dict[UUID, float]:
    """Seconds by track, of those whose own audio was decoded: a clip that a source delivered may be an excerpt."""
    return {
        result.outcome.track_id: result.outcome.duration_s
        for result in results
        if isinstance(result.outcome, ExtractedFeatures) and result.outcome.duration_s > 0
        if result.track_state is not None and result.track_state.has_own_audio
    }


def _outcomes(repositories: Repositories, results: Sequence[ItemResult], *, max_attempts: int) -> list[ItemOutcome]:
    """What becomes of the items, each with what its source says of the track that its file turned out to be."""
    statements = {
        result.item.id: (result.track_id, *words)
        for result in results
        if result.track_id and result.track_state and (words := words_of(result.track_state.collected))
    }
    ids = repositories.annotations.list_standing_ids(statements.values())
    return [
        replace(_outcome(result, max_attempts=max_attempts), annotation_id=ids.get(statements[result.item.id]))
        if result.item.id in statements
        else _outcome(result, max_attempts=max_attempts)
        for result in results
    ]


def _outcome(result: ItemResult, *, max_attempts: int) -> ItemOutcome:
    item, outcome = result.item, result.outcome
    if isinstance(outcome, PermanentError | LaterError):
        return ItemOutcome.from_error(
            item,
            outcome,
            max_attempts=max_attempts,
            is_skipped=result.is_passed_over,
            track_id=result.track_id,
        )
    cost = outcome.cost if isinstance(outcome, TaggersAdded) else None
    payload = {**item.payload, **cost.to_payload()} if cost else None
    return ItemOutcome(item_id=item.id, state=ItemState.DONE, track_id=result.track_id, payload=payload)
