"""Which tracks are one recording, by how they sound: equal samples merge, equal fingerprints are asked about.

Samples are the surer ground, so they alone merge by themselves: the described window, the length, and then, only for
pairs that agree in both, all that is decoded. A fingerprint says the same of other encodings; a person decides.
"""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import structlog

from services.featurizer.identity.sounds import are_fingerprints_equal
from shared.fingerprints.matching import GROUP, SAME_RECORDING, Fingerprint, align_fingerprints
from shared.store.features.fingerprints import AlikeTracks, FingerprintRepository
from shared.store.repositories import Repositories
from shared.store.tracks.duplicates import DuplicateSuggestion, SameExcerpt
from shared.store.tracks.merges import MergePair, MergeReason

log = structlog.get_logger()

HashDecoded = Callable[[UUID, str], str | None]
"""`(track, the hash of its described window)` → the hash of all its decoded samples; None where its audio is gone, or
is not that of the window any more.
"""


def merge_same_audio(
    repositories: Repositories,
    track_ids: Sequence[UUID],
    *,
    spec: str,
    hash_decoded: HashDecoded,
    made: Mapping[UUID, Fingerprint] | None = None,
) -> None:
    """Merge the tracks with others whose decoded samples are all equal; ask where only the window could be compared.

    `made` are fingerprints that are not kept yet. They follow from all samples, so they tell where a file is gone.
    """
    if not track_ids:
        return
    pairs = repositories.duplicates.list_same_excerpt(track_ids, spec=spec)
    digits = _decoded_sha256(repositories, pairs, spec=spec, hash_decoded=hash_decoded)
    equal = [pair for pair in pairs if digits[pair.one] and digits[pair.one] == digits[pair.other]]
    unknown = [pair for pair in pairs if digits[pair.one] is None or digits[pair.other] is None]
    ends = {track_id for pair in unknown for track_id in (pair.one, pair.other)}
    prints = repositories.fingerprints.list_by_track(ends) | dict(made or {})
    comparisons = [(pair, are_fingerprints_equal(prints.get(pair.one), prints.get(pair.other))) for pair in unknown]
    equal += [pair for pair, is_equal in comparisons if is_equal]
    merged = repositories.merges.unite_pairs([_certain_pair(pair) for pair in equal])
    repositories.duplicates.suggest_pairs([_suggest_pair(pair) for pair, is_equal in comparisons if is_equal is None])
    if merged:
        log.info("tracks.same_audio", n_merged=len(merged))


def compare_fingerprints(repositories: Repositories, made: Mapping[UUID, Fingerprint]) -> None:
    """Keep the fingerprints, write down which other tracks they are alike, and ask about the most alike of each.

    To be called last in a transaction: nobody else may do so until it ends.
    """
    if not made:
        return
    repositories.merges.lock_merges()  # always before the other lock: merges follow in the same transaction
    fingerprints = repositories.fingerprints
    fingerprints.lock_table()
    for track_id in sorted(fingerprints.save_fingerprints(made)):
        pairs = _list_alike(fingerprints, track_id, made[track_id])
        fingerprints.save_pairs(pairs)
        same = [pair for pair in pairs if SAME_RECORDING.is_met_by(pair.match)]
        if same:
            best = min(same, key=lambda pair: (pair.match.bit_error_rate, pair.other))
            repositories.duplicates.suggest_pairs([_same_recording(best)])


def compare_with_deleted(repositories: Repositories, track_ids: Sequence[UUID]) -> None:
    """Write down which of the tracks are alike removed ones: a model may have been trained on those."""
    fingerprints = repositories.fingerprints
    if not track_ids or not fingerprints.remember_deleted():
        return
    for track_id, made in fingerprints.list_by_track(track_ids).items():
        if made.is_comparable:
            compared = [
                (old, align_fingerprints(made, theirs))
                for old, theirs in fingerprints.deleted_like(track_id, made).items()
            ]
            alike = [(old, match) for old, match in compared if match is not None and GROUP.is_met_by(match)]
            fingerprints.save_pairs([AlikeTracks(one=track_id, other=old, match=match) for old, match in alike])


def _list_alike(fingerprints: FingerprintRepository, track_id: UUID, made: Fingerprint) -> list[AlikeTracks]:
    if not made.is_comparable:
        return []
    compared = [
        (other, align_fingerprints(made, theirs))
        for other, theirs in fingerprints.list_candidates(track_id, made).items()
    ]
    return [
        AlikeTracks(one=track_id, other=other, match=match)
        for other, match in compared
        if match is not None and GROUP.is_met_by(match)
    ]


def _decoded_sha256(
    repositories: Repositories, pairs: Sequence[SameExcerpt], *, spec: str, hash_decoded: HashDecoded
) -> dict[UUID, str | None]:
    """Of every track of the pairs; made where it is not known yet, and kept."""
    known = {track_id: digits for pair in pairs for track_id, digits in pair.decoded_sha256.items()}
    window = {track_id: pair.audio_sha256 for pair in pairs for track_id in pair.decoded_sha256}
    made = {track_id: hash_decoded(track_id, window[track_id]) for track_id, digits in known.items() if digits is None}
    repositories.features(spec=spec).save_decoded_sha256({track_id: one for track_id, one in made.items() if one})
    return known | made


def _certain_pair(pair: SameExcerpt) -> MergePair:
    why = "the decoded audio is the same, sample by sample"
    return MergePair(one=pair.one, other=pair.other, reason=MergeReason.SAME_AUDIO, who="featurizer", why=why)


def _suggest_pair(pair: SameExcerpt) -> DuplicateSuggestion:
    why = "the same length, and half a minute is the same, sample by sample; the rest could not be compared"
    return DuplicateSuggestion(one=pair.one, other=pair.other, score=0.9, why=why)


def _same_recording(pair: AlikeTracks) -> DuplicateSuggestion:
    match = pair.match
    why = f"they sound the same: {100 * match.bit_error_rate:.0f} % of the bits of their acoustic fingerprints differ"
    return DuplicateSuggestion(one=pair.one, other=pair.other, score=round(1 - match.bit_error_rate, 3), why=why)
