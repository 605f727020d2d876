"""The sections of a track: the segments of its mood curve, where the windows that they are made of are stored."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.api.deps import ApiPorts
from services.api.errors import ProblemError
from services.api.tracks.curve_service import ReadyHead, find_head
from services.api.tracks.service import get_answering_model
from shared.curve.curves import CurveSegment, compute_curve
from shared.domain.windows import FILE, read_window_versions
from shared.store.tables import Model, Track


@dataclass(frozen=True, kw_only=True)
class StoredSections:
    """Segments between changes of mood, in order; empty where none are known."""

    segments: Sequence[CurveSegment] = ()
    taxonomy: str | None = None
    classes: Sequence[str] = ()
    """What `class_index` of a segment counts."""


def find_sections(ports: ApiPorts, track: Track) -> StoredSections:
    """The segments by the model that answers in the default taxonomy. Reads only: nothing is computed from audio, and
    no work is started. None are known of a track of the demo library, of one that is no music, and before its windows
    were asked for (`GET /tracks/<id>/emotion/curve`).
    """
    if track.synthetic:
        return StoredSections()
    model = get_answering_model(ports, None, synthetic=False).model
    versions = read_window_versions(model.inputs, model.card) if model is not None else {}
    if model is None or not versions:
        return StoredSections()
    with ports.store.read() as repositories:
        windows = repositories.windows.get_track_windows(track.id, span=FILE, versions=versions)
        annotations = repositories.annotations.list_by_track([track.id])
        kinds = repositories.decisions.list_content_kinds([track.id], annotations=annotations)
    if windows is None or track.id in kinds:
        return StoredSections()
    ready = _find_ready_head(ports, model)
    if ready is None:
        return StoredSections()
    curve = compute_curve(ready.head, windows.values, windows.starts_s)
    return StoredSections(segments=curve.segments, taxonomy=model.taxonomy, classes=ready.head.outputs)


def _find_ready_head(ports: ApiPorts, model: Model) -> ReadyHead | None:
    try:
        ready = find_head(ports, model)
    except ProblemError:  # this model has no curve
        return None
    return ready if isinstance(ready, ReadyHead) else None
