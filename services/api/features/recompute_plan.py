"""What a recomputation would cost, before it is asked for."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.api.deps import ApiPorts
from services.api.features.schemas import RecomputePlanResponse
from shared.domain.stages import FINGERPRINT, WAVEFORM, find_unchanged_stages, list_stages
from shared.domain.taggers import join_names, list_versions
from shared.errors import PermanentError
from shared.library import MusicLibrary
from shared.store.features.coverage import MeasuredRate
from shared.store.features.tagger_outputs import TaggerVersions
from shared.store.repositories import Repositories

_CHUNK = 1000
_FINGERPRINT_SHARE = 0.5
"""What decoding a clip for its acoustic fingerprint alone takes of a whole analysis (docs/explain/evaluation.md)."""
_DECODING_S = 0.05
"""Of one process for a song, where no analysis was measured."""
_MINUTE_S = 60
_HOUR_S = 3600


@dataclass(kw_only=True)
class _TaggingPlan:
    """What audio taggers are still to be asked about."""

    n_alone: int = 0
    """Tracks whose features stand, with their audio there."""
    n_gone: int = 0
    """Tracks whose features stand, and whose audio is gone."""
    stages: Counter[str] = field(default_factory=Counter)
    """How many tracks each tagger is to be asked about."""
    alone_s: float = 0.0
    """Of one process, for the `n_alone`."""
    beside_s: float = 0.0
    """Of one process, for tracks that are analysed anyway."""
    is_measured: bool = True

    @property
    def seconds_a_track(self) -> float | None:
        return self.alone_s / self.n_alone if self.n_alone else None


def estimate_recompute(ports: ApiPorts, *, failed: bool) -> RecomputePlanResponse:
    """Count what a recomputation would do. Looks for every file, and changes nothing."""
    spec, waveforms = ports.spec, ports.features.store_waveforms
    stages = list_stages(spec, waveforms=waveforms)
    n_by_stage: Counter[str] = Counter()
    n_with_audio = n_audio_gone = n_carried = n_fingerprint_only = 0
    analysed: set[UUID] = set()
    with ports.store.read() as repositories:
        coverage = repositories.feature_coverage(spec=spec.fingerprint)
        after: UUID | None = None
        while track_ids := coverage.list_stale(failed=failed, waveforms=waveforms, after=after, limit=_CHUNK):
            after = track_ids[-1]
            before = repositories.reusable_features(spec=spec.fingerprint).list_previous_stages(track_ids)
            without_waveform = coverage.filter_without_waveform(track_ids)
            ready, fingerprinted = coverage.filter_ready(track_ids), coverage.filter_with_fingerprint(track_ids)
            with_audio = _tracks_with_audio(repositories, track_ids, spec=spec.fingerprint, library=ports.library)
            analysed.update(track_ids)
            for track_id in track_ids:
                fingerprints, has_waveform = before.get(track_id, ({}, False))
                stale = frozenset() if track_id in ready else stages - find_unchanged_stages(fingerprints, spec)
                # kept by its own version, whatever spec the rest was made by
                stale = stale - {FINGERPRINT} if track_id in fingerprinted else stale | {FINGERPRINT}
                if track_id in without_waveform or (track_id not in ready and not has_waveform):
                    stale |= stages & {WAVEFORM}
                n_carried += not stale
                n_fingerprint_only += stale == {FINGERPRINT} and track_id in with_audio
                n_audio_gone += bool(stale) and track_id not in with_audio
                n_with_audio += not stale or track_id in with_audio
                n_by_stage.update(stale if track_id in with_audio else ())
        rate, n_tracks = coverage.measure_rate(), coverage.count_tracks().n_tracks
        tagging = _plan_tagging(ports, repositories, analysed=analysed, rate=rate)
    n_analyses = n_with_audio - n_carried - (1 - _FINGERPRINT_SHARE) * n_fingerprint_only
    takes_s = _predict_duration_s(n_analyses, rate, tagging)
    n_with_audio, n_audio_gone = n_with_audio + tagging.n_alone, n_audio_gone + tagging.n_gone
    return RecomputePlanResponse(
        spec=spec.fingerprint,
        n_tracks=n_tracks,
        n_to_compute=n_with_audio,
        n_carried_over=n_carried,
        n_audio_gone=n_audio_gone,
        stages={stage: n_by_stage[stage] for stage in sorted(stages)}
        | {tagger.name: tagging.stages[tagger.name] for tagger in ports.features.stored_taggers},
        n_tags_only=tagging.n_alone,
        tagging_s_a_track=round(tagging.seconds_a_track, 4) if tagging.seconds_a_track is not None else None,
        is_tagging_measured=tagging.n_alone > 0 and tagging.is_measured,
        seconds_a_track=round(rate.seconds_a_track, 4) if rate else None,
        n_processes=rate.n_processes if rate else None,
        takes_s=takes_s,
        said=_describe_plan(
            n_with_audio, n_tracks, n_audio_gone=n_audio_gone, takes_s=takes_s, rate=rate, tagging=tagging
        ),
    )


def _plan_tagging(
    ports: ApiPorts, repositories: Repositories, *, analysed: Collection[UUID], rate: MeasuredRate | None
) -> _TaggingPlan:
    """`analysed`: tracks that are analysed anyway, for which taggers need no decoding of their own."""
    plan, versions = _TaggingPlan(), list_versions(ports.features.stored_taggers)
    costs_s = {tagger.name: tagger.cost_s for tagger in ports.features.stored_taggers}
    measured_s = repositories.tagger_outputs.measure_costs() if versions else {}
    decoding_s = _FINGERPRINT_SHARE * rate.seconds_a_track if rate else _DECODING_S
    for track_ids in _lacking_pages(repositories, versions):
        missing = repositories.tagger_outputs.filter_missing(track_ids, versions=versions)
        there = _tracks_with_audio(repositories, track_ids, spec=ports.spec.fingerprint, library=ports.library)
        for track_id, taggers in missing.items():
            declared_s = sum(costs_s[name] for name in taggers)
            if track_id not in there:
                plan.n_gone += track_id not in analysed
                continue
            plan.stages.update(taggers)
            if track_id in analysed:
                plan.beside_s += declared_s
                continue
            known_s = measured_s.get(join_names(taggers))
            plan.is_measured &= known_s is not None
            plan.alone_s += decoding_s + declared_s if known_s is None else known_s
            plan.n_alone += 1
    return plan


def _predict_duration_s(n_analyses: float, rate: MeasuredRate | None, tagging: _TaggingPlan) -> float | None:
    """Seconds for all of it; None where features are to be computed and no analysis was measured yet."""
    tagging_s = tagging.alone_s + tagging.beside_s
    if rate is None:
        return None if n_analyses or not tagging.n_alone else tagging_s
    return (n_analyses * rate.seconds_a_track + tagging_s) / rate.n_processes


def _lacking_pages(repositories: Repositories, versions: TaggerVersions) -> Iterator[Sequence[UUID]]:
    after: UUID | None = None
    while track_ids := repositories.tagger_outputs.list_lacking(versions=versions, after=after, limit=_CHUNK):
        yield track_ids
        after = track_ids[-1]


def _tracks_with_audio(
    repositories: Repositories, track_ids: Sequence[UUID], *, spec: str, library: MusicLibrary
) -> set[UUID]:
    files = repositories.reusable_features(spec=spec).list_files(track_ids)
    on_disk = {track_id for track_id, file in files.items() if _file_exists(library, file.locator)}
    return on_disk | repositories.uploads.list_kept_keys(track_ids).keys()


def _file_exists(library: MusicLibrary, locator: str) -> bool:
    try:
        return library.resolve_locator(locator).is_file()
    except PermanentError:
        return False


def _describe_plan(
    n: int, n_tracks: int, *, n_audio_gone: int, takes_s: float | None, rate: MeasuredRate | None, tagging: _TaggingPlan
) -> str:
    if takes_s is None:
        duration = "the time is unknown until something was analysed"
    elif tagging.n_alone or rate is None:
        known = "measured" if tagging.is_measured else "declared"
        tags = f"{tagging.n_alone:,} of them lack audio tags only, {tagging.seconds_a_track:.2f} s each as {known}"
        duration = f"about {_format_duration(takes_s)}; {tags}"
    else:
        per_minute = _MINUTE_S * rate.n_processes / rate.seconds_a_track
        duration = f"about {_format_duration(takes_s)} at {per_minute:,.0f} tracks a minute, as measured"
    gone = f"; the audio of {n_audio_gone:,} is gone" if n_audio_gone else ""
    return f"recomputes {n:,} of {n_tracks:,} tracks, {duration}{gone}"


def _format_duration(seconds: float) -> str:
    if seconds < _MINUTE_S:
        return f"{seconds:.0f} s"
    if seconds < 2 * _HOUR_S:
        return f"{seconds / _MINUTE_S:.0f} min"
    return f"{seconds / _HOUR_S:.1f} h"
