"""What is stored of each stage, in a form that can be compared: whether a new analysis changed what models read."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from shared.domain.catalogue import COMPUTED, COMPUTED_COLUMNS
from shared.domain.stages import STAGE_OF_ARRAY
from shared.store.tables import ArrayRow, CatalogueFeatures, FeatureSet

StageValues = Mapping[str, str]
"""By stage a text that is equal where the values are."""

ValuesBySpec = Mapping[UUID, Mapping[str, StageValues]]
"""By track and by spec."""


def load_values_by_spec(
    session: Session, track_ids: Sequence[UUID], *, specs: Mapping[str, Sequence[str]]
) -> ValuesBySpec:
    """The values of the tracks under the specs that are named for each stage; empty where none was ever analysed."""
    named = {spec for stage_specs in specs.values() for spec in stage_specs}
    digest = func.md5(cast(FeatureSet.descriptors, Text))
    described = select(FeatureSet.track_id, FeatureSet.spec, digest).where(
        FeatureSet.track_id.in_(track_ids), FeatureSet.spec.in_(named), FeatureSet.state == "ready"
    )
    by_track: dict[UUID, dict[str, dict[str, str]]] = {}
    for track_id, spec, digits in session.execute(described):
        by_track.setdefault(track_id, {})[spec] = {} if digits is None else {"descriptors": digits}
    if not by_track:
        return by_track
    stored = select(ArrayRow).where(ArrayRow.track_id.in_(list(by_track)), ArrayRow.spec.in_(named))
    for array in session.scalars(stored):
        stage_values = by_track[array.track_id].get(array.spec)
        if stage_values is not None:
            stage_values[STAGE_OF_ARRAY[array.excerpt]] = array.sha256
    columns = [getattr(CatalogueFeatures, name) for name in COMPUTED_COLUMNS]
    computed = select(CatalogueFeatures.track_id, CatalogueFeatures.spec, *columns).where(
        CatalogueFeatures.track_id.in_(list(by_track)),
        CatalogueFeatures.spec.in_(named),
        CatalogueFeatures.origin == COMPUTED,
    )
    for track_id, spec, *values in session.execute(computed):
        stage_values = by_track[track_id].get(spec)
        if stage_values is not None:
            stage_values["catalogue"] = repr(values)
    return by_track


def find_changed_stages(
    before: Mapping[str, StageValues], after: StageValues, related: Mapping[str, Sequence[str]]
) -> frozenset[str]:
    """The stages of a track whose values `after` are not those that stood `before` under any of the `related` specs.

    All of them for a track that had none: its recording may have been answered from another track.
    """
    if not before:
        return frozenset(related)
    changed = set()
    for stage, specs in related.items():
        stood = {values[stage] for spec in specs if stage in (values := before.get(spec, {}))}
        if stood != ({after[stage]} if stage in after else set()):
            changed.add(stage)
    return frozenset(changed)
