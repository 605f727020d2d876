"""From a model and the windows of a track to its curve: which head reads them, what is lacking, and what to do."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np

from services.api.deps import ApiPorts
from services.api.errors import ProblemError, conflict_error, not_scorable
from services.api.schemas.model import ModelReference
from services.api.tracks.curve_schemas import (
    ContributingExcerptResponse,
    CurveHeadResponse,
    CurveSegmentResponse,
    CurveWindowResponse,
)
from services.api.tracks.service import get_answering_model
from shared.arrays import Floats
from shared.curve.curves import CurveSegment, compute_curve, find_contribution, place_quadrants, read_dimensions
from shared.curve.head import CurveHead
from shared.domain.emotion import name_emotion
from shared.domain.head import PLANE
from shared.domain.job import ItemState, Stage
from shared.domain.windows import FILE, MAX_SPAN_S, WINDOW_HOP_S, WINDOW_S, read_window_versions
from shared.errors import Reason
from shared.json_objects import JsonObject
from shared.starter.curve import STARTER_CURVE_TAXONOMY, read_starter_curve
from shared.store.features.windows import StoredWindows, WindowRequest
from shared.store.models.curve_heads import CurveFit
from shared.store.models.repository import CHAMPION, STARTER
from shared.store.tables import Model
from shared.worker.context import send_hints

_NOTE = (
    "The curve comes from a small head on windows of 3 s, not from the model that answers for the whole track: the two "
    "may differ. It shows where the mood changes; the answer says what the track is."
)


@dataclass(frozen=True, kw_only=True, eq=False)
class ReadyHead:
    """A head that can read windows, and what is known of it."""

    model: Model
    head: CurveHead
    figures: JsonObject


@dataclass(frozen=True)
class PendingCurve:
    """Something is still being made: ask again."""

    stage: Stage
    state: ItemState


def require_window_versions(model: Model) -> dict[str, str]:
    """Of which taggers a curve by this model reads windows. Raises ProblemError (409) for a model without curves."""
    versions = read_window_versions(model.inputs, model.card)
    if not versions:
        raise _no_curve(model, f"the model that answers reads {model.inputs}, of which there are no windows")
    if model.state == STARTER and model.taxonomy != STARTER_CURVE_TAXONOMY:
        raise _no_curve(
            model,
            f"the starter has a curve in {STARTER_CURVE_TAXONOMY} only: ask with taxonomy={STARTER_CURVE_TAXONOMY}",
        )
    return versions


def find_head(ports: ApiPorts, model: Model) -> ReadyHead | PendingCurve:
    """The head of a model, or what it waits for. Raises ProblemError (409) where there will be none."""
    versions = require_window_versions(model)
    if model.state == STARTER:
        shipped = read_starter_curve()
        if shipped is None or dict(shipped[0].versions) != versions:
            raise _no_curve(model, "this starter comes without a head for curves")
        return ReadyHead(model=model, head=shipped[0], figures=shipped[1])
    fit = CurveFit.from_versions(model.id, versions)
    with ports.store.read() as repositories:
        row = repositories.curve_heads.get_head(fit)
        item = repositories.curve_heads.find_fit(fit) if row is None else None
    if row is not None:
        return ReadyHead(model=model, head=CurveHead.from_bytes(row.content), figures=row.figures)
    if item is not None and item.state in {ItemState.FAILED, ItemState.SKIPPED}:
        raise conflict_error(
            "no_curve_head", f"the head of the curve could not be fitted: {item.detail or item.reason}"
        )
    if item is None and model.state != CHAMPION:
        raise _no_curve(model, f"heads of curves are fitted to champions, and this model is a {model.state}")
    return PendingCurve(Stage.CURVE, ItemState(item.state) if item is not None else ItemState.QUEUED)


def find_track_windows(ports: ApiPorts, track_id: UUID, versions: Mapping[str, str]) -> StoredWindows | PendingCurve:
    """The windows of a track; where there are none they are being made. Raises ProblemError (422) where they cannot."""
    request = WindowRequest(track_id=track_id, span=FILE, versions=versions)
    with ports.store.read() as repositories:
        stored = repositories.windows.get_track_windows(track_id, span=FILE, versions=versions)
        work = repositories.windows.find_work(request) if stored is None else None
        has_audio = stored is not None or bool(repositories.windows.filter_with_audio([track_id]))
    if stored is not None:
        return stored
    if not has_audio:
        raise not_scorable(
            Reason.NO_AUDIO.value,
            "a curve is made of audio, and this track has no file: crawl the folder that holds it",
        )
    if work is not None and work.state in {ItemState.FAILED, ItemState.SKIPPED}:
        raise not_scorable(work.reason or Reason.INTERNAL.value, work.detail or "the windows could not be made")
    if work is None:
        _start_work(ports, [request])
    return PendingCurve(Stage.WINDOWS, work.state if work is not None else ItemState.QUEUED)


def queue_windows(ports: ApiPorts, track_ids: Collection[UUID], model: Model | None) -> None:
    """Let the windows of tracks be made before somebody asks for their curves, where the model has curves."""
    versions = read_window_versions(model.inputs, model.card) if model is not None else {}
    if not versions:
        return
    with ports.store.read() as repositories:
        there = repositories.windows.filter_with_windows(track_ids, span=FILE, versions=versions)
        lacking = repositories.windows.filter_with_audio(set(track_ids) - there)
    _start_work(ports, [WindowRequest(track_id=one, span=FILE, versions=versions) for one in lacking])


def _start_work(ports: ApiPorts, requests: Collection[WindowRequest]) -> None:
    item_ids = ports.store.transact("windows.ask", lambda repositories: repositories.windows.start_work(requests))
    send_hints(ports.bus, Stage.WINDOWS, item_ids)


def curve_fields(
    ports: ApiPorts, ready: ReadyHead, windows: StoredWindows, *, emotion: str | None, duration_s: float | None
) -> dict[str, Any]:
    """The fields of `CurveResponse`; `emotion` is what is answered for the whole track."""
    head, taxonomy, names = ready.head, ready.model.taxonomy, ready.head.outputs
    curve = compute_curve(head, windows.values, windows.starts_s)
    points, origin = _find_points(ports, ready, windows, curve.probabilities)
    answered = emotion if emotion in names else names[int(curve.probabilities.mean(axis=0).argmax())]
    excerpt = find_contribution(head, windows.values, windows.starts_s, names.index(answered))
    return {
        "taxonomy": taxonomy,
        "window_s": WINDOW_S,
        "hop_s": WINDOW_HOP_S,
        "is_cut_off": duration_s is not None and duration_s > windows.starts_s[0] + MAX_SPAN_S,
        "windows": [
            CurveWindowResponse(
                start_s=start_s,
                end_s=round(start_s + WINDOW_S, 3),
                probabilities=_by_name(names, row),
                **_point(points[i] if points is not None else None),
            )
            for i, (start_s, row) in enumerate(zip(curve.starts_s, curve.probabilities.tolist(), strict=True))
        ],
        "segments": [
            CurveSegmentResponse(
                start_s=segment.start_s,
                end_s=round(segment.end_s, 3),
                emotion=names[segment.class_index],
                emotion_name=name_emotion(taxonomy, names[segment.class_index]),
                probabilities=_by_name(names, segment.probabilities),
                **_point(_mean_point(points, curve.starts_s, segment)),
            )
            for segment in curve.segments
        ],
        "excerpt": ContributingExcerptResponse(
            start_s=excerpt.start_s,
            end_s=round(excerpt.end_s, 3),
            emotion=answered,
            emotion_name=name_emotion(taxonomy, answered),
            probability=round(excerpt.probability, 6),
            probability_without=round(excerpt.probability_without, 6),
        )
        if excerpt is not None
        else None,
        "head": CurveHeadResponse(
            model=ModelReference.from_row(ready.model),
            note=_NOTE,
            figures=ready.figures,
            valence_arousal_from=origin,
        ),
    }


def _find_points(
    ports: ApiPorts, ready: ReadyHead, windows: StoredWindows, probabilities: Floats
) -> tuple[Floats | None, str | None]:
    """Valence and arousal of each window, `(n_windows, 2)`, and what gives them: the champion that answers them where
    it reads the same windows, else the quadrants of the curve.
    """
    champion = get_answering_model(ports, PLANE, synthetic=False).model
    if champion is not None and champion.state != STARTER:
        versions = read_window_versions(champion.inputs, champion.card)
        if versions == dict(windows.versions):
            fit = CurveFit.from_versions(champion.id, versions)
            with ports.store.read() as repositories:
                row = repositories.curve_heads.get_head(fit)
            if row is not None:
                return read_dimensions(CurveHead.from_bytes(row.content), windows.values), "model"
    points = place_quadrants(ready.model.taxonomy, probabilities)
    return points, None if points is None else "quadrants"


def _mean_point(points: Floats | None, starts_s: tuple[float, ...], segment: CurveSegment) -> Floats | None:
    if points is None:
        return None
    starts = np.asarray(starts_s)
    mean: Floats = points[(starts >= segment.start_s) & (starts < segment.end_s)].mean(axis=0)
    return mean


def _point(values: Floats | None) -> dict[str, float | None]:
    if values is None:
        return {"valence": None, "arousal": None}
    return {"valence": round(float(values[0]), 4), "arousal": round(float(values[1]), 4)}


def _by_name(names: tuple[str, ...], row: tuple[float, ...] | list[float]) -> dict[str, float]:
    return {name: round(p, 6) for name, p in zip(names, row, strict=True)}


def _no_curve(model: Model, why: str) -> ProblemError:
    return conflict_error(
        "no_curve",
        f"{why}. A curve needs a champion whose inputs hold audio_tags: POST /train "
        f'{{"estimators": ["kernel_ridge"], "inputs": ["descriptors+audio_tags"], "taxonomy": "{model.taxonomy}"}}.',
    )
