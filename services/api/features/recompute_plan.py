"""What a recomputation would cost, before it is asked for."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from services.api.deps import Ports
from services.api.features.schemas import RecomputePlanDocument
from shared.domain.stages import FINGERPRINT, WAVEFORM, stages, unchanged_stages
from shared.errors import PermanentError
from shared.library import Library
from shared.store.features.coverage import FeatureCensus, MeasuredRate
from shared.store.features.reusable_features import Carrying
from shared.store.tracks.uploads import Uploads

_CHUNK = 1000
_FINGERPRINT_SHARE = 0.5
"""What decoding a clip for its acoustic fingerprint alone takes of a whole analysis (docs/evaluation.md)."""
_MINUTE_S = 60
_HOUR_S = 3600


def plan(ports: Ports, *, failed: bool) -> RecomputePlanDocument:
    """Count what a recomputation would do. Looks for every file, and changes nothing."""
    spec, waveforms = ports.spec, ports.features.store_waveforms
    every = stages(spec, waveforms=waveforms)
    to_do: Counter[str] = Counter()
    n_there = n_gone = n_carried = n_fingerprint_only = 0
    with ports.store.read() as session:
        census = FeatureCensus(session, spec=spec.fingerprint)
        after: UUID | None = None
        while track_ids := census.stale(failed=failed, waveforms=waveforms, after=after, limit=_CHUNK):
            after = track_ids[-1]
            before = Carrying(session, spec=spec.fingerprint).before_stages(track_ids)
            lacking = census.without_waveform(track_ids)
            ready, fingerprinted = census.ready_of(track_ids), census.with_fingerprint(track_ids)
            there = _there(session, track_ids, spec=spec.fingerprint, library=ports.library)
            for track_id in track_ids:
                fingerprints, has_waveform = before.get(track_id, ({}, False))
                stale = frozenset() if track_id in ready else every - unchanged_stages(fingerprints, spec)
                # kept by its own version, whatever spec the rest was made by
                stale = stale - {FINGERPRINT} if track_id in fingerprinted else stale | {FINGERPRINT}
                if track_id in lacking or (track_id not in ready and not has_waveform):
                    stale |= every & {WAVEFORM}
                n_carried += not stale
                n_fingerprint_only += stale == {FINGERPRINT} and track_id in there
                n_gone += bool(stale) and track_id not in there
                n_there += not stale or track_id in there
                to_do.update(stale if track_id in there else ())
        rate, n_tracks = census.rate(), census.count().n_tracks
    n_analyses = n_there - n_carried - (1 - _FINGERPRINT_SHARE) * n_fingerprint_only
    takes_s = n_analyses * rate.seconds_a_track / rate.n_processes if rate else None
    return RecomputePlanDocument(
        spec=spec.fingerprint,
        n_tracks=n_tracks,
        n_to_compute=n_there,
        n_carried_over=n_carried,
        n_audio_gone=n_gone,
        stages={stage: to_do[stage] for stage in sorted(every)},
        seconds_a_track=round(rate.seconds_a_track, 4) if rate else None,
        n_processes=rate.n_processes if rate else None,
        takes_s=takes_s,
        said=_said(n_there, n_tracks, n_gone=n_gone, takes_s=takes_s, rate=rate),
    )


def _there(session: Session, track_ids: Sequence[UUID], *, spec: str, library: Library) -> set[UUID]:
    files = Carrying(session, spec=spec).files(track_ids)
    on_disk = {track_id for track_id, file in files.items() if _exists(library, file.locator)}
    return on_disk | Uploads(session).kept(track_ids).keys()


def _exists(library: Library, locator: str) -> bool:
    try:
        return library.path(locator).is_file()
    except PermanentError:
        return False


def _said(n: int, n_tracks: int, *, n_gone: int, takes_s: float | None, rate: MeasuredRate | None) -> str:
    if rate is None or takes_s is None:
        how_long = "the time is unknown until something was analysed"
    else:
        per_minute = _MINUTE_S * rate.n_processes / rate.seconds_a_track
        how_long = f"about {_span(takes_s)} at {per_minute:,.0f} tracks a minute, as measured"
    gone = f"; the audio of {n_gone:,} is gone" if n_gone else ""
    return f"recomputes {n:,} of {n_tracks:,} tracks, {how_long}{gone}"


def _span(seconds: float) -> str:
    if seconds < _MINUTE_S:
        return f"{seconds:.0f} s"
    if seconds < 2 * _HOUR_S:
        return f"{seconds / _MINUTE_S:.0f} min"
    return f"{seconds / _HOUR_S:.1f} h"
