"""What a recomputation would cost, before it is asked for."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from services.api.deps import ApiPorts
from services.api.features.schemas import RecomputePlanResponse
from shared.domain.stages import FINGERPRINT, WAVEFORM, find_unchanged_stages, list_stages
from shared.errors import PermanentError
from shared.library import MusicLibrary
from shared.store.features.coverage import MeasuredRate
from shared.store.repositories import Repositories

_CHUNK = 1000
_FINGERPRINT_SHARE = 0.5
"""What decoding a clip for its acoustic fingerprint alone takes of a whole analysis (docs/explain/evaluation.md)."""
_MINUTE_S = 60
_HOUR_S = 3600


def estimate_recompute(ports: ApiPorts, *, failed: bool) -> RecomputePlanResponse:
    """Count what a recomputation would do. Looks for every file, and changes nothing."""
    spec, waveforms = ports.spec, ports.features.store_waveforms
    stages = list_stages(spec, waveforms=waveforms)
    n_by_stage: Counter[str] = Counter()
    n_with_audio = n_audio_gone = n_carried = n_fingerprint_only = 0
    with ports.store.read() as repositories:
        coverage = repositories.feature_coverage(spec=spec.fingerprint)
        after: UUID | None = None
        while track_ids := coverage.list_stale(failed=failed, waveforms=waveforms, after=after, limit=_CHUNK):
            after = track_ids[-1]
            before = repositories.reusable_features(spec=spec.fingerprint).list_previous_stages(track_ids)
            without_waveform = coverage.filter_without_waveform(track_ids)
            ready, fingerprinted = coverage.filter_ready(track_ids), coverage.filter_with_fingerprint(track_ids)
            with_audio = _tracks_with_audio(repositories, track_ids, spec=spec.fingerprint, library=ports.library)
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
    n_analyses = n_with_audio - n_carried - (1 - _FINGERPRINT_SHARE) * n_fingerprint_only
    takes_s = n_analyses * rate.seconds_a_track / rate.n_processes if rate else None
    return RecomputePlanResponse(
        spec=spec.fingerprint,
        n_tracks=n_tracks,
        n_to_compute=n_with_audio,
        n_carried_over=n_carried,
        n_audio_gone=n_audio_gone,
        stages={stage: n_by_stage[stage] for stage in sorted(stages)},
        seconds_a_track=round(rate.seconds_a_track, 4) if rate else None,
        n_processes=rate.n_processes if rate else None,
        takes_s=takes_s,
        said=_describe_plan(n_with_audio, n_tracks, n_audio_gone=n_audio_gone, takes_s=takes_s, rate=rate),
    )


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
    n: int, n_tracks: int, *, n_audio_gone: int, takes_s: float | None, rate: MeasuredRate | None
) -> str:
    if rate is None or takes_s is None:
        duration = "the time is unknown until something was analysed"
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
